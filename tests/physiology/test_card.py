"""The card of twins that are in order, and of twins that are not."""

from __future__ import annotations

import importlib
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests import odd
from tests.fakes import SMALL_PROTOCOL, FakeTwin

from v1vlm import responses
from v1vlm.errors import ContractError, InputError
from v1vlm.physiology import Battery, Card, facts, lost, make_card
from v1vlm.physiology.battery import PROTOCOLS_SHOWN, QUICK, cost, left_out
from v1vlm.physiology.facts import FEWEST
from v1vlm.report.card import write_card
from v1vlm.rig import Rig
from v1vlm.stimuli import Screen
from v1vlm.store import MemoryStore, Store
from v1vlm.twins.energy import load

WHOLE_PROTOCOL = importlib.import_module("v1vlm.physiology.characterise").PROTOCOL
SOME = Battery(entries=("recorded_gabors", "natural", "surround"), sites=2)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("v1vlm.physiology.characterise")
    monkeypatch.setattr(module, "PROTOCOL", SMALL_PROTOCOL)


class Altered(FakeTwin):
    """A fake twin whose responses are altered."""

    def __init__(self, alter: Any, n: int = 40, **card: Any) -> None:
        super().__init__(n=n)
        self._alter = alter
        self.card = self.card.model_copy(update=card)

    def respond(self, frames: Any, **options: Any) -> Any:
        found = super().respond(frames, **options)
        return responses.label(self._alter(found.values), found["neuron"].values, 30.0, "a.u.")


def card_of(twin: Any, battery: Battery = SOME) -> Card:
    return make_card(Rig(twin, MemoryStore()), battery)


MECHANISM = Battery(entries=("spatial_frequency", "natural", "size", "surround"), sites=12)


def test_without_its_surround_a_twin_misses_the_facts_that_depend_on_it(monkeypatch) -> None:
    module = importlib.import_module("v1vlm.physiology.characterise")
    monkeypatch.setattr(module, "PROTOCOL", WHOLE_PROTOCOL)
    for name in ("size", "surround"):
        cheaper = PROTOCOLS_SHOWN[name].model_copy(update={"phases_deg": (0.0, 90.0)})
        monkeypatch.setitem(PROTOCOLS_SHOWN, name, cheaper)
    usual, without = (
        card_of(load(f"neurons=1000{spec}"), MECHANISM) for spec in ("", ",no-surround")
    )
    by_id = {one.fact.id: one for one in usual.facts}
    gone = lost(without, usual)
    assert {"cmi", "cmi_positive"} <= set(gone)
    assert all("surround" in by_id[name].fact.mechanisms for name in gone)
    found = {one.fact.id: one for one in without.facts}
    assert {found[name].verdict for name in ("cmi", "cmi_positive", "size_curve")} == {"miss"}
    assert found["cmi"].primary.value < 0.1 < by_id["cmi"].primary.value - 0.1


def test_every_fact_has_a_verdict_and_the_card_round_trips() -> None:
    card = card_of(load("neurons=60"))
    assert [one.fact for one in card.facts] == list(facts())
    assert sum(card.counts().values()) == len(facts())
    assert Card.model_validate_json(card.model_dump_json()) == card
    by_id = {one.fact.id: one for one in card.facts}
    assert by_id["gosi"].verdict in ("pass", "miss")
    assert by_id["gosi"].primary.n["asked"] == 60
    assert by_id["c50"].reason == "its protocol was left out of this card"
    assert card.row("natural", "sparseness").n["asked"] == 60
    assert card.row("surround", "cmi").n["asked"] < 60
    assert "mechanisms" not in card.twin
    missed = {one.fact.id for one in card.facts if one.verdict == "miss"}
    assert {spot.id for spot in card.blind_spots if spot.origin == "fact"} == missed


def test_what_was_measured_is_not_shown_again(tmp_path, monkeypatch) -> None:
    """Stopped in the middle and begun again: what was done is known, the card is the same."""
    twin = load("neurons=30")
    whole = card_of(twin)
    steps = []

    def stop(entry: str, number: int, total: int) -> None:
        steps.append(entry)
        if entry == "surround":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_card(Rig(twin, Store(tmp_path)), SOME, stop)
    assert list(dict.fromkeys(steps)) == [
        "characterisation",
        "recorded_gabors",
        "natural",
        "surround",
    ]
    shown = []
    respond = type(twin).respond
    monkeypatch.setattr(
        type(twin),
        "respond",
        lambda self, f, **k: shown.append(f.shape[:2]) or respond(self, f, **k),
    )
    assert make_card(Rig(twin, Store(tmp_path)), SOME) == whole
    # Movies of the contract (one of them without its first axis), then the surround protocol.
    contract = {1, 2, 9, 36}
    assert {n for _, n in shown} == contract | {30}
    shown.clear()
    assert make_card(Rig(twin, Store(tmp_path)), SOME) == whole
    assert {n for _, n in shown} == contract


@pytest.mark.parametrize("level", [0.0, 0.3])
def test_a_silent_or_constant_twin_is_said_to_be(level) -> None:
    card = card_of(Altered(lambda values: np.full_like(values, level)))
    assert card.problems[0].startswith("Silent: none of 40 neurons")
    assert {one.verdict for one in card.facts} <= {"not testable", "disputed"}
    assert card.row("natural", "sparseness").quantiles == ()


def test_negative_responses_are_said_and_not_judged() -> None:
    card = card_of(Altered(lambda values: values - 2.0))
    assert any("below zero" in problem for problem in card.problems)
    by_id = {one.fact.id: one for one in card.facts}
    assert by_id["gosi"].verdict == "not testable"
    assert "below zero" in by_id["gosi"].reason


