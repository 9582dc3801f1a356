"""``v1vlm physiology``: the classical battery on any twin, and its card."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from v1vlm.cli.console import Terminal

if TYPE_CHECKING:
    from v1vlm.analysis.neurons import Physiology
    from v1vlm.physiology import Battery, Card, RecordedMouse
    from v1vlm.rig import Rig
    from v1vlm.twins import Twin

STOPPED = 130
PROBED, IMAGE_S, FEW = 4, 0.5, 4
"""Images, and movies of a second, that the twin's speed is taken from."""

TOLD_EVERY_S = 60.0


def register(app: typer.Typer, out: Console) -> None:
    """Add the command to an app."""

    @app.command()
    def physiology(
        twin: Annotated[
            str, typer.Option(help="Digital twin: NAME[:ARG] or module:factory.")
        ] = "energy",
        mouse: Annotated[
            list[str] | None,
            typer.Option(help="Mouse, of a twin of several; may be given more than once."),
        ] = None,
        out_dir: Annotated[
            Path, typer.Option("--out", help="Folder for the card; keeps what was measured.")
        ] = Path("physiology"),
        quick: Annotated[
            bool, typer.Option("--quick", help="Fewer protocols, at fewer places.")
        ] = False,
        sites: Annotated[
            int | None,
            typer.Option(
                help="Places for the protocols shown at receptive fields; more are slower.", min=1
            ),
        ] = None,
        recordings: Annotated[
            Path | None,
            typer.Option(
                help="Card of a recorded mouse instead: a folder with tuning/ and "
                "neuron_coordinates/."
            ),
        ] = None,
        reference: Annotated[
            Path | None,
            typer.Option(
                help="Recordings, in such a folder, to compare with instead of those of mouse B."
            ),
        ] = None,
        reference_mouse: Annotated[
            str | None,
            typer.Option(help="Mouse of --reference; by default --mouse, or the only one there."),
        ] = None,
    ) -> None:
        """Characterise a twin and hold it against what is known of mouse V1: a card."""
        from v1vlm.physiology import FULL, QUICK

        compared = _Compared(reference, reference_mouse)
        if recordings is not None:
            _recorded(recordings, mouse, compared, out_dir, out)
            return
        battery = QUICK if quick else FULL
        if sites is not None:
            battery = battery.model_copy(update={"sites": sites, "enough": None})
        mice: list[str | None] = [*(mouse or [])] or [None]
        for name, with_ in [(name, compared.of(name)) for name in mice]:
            _make(loaded(twin, name), battery, with_, _folder(out_dir, name, len(mice)), out)


def loaded(twin: str, mouse: str | None) -> Twin:
    """A twin, of one of its mice if one is named."""
    from v1vlm import plugins
    from v1vlm.errors import InputError

    options: dict[str, Any] = {} if mouse is None else {"mouse": mouse}
    try:
        found: Twin = plugins.load("twins", twin, **options)
    except TypeError as error:
        if mouse is None or "mouse" not in str(error):
            raise
        raise InputError(
            f"The twin {twin!r} has no option 'mouse'.", "Leave out --mouse: it is of one mouse."
        ) from error
    return found


def _folder(out_dir: Path, mouse: str | None, n_mice: int) -> Path:
    return out_dir if n_mice == 1 else out_dir / f"mouse-{mouse}"


@dataclass(frozen=True)
class _Compared:
    """What twins and mice are compared with: recordings, and which mouse of them."""

    folder: Path | None
    mouse: str | None

    def of(self, mouse: str | None) -> RecordedMouse | None:
        """The recorded mouse for a twin of a mouse; None for the one of the package."""
        from v1vlm.errors import InputError
        from v1vlm.physiology import read_recording, reference_mouse
        from v1vlm.physiology.recordings import mice_in

        if self.folder is None:
            if self.mouse is not None:
                raise InputError(
                    f"--reference-mouse {self.mouse} is of no recordings.",
                    "Name their folder as --reference.",
                )
            return None
        there = mice_in(self.folder)
        chosen = self.mouse or (mouse if mouse in there else None)
        if chosen is None and len(there) > 1:
            raise InputError(
                f"{str(self.folder)!r} holds several mice: {', '.join(there)}.",
                "Choose one with --reference-mouse.",
            )
        return reference_mouse(read_recording(self.folder, chosen or there[0]))


