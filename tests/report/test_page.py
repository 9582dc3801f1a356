"""The interactive page in a real browser: by mouse, by touch and by keyboard alone."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.conftest import CONTEXT
from tests.report.test_renderers import HOSTILE, hostile_document
from v1vlm.journal import State
from v1vlm.report import compose, draw_figures, neuron_table, to_html
from v1vlm.report.behind import movies_of
from v1vlm.store import MemoryStore

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if CHROMIUM is None:
    pytest.skip("needs Chromium", allow_module_level=True)

WIDTHS = (1280, 400)
Study = tuple[State, MemoryStore]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def report(small: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    state, store = small
    made = compose(
        state, CONTEXT, draw_figures(state, store), neuron_table(*small), movies_of(state, store)
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(made), "utf-8")
    return path


class Seen:
    """A page and everything it did that a page should not do."""

    def __init__(self, browser: Any, path: Path, width: int, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.wrong.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:")):
            self.wrong.append(request.url)


@pytest.fixture(params=WIDTHS)
def seen(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Seen]:
    made = Seen(browser, report, request.param, has_touch=request.param == 400)
    yield made
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert made.page.evaluate(overflow) == 0
    assert made.wrong == []
    made.context.close()


def chosen(within: Any, name: str) -> Any:
    return within.get_by_role("combobox", name=name, exact=True)


def first_page(page: Any) -> Any:
    return page.locator("table.sortable").first


def test_a_number_says_where_it_comes_from(seen: Seen, small: Study) -> None:
    finding = small[0].trials[0].finding
    assert finding is not None
    number = first_page(seen.page).locator("tbody tr").first.locator("[data-of]").first
    panel = seen.page.locator("#panel")
    if seen.page.viewport_size["width"] == 400:
        number.tap()
    else:
        number.hover()
    panel.wait_for(state="visible")
    told = panel.inner_text()
    blobs = small[0].trials[0].of("main", "estimate").chunks[0]["blobs"]
    words = ("Estimate of the effect", "H1.", "mean modulation index", "main", "Draws\n100")
    for word in (*words, blobs["features"][:16], "v1vlm show DIR H1", number.inner_text()):
        assert word in told
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= seen.page.viewport_size["width"]
    seen.page.keyboard.press("Escape")
    assert panel.is_hidden()


def test_a_claim_shows_stimuli_neurons_and_draws(seen: Seen) -> None:
    mark = first_page(seen.page).locator("span[data-claim]").first
    mark.scroll_into_view_if_needed()
    mark.click()
    panel = seen.page.locator("#panel")
    told = panel.inner_text()
    for word in ("supported", "robust", "L1", "Confirmed on fresh draws", "43: half B",
                 "test draws", "100 fresh draws", "own orientation", "orthogonal"):  # fmt: skip
        assert word in told
    assert panel.locator(".frames img").count() == 2
    assert panel.locator("img").first.evaluate("i => i.decode().then(() => i.naturalWidth)") > 8
    painted = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    assert panel.locator("canvas").evaluate(painted) > 20
    panel.get_by_role("button", name="Close").click()
    assert panel.is_hidden()


def test_numbers_are_reached_by_keyboard_alone(seen: Seen) -> None:
    page, focused = seen.page, "document.activeElement.textContent"
    page.keyboard.press("Tab")
    for _ in range(60):
        if page.evaluate("document.activeElement.dataset.of !== undefined"):
            break
        page.keyboard.press("Tab")
    first = page.evaluate(focused)
    panel = page.locator("#panel")
    assert panel.is_visible()
    assert first in panel.inner_text()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.of !== undefined")
    assert panel.is_visible()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "Close"
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert page.evaluate("document.activeElement.dataset.of !== undefined")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) == "solid"
    # One stop for every paragraph, not one for every number.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.of === undefined")


def test_hypotheses_are_sorted_and_filtered(seen: Seen, small: Study) -> None:
    findings = [t.finding for t in small[0].trials if t.finding is not None]
    table = first_page(seen.page)

    def shown() -> list[str]:
        rows = table.locator("tbody tr:visible")
        return [row.split()[0] for row in rows.all_inner_texts()]

    def ordered(key: Any) -> list[str]:
        return [f.id for f in sorted(findings, key=key)]

    bar = seen.page.get_by_role("group", name="Sort and filter hypotheses").first
    assert shown() == ["H1", "H2", "H3"]
    chosen(bar, "Sort by").select_option("effect")
    assert shown() == ordered(lambda f: f.estimate)
    chosen(bar, "Direction").select_option("-1")
    assert shown() == ordered(lambda f: -f.estimate)
    chosen(bar, "Sort by").select_option("e")
    decisive = {f.id: f.e_refute if f.verdict == "contradicted" else f.e_value for f in findings}
    assert shown() == ordered(lambda f: -decisive[f.id])
    chosen(bar, "Sort by").select_option("order")
    assert shown() == ["H3", "H2", "H1"]
    chosen(bar, "Verdict").select_option("contradicted")
    assert shown() == [f.id for f in findings if f.verdict == "contradicted"]
    assert bar.get_by_role("status").inner_text() == "1 of 3 hypotheses"
    chosen(bar, "Verdict").select_option("")
    bar.get_by_label("Words").fill("(h3)")
    assert shown() == ["H3"]
    bar.get_by_label("Words").fill("")
    chosen(bar, "Level").select_option("L0")
    assert shown() == [f.id for f in reversed(findings) if f.level == "L0"]


PIXELS = "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"


def test_movies_play_and_can_be_searched(seen: Seen) -> None:
    player = seen.page.locator(".player")
    assert player.count() == 1
    player.scroll_into_view_if_needed()
    canvas, frame = player.locator("canvas").first, player.get_by_label("Frame")
    assert player.locator("canvas").count() == 2
    before = canvas.evaluate(PIXELS)
    frame.focus()
    seen.page.keyboard.press("ArrowRight")
    seen.page.keyboard.press("ArrowRight")
    assert frame.input_value() == "2"
    after = canvas.evaluate(PIXELS)
    white = [i for i in range(0, len(after), 4) if after[i] == 255 and before[i] != 255]
    assert len(white) == 16  # the square of four by four has moved
    player.get_by_role("button", name="Play").press("Enter")
    playwright.expect(frame).not_to_have_value("2")
    player.get_by_role("button", name="Pause").press(" ")
    assert player.get_by_role("button", name="Play").is_visible()


def test_nothing_moves_for_who_wants_it_still(browser: Any, report: Path) -> None:
    seen = Seen(browser, report, 1280, reduced_motion="reduce")
    player = seen.page.locator(".player")
    step = player.get_by_role("button", name="Next frame")
    step.click()
    assert player.get_by_label("Frame").input_value() == "1"
    assert player.get_by_role("button", name="Play").count() == 0
    seen.context.close()


def test_a_neuron_tells_what_the_table_says(seen: Seen, small: Study) -> None:
    table = neuron_table(*small)
    assert table is not None
    rows = list(csv.DictReader(io.StringIO(table.csv)))
    section = seen.page.locator("#neurons")
    canvas = section.locator("canvas.map")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    number = section.get_by_label("Neuron", exact=True)
    before = int(number.input_value())
    canvas.focus()
    seen.page.keyboard.press("ArrowRight")
    right = int(number.input_value())
    assert right != before
    assert float(rows[right]["x_um"]) > float(rows[before]["x_um"])
    chosen(section, "Place").select_option("field")
    chosen(section, "Colour").select_option("effect in H2")
    number.fill("4")
    told = section.locator(".told").inner_text()
    assert "Neuron 4" in told
    assert f"{float(rows[4]['x_um']):.4g} µm" in told
    cells = section.locator(".effects tbody tr").first.locator("td").all_inner_texts()
    assert float(cells[0].replace("−", "-")) == pytest.approx(float(rows[4]["H1_permi"]), abs=1e-4)
    assert cells[1] == rows[4]["H1_draws"]
    number.fill("1")
    assert "did not count" in section.locator(".effects").inner_text()


def test_without_script_everything_can_be_read(browser: Any, report: Path) -> None:
    with_script = Seen(browser, report, 1280)
    without = Seen(browser, report, 1280, java_script_enabled=False)
    whole = without.page.locator("main").text_content()
    for paragraph in with_script.page.locator("main > p").all_text_contents():
        assert paragraph in whole
    assert without.page.locator("figure svg:visible").count() == 16
    for added in (".bar", "#panel", ".player"):
        assert without.page.locator(added).count() == 0
    for empty in ("img.movie", "#neurons", "nav li.scripted"):
        assert not without.page.locator(empty).first.is_visible()
    assert with_script.wrong == without.wrong == []
    with_script.context.close()
    without.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_text_does_nothing(browser: Any, tmp_path: Path, width: int) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(to_html(hostile_document(" § ".join(HOSTILE))), "utf-8")
    seen = Seen(browser, path, width)
    seen.page.locator("[data-of]").first.click()
    assert "<script>alert(1)</script>" in seen.page.locator("#panel").inner_text()
    assert seen.wrong == []
    # Even what got into the page does not run: the policy allows one script, by its digest.
    seen.page.evaluate(
        "() => { const s = document.createElement('script');"
        "s.textContent = 'window.ran = true'; document.body.append(s);"
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">') }"
    )
    assert seen.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in said for said in seen.wrong)
    seen.context.close()


def test_many_hypotheses_and_neurons_stay_quick(browser: Any, tmp_path: Path, small: Study) -> None:
    """Forty findings: no more marks than hypotheses ask for, and every control still answers."""
    state, _ = small
    many = replace(state, trials=tuple(state.trials[i % 3] for i in range(40)))
    path = tmp_path / "many.html"
    path.write_text(to_html(compose(many, CONTEXT, {}, neuron_table(*small))), "utf-8")
    seen = Seen(browser, path, 1280)
    bar = seen.page.get_by_role("group", name="Sort and filter hypotheses").first
    chosen(bar, "Sort by").select_option("effect")
    assert first_page(seen.page).locator("tbody tr").count() == 40
    assert seen.wrong == []
    seen.context.close()