def test_a_handful_of_neurons_is_too_few_and_no_crash() -> None:
    for n in (1, 3):
        card = card_of(Altered(lambda values: values, n=n))
        assert card.counts()["pass"] == card.counts()["miss"] == 0
        assert any("Too few neurons" in problem for problem in card.problems)


def test_answers_that_are_not_numbers_or_not_always_the_same_are_refused() -> None:
    with pytest.raises(ContractError, match="not finite"):
        card_of(Altered(lambda values: np.where(values > 0.5, np.nan, values)))
    calls = itertools.count()
    with pytest.raises(ContractError, match="deterministic"):
        card_of(Altered(lambda values: values + 0.01 * next(calls)))


def test_answers_that_are_not_numbers_are_refused_wherever_they_come() -> None:
    """The contract is checked with movies of nine frames; recorded Gabors have twenty-five."""

    def late(values: np.ndarray) -> np.ndarray:
        return np.where(np.arange(values.shape[2]) < 20, values, np.nan)

    twin = Altered(late)
    with pytest.raises(ContractError, match=r"'fake'.* 25 frames \(still\) .*nan of neuron 0 at"):
        card_of(twin)


def test_a_screen_that_shows_no_grating_is_refused_with_a_remedy() -> None:
    coarse = load("neurons=4")
    coarse._card = coarse.card.model_copy(update={"screen": Screen(height_px=9, width_px=16)})
    rig = Rig(coarse, MemoryStore())
    with pytest.raises((InputError, ContractError), match=r"9 × 16 pixels|shape"):
        make_card(rig, SOME)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (odd.coarse, InputError, "9 × 16 pixels shows nothing finer"),
        (odd.least, InputError, "4 × 4 pixels shows nothing finer"),
        (odd.near, InputError, r"3\.82° × 1\.91° is smaller than the gratings of 20°"),
        (odd.nan, ContractError, "not finite"),
        (odd.infinite, ContractError, "not finite"),
        (odd.random, ContractError, "deterministic"),
    ],
)
def test_what_cannot_be_measured_at_all_is_refused(make, error, says) -> None:
    with pytest.raises(error, match=says):
        card_of(make())


@pytest.mark.parametrize(
    "name",
    [*("silent", "constant", "negative", "upside_down", "huge", "tiny", "all_or_none", "slow")],
)
def test_a_twin_that_is_not_in_order_gets_a_card_without_accidents(name) -> None:
    """No number that is not one, no verdict without neurons, and files for people."""
    card = card_of(getattr(odd, name)())
    assert Card.model_validate_json(card.model_dump_json()) == card
    for one in card.facts:
        if one.verdict in ("pass", "miss"):
            assert one.primary.n["measurable"] >= FEWEST
            assert np.isfinite([one.primary.value, *one.primary.interval]).all()
        elif one.fact.values:
            assert one.reason
    assert all(np.isfinite(row.quantiles).all() for row in card.measures)
    assert len(write_card(card)["card.pdf"]) > 1000


def test_protocols_beyond_the_screen_or_the_states_are_left_out() -> None:
    battery = Battery()
    assert left_out("spatial_frequency", battery, Screen(), ()) is None
    halved = Screen(height_px=24, width_px=42)
    assert "nothing finer than 0.09" in left_out("spatial_frequency", battery, halved, ())
    assert "nothing faster than 10 Hz" in left_out(
        "temporal_frequency", battery, Screen(frame_rate_hz=20.0), ()
    )
    assert "no state called running" in left_out("natural_running", battery, Screen(), ("still",))
    assert left_out("natural_running", battery, Screen(), ("still", "running")) is None
    assert left_out("onset", QUICK, Screen(), ()) == "its protocol was left out of this card"


def test_the_cost_counts_distinct_movies() -> None:
    planned = cost(Battery(entries=("recorded_gabors", "surround"), sites=3), Screen())
    assert planned == {"recorded_gabors": (56, 56 * 25), "surround": (3 * 64, 3 * 64 * 30)}
    assert set(cost(Battery(), Screen())) == set(PROTOCOLS_SHOWN)
    full, quick = (sum(f for _, f in cost(b, Screen()).values()) for b in (Battery(), QUICK))
    assert quick < full / 3


def test_neurons_that_were_not_looked_at_are_no_problem() -> None:
    card = card_of(load("neurons=120"), Battery(entries=("natural",), mapped=30))
    mapped, placed = card.summary["n_mapped"], card.summary["n_with_field"]
    assert 30 <= mapped < 60
    assert not any("receptive field" in problem for problem in card.problems)
    page = write_card(card)["card.html"].decode()
    assert f"{placed} with a receptive field of {mapped} looked at" in page


def test_fewer_phases_are_fewer_movies_where_answers_are_averaged_over_them() -> None:
    names = ("direction", "surround", "phase")
    whole, fewer = (cost(Battery(entries=names, phases=n), Screen()) for n in (None, 2))
    assert {name: whole[name][0] / fewer[name][0] for name in names} == {
        "direction": 1.0,
        "surround": 2.0,
        "phase": 1.0,
    }
    assert Battery(phases=2).protocol("surround").phases_deg == (0.0, 180.0)


def test_the_example_of_the_page_runs(capsys) -> None:
    page = (Path(__file__).parents[2] / "docs" / "physiology.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    exec(compile(example, "physiology.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("gosi ") for line in lines)
    assert "'colour'" in lines[-1]


def test_the_page_says_how_many_facts_and_images_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "physiology.md").read_text("utf-8")
    assert f"against {len(facts())} facts" in page
    assert f"at {Battery().sites} places" in page