def _recorded(
    recordings: Path, mice: list[str] | None, compared: _Compared, out_dir: Path, out: Console
) -> None:
    from v1vlm.physiology.recordings import mice_in, read_recording, recorded_card

    chosen = mice or mice_in(recordings)
    for mouse in chosen:
        found, reference = read_recording(recordings, mouse), compared.of(mouse)
        for name, apart in found.differences().items():
            out.print(f"mouse {mouse}: {name} is the recorded one within {apart:.1g}.")
        folder = usable(_folder(out_dir, mouse, len(chosen)))
        _written(recorded_card(found, reference), folder, out)


def _make(
    twin: Twin, battery: Battery, reference: RecordedMouse | None, folder: Path, out: Console
) -> None:
    from v1vlm.physiology import card_from, characterise, load_physiology
    from v1vlm.physiology.battery import check_screen
    from v1vlm.rig import Rig
    from v1vlm.store import Store
    from v1vlm.twins import validate_twin

    validate_twin(twin)
    check_screen(twin.card.screen)
    rig = Rig(twin, Store(usable(folder)))
    said = _Said(out)
    with rig.store.locked(), stoppable():
        seconds = Seconds.of(twin)
        _say_cost(rig, battery, seconds, out)
        payload = characterise(rig, said.images, battery.mapped)
        _say_left(rig, load_physiology(payload, rig.store.get), battery, seconds, out)
        card = card_from(rig, payload, battery, said.step, reference)
        _written(card, folder, out)


def usable(folder: Path) -> Path:
    """A folder that is there, or can be made, before anything is shown."""
    from v1vlm.errors import InputError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError(f"{str(folder)!r} is no folder.", "Name a folder as --out.") from error
    return folder


@contextlib.contextmanager
def stoppable(*, kept: bool = True) -> Iterator[None]:
    """When stopped, say that what was measured is kept, if it is."""
    try:
        yield
    except KeyboardInterrupt:
        if not kept:
            raise
        Terminal(stderr=True).print(
            "Stopped. What was measured is kept; the same command goes on from there."
        )
        sys.exit(STOPPED)


class _Said:
    """Where it stands, told once for each entry, and now and then for long ones."""

    def __init__(self, out: Console) -> None:
        self._out, self._entry, self._at = out, "", 0.0

    def images(self, number: int) -> None:
        self._tell("characterisation", f"{number:,} images shown")

    def step(self, entry: str, number: int, total: int) -> None:
        self._tell(entry, f"{number} of {total} steps done")

    def _tell(self, entry: str, how_far: str) -> None:
        now = time.monotonic()
        if entry != self._entry or now - self._at > TOLD_EVERY_S:
            self._entry, self._at = entry, now
            self._out.print(f"{entry.replace('_', ' ')} ({how_far})")


@dataclass(frozen=True)
class Seconds:
    """What this machine needs for a still image, and for a frame of a movie.

    Attributes
    ----------
    image, frame : float
        Shown to all neurons.
    frame_there : float
        To the few that share a place.
    """

    image: float
    frame: float
    frame_there: float

    @classmethod
    def of(cls, twin: Twin) -> Seconds:
        """Show a few of both, and take the time."""
        import numpy as np

        from v1vlm.stimuli import Grating

        screen = twin.card.screen
        gratings = (
            Grating(temporal_frequency_hz=2.0, phase_deg=10.0 * i, aperture="disc", diameter_deg=20)
            for i in range(PROBED)
        )
        movies = np.stack([grating.render(screen) for grating in gratings])
        images = np.repeat(movies[:, :1], screen.frames(IMAGE_S), axis=1)
        # What is worked out once for all stimuli is no part of the price of one.
        twin.respond(images[:1])
        few = list(range(min(FEW, twin.card.n_neurons)))
        n_frames = movies.shape[0] * movies.shape[1]
        return cls(
            _timed(twin, images, None) / PROBED,
            _timed(twin, movies, None) / n_frames,
            _timed(twin, movies, few) / n_frames,
        )

    def of_frames(self, frames: Mapping[str, int]) -> float:
        """Seconds for the frames of entries of the battery."""
        from v1vlm.physiology.battery import is_centred

        return sum(
            n * (self.frame_there if is_centred(name) else self.frame) for name, n in frames.items()
        )


