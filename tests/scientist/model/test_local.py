"""The code that runs Gemma-3, on a tiny one of random weights; its classes load for seconds."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("transformers")
pytest.importorskip("llguidance")

import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from tests.conftest import TEXT, spec_of
from v1vlm.errors import InputError, ModelError
from v1vlm.scientist import Picture
from v1vlm.scientist.model import Message, TooLongError
from v1vlm.scientist.model.answers import Idea, LookAnswer, WordsAnswer, parse, schema_of
from v1vlm.scientist.model.building import design_schema
from v1vlm.scientist.model.factories import local
from v1vlm.scientist.model.local import LocalModel, bounded, round_numbers
from v1vlm.scientist.model.options import LocalOptions
from v1vlm.study import Study
from v1vlm.testing.tiny.gemma import build_gemma

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning", "ignore:.*:FutureWarning")
OPTIONS = {"temperature": 1.0, "device": "cpu", "max_new_tokens": 6000, "context_chars": 400}
IDEA = Idea(question="Why?", varies="crossing.angle_deg", comparison="series")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return build_gemma(tmp_path_factory.mktemp("model") / "tiny-gemma-3")


@pytest.fixture(scope="module")
def model(folder: Path) -> LocalModel:
    return LocalModel(str(folder), LocalOptions(**OPTIONS))


def picture(colour: tuple[int, int, int]) -> Picture:
    file = io.BytesIO()
    Image.new("RGB", (896, 896), colour).save(file, "png")
    return Picture("a colour", file.getvalue(), str(colour))


def say(text: str, *pictures: Picture) -> list[Message]:
    return [Message("system", "You look."), Message("user", text, pictures)]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["look", "words", "design"])
def test_random_weights_give_valid_json(model: LocalModel, kind: str, seed: int) -> None:
    answer: Any = {"look": LookAnswer, "words": WordsAnswer}.get(kind)
    schema = schema_of(answer) if answer else design_schema(IDEA, ("ctx:niell2008",))
    reply = model.complete(say("Look!", picture((200, 30, 30))), schema, seed)
    assert reply.finish == "stop"
    assert reply.revision.startswith("folder-")
    assert reply.output_tokens > 10
    if answer:
        parse(answer, reply.text)


def test_the_same_seed_and_pictures_give_the_same_answer(model: LocalModel) -> None:
    # A long answer: the first tokens of random weights hardly depend on what they are told.
    schema = schema_of(WordsAnswer)
    red, blue = picture((250, 0, 0)), picture((0, 0, 250))
    first = model.complete(say("Look!", red), schema, 1)
    assert model.complete(say("Look!", red), schema, 1).text == first.text
    others = [say("Look!", blue), say("Look!"), say("Look there!", red)]
    texts = {model.complete(other, schema, 1).text for other in others}
    texts.add(model.complete(say("Look!", red), schema, 2).text)
    assert first.text not in texts
    assert len(texts) == 4


def test_it_leaves_the_random_numbers_of_others_alone(model: LocalModel) -> None:
    torch.manual_seed(3)
    expected = torch.rand(1).item()
    torch.manual_seed(3)
    model.complete(say("Look!"), schema_of(LookAnswer), 1)
    assert torch.rand(1).item() == expected


def test_numbers_are_round_so_that_they_end() -> None:
    assert round_numbers(0.1, 1.0) == pytest.approx([0.1 + 0.05 * i for i in range(19)])
    assert round_numbers(20.0, 90.0)[:3] == [20.0, 22.0, 24.0]
    assert round_numbers(0.0, 0.05)[-1] == 0.05
    schema = bounded(design_schema(IDEA, ()))
    assert schema["properties"]["levels"]["items"] == {"enum": round_numbers(20.0, 90.0)}
    assert '"number"' not in json.dumps(schema)


def test_a_cut_answer_is_said_to_be_cut(folder: Path) -> None:
    short = LocalModel(str(folder), LocalOptions(**{**OPTIONS, "max_new_tokens": 64}))
    assert short.complete(say("Look!"), schema_of(WordsAnswer), 1).finish == "length"


def test_what_does_not_fit_the_window_is_too_long(model: LocalModel) -> None:
    with pytest.raises(TooLongError):
        model.complete(say("zqxj " * 12_000), schema_of(LookAnswer), 1)


def test_memory_that_runs_out_stops_the_study_resumably(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(model, "_generated", exhausted)
    with pytest.raises(ModelError, match="Memory ran out") as caught:
        model.complete(say("Look!"), schema_of(LookAnswer), 1)
    assert "smaller model" in caught.value.remedy


def test_what_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be loaded"):
        LocalModel(str(tmp_path), LocalOptions(device="cpu")).complete(say("Look!"), {}, 1)
    with pytest.raises(InputError, match="Option colour"):
        local("folder,colour=red")
    with pytest.raises(InputError, match="No model is named"):
        local("")


def _cut(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def _with_a_weight_less(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights[min(weights)]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _with_a_template(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "chat_template.jinja").write_text(text) and None


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_cut, "cannot be loaded: Error while deserializing"),
        (_with_a_weight_less, "lacks weights, as"),
        (_with_a_template("{{ raise_exception('No system role.') }}"), "No system role."),
        (_with_a_template("{{ ''.__class__.__mro__ }}"), "unsafe"),
    ],
)
def test_a_damaged_or_hostile_folder_is_refused(
    folder: Path, tmp_path: Path, damage: Callable[[Path], None], why: str
) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    damage(copy)
    with pytest.raises(InputError, match=why):
        LocalModel(str(copy), LocalOptions(**OPTIONS)).complete(
            say("Look!"), schema_of(LookAnswer), 1
        )


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(InputError, match="CUDA"):
        LocalModel(str(folder), LocalOptions(device="cuda")).complete(
            say("Look!"), schema_of(LookAnswer), 1
        )


def test_the_likeliest_answer_does_not_depend_on_the_seed(folder: Path) -> None:
    greedy = LocalModel(str(folder), LocalOptions(**{**OPTIONS, "temperature": 0.0}))
    texts = {greedy.complete(say("Look!"), schema_of(LookAnswer), s).text for s in range(2)}
    assert len(texts) == 1


@pytest.mark.usefixtures("small_protocol")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_study_with_random_weights_ends_in_a_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    # Named without its path, which differs from run to run and would be part of every seed.
    monkeypatch.chdir(folder.parent)
    told = ",".join(f"{name}={value}" for name, value in OPTIONS.items())
    spec = spec_of(scientist=f"local:{folder.name},{told}", generator=None, num_steps=1, seed=seed)
    study = Study.create(spec, TEXT)
    state = study.run()
    assert state.stopped == "complete"
    answers = [answer for _, answer in study.store.remembered("ask")]
    assert len(answers) >= 3
    assert all(answer["parsed"] is not None for answer in answers)
    assert {answer["who"]["revision"] for answer in answers} == {study_revision(folder)}


def study_revision(folder: Path) -> str:
    return LocalModel(str(folder), LocalOptions()).revision