def _timed(twin: Twin, frames: Any, neurons: list[int] | None) -> float:
    twin.respond(frames[:1], neurons=neurons)
    begun = time.perf_counter()
    twin.respond(frames, neurons=neurons)
    return time.perf_counter() - begun


def _say_cost(rig: Rig, battery: Battery, seconds: Seconds, out: Console) -> None:
    """What will be shown, and how long this machine needs for it at most, before it starts."""
    from v1vlm.physiology import cost
    from v1vlm.physiology.characterise import characterised, most_images

    card = rig.twin.card
    planned = cost(battery, card.screen)
    movies, frames = (sum(each[k] for each in planned.values()) for k in (0, 1))
    share = min(1.0, (battery.mapped or card.n_neurons) / card.n_neurons)
    known = characterised(rig, battery.mapped)
    images = 0 if known else most_images(card.screen, share)
    first = f"the characterisation, {images:,} images, and " if images else ""
    shown = seconds.of_frames({name: each[1] for name, each in planned.items()})
    needed = time_said(images * seconds.image + shown)
    out.print(
        f"{card.name}: {first}{len(planned)} protocols, {movies:,} movies of {frames:,} frames; "
        f"at this machine's speed {needed}. These "
        "are upper bounds: fewer where receptive fields lie together. Ctrl-C stops, the same "
        "command goes on."
    )


def _say_left(
    rig: Rig, physiology: Physiology, battery: Battery, seconds: Seconds, out: Console
) -> None:
    """What is left to be shown now that the receptive fields are known."""
    from v1vlm.physiology.battery import known, steps_of

    steps = [s for s in steps_of(rig, physiology, battery) if not known(rig, physiology, s)]
    movies, frames = sum(s.movies for s in steps), sum(s.frames for s in steps)
    each = {name: sum(s.frames for s in steps if s.name == name) for name in battery.entries}
    if movies:
        out.print(
            f"Left: {len({s.name for s in steps})} protocols, {movies:,} movies of {frames:,} "
            f"frames; {time_said(seconds.of_frames(each))}."
        )


def time_said(seconds: float) -> str:
    """A time in words."""
    if seconds < 60:
        return "less than a minute"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def _written(card: Card, folder: Path, out: Console) -> None:
    from v1vlm.report.card import write_card

    for name, content in write_card(card).items():
        (folder / name).write_bytes(content)
    _show(card, out)
    out.print(f"card: {folder / 'card.pdf'}, card.html, card.json")


def _show(card: Card, out: Console) -> None:
    table = Table("fact", box=None, pad_edge=False)
    for title in ("twin", "passes", "n"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("")
    for one in card.facts:
        at, fact = one.primary, one.fact
        value = "" if at.value is None else f"{at.value:.3g}"
        passes = "" if fact.low is None else f"{fact.low:g} to {fact.high:g}"
        if fact.reference is not None and at.ceiling is not None:
            passes = f"KS to {at.ceiling + fact.tolerance:.2g}"
        table.add_row(fact.text, value, passes, str(at.n.get("measurable", "")), one.said)
    out.print(table)
    if any(one.primary.near_bound for one in card.facts):
        out.print("~ A bound of what passes lies within the 95 % interval.")
    for problem in card.problems:
        out.print(problem)
    counts = ", ".join(f"{count} {kind}" for kind, count in card.counts().items())
    out.print(f"{len(card.facts)} facts: {counts}.")
