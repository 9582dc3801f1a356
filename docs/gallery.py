"""Draw the gallery of docs/stimuli.md: python docs/gallery.py.

Every kind of stimulus gets a row of pictures, its parameters and its source, between the two
marks of the page; what the page says around them is written by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from v1vlm.stimuli import Screen, Stimulus, show

DOCS = Path(__file__).parent
PAGE = DOCS / "stimuli.md"
PICTURES = DOCS / "images" / "gallery"
MARKS = "<!-- gallery -->", "<!-- end of gallery -->"

GROUPS = {
    "Gratings and noise": ("gratings", "noise", "recorded"),
    "Lines, contours and figures": ("scenes", "contours"),
    "Textures": ("textures", "quilts"),
    "Motion": ("motion",),
    "Photographs, arrays and painted images": ("photographs", "images"),
    "Other stimuli in time": ("series",),
}

COFFEE: dict[str, Any] = {"kind": "photograph", "name": "coffee", "column": 0.4}
CLIP: dict[str, Any] = {
    "kind": "photo_clip",
    "name": "chelsea",
    "crop_fraction": 0.4,
    "speed_deg_per_s": 40.0,
    "zoom_octaves": 0.3,
}
GABOR: dict[str, Any] = {"kind": "gabor_path", "orientation_deg": 20.0, "seed": 4}

# What is shown of a kind: the parameters of each of up to four tiles.
TILES: dict[str, list[dict[str, Any]]] = {
    "grating": [
        {"orientation_deg": 30.0, "temporal_frequency_hz": 2.0},
        {"aperture": "gaussian", "diameter_deg": 60.0, "temporal_frequency_hz": 2.0},
        {"aperture": "hole", "temporal_frequency_hz": 2.0},
    ],
    "centre_surround": [
        {"temporal_frequency_hz": 2.0},
        {"temporal_frequency_hz": 2.0, "surround_offset_deg": 90.0, "centre_diameter_deg": 30.0},
        {"temporal_frequency_hz": 2.0, "surround_diameter_deg": 60.0, "gap_deg": 8.0},
    ],
    "plaid": [{"temporal_frequency_hz": 2.0}, {"aperture": "disc", "diameter_deg": 50.0}],
    "grating_sequence": [{"duration_s": 0.5, "gap_s": 0.2, "aperture": "disc"}],
    "uniform_noise": [{}],
    "pink_noise": [{}, {"window_sd_deg": 15.0}],
    "lines": [
        {"n": 20, "length_deg": 16.0},
        {"n": 20, "length_deg": 16.0, "orientation_spread_deg": 60.0},
        {"n": 60, "length_deg": 16.0, "orientation_spread_deg": 90.0, "polarity": -1},
    ],
    "crossing": [
        {"angle_deg": 30.0, "length_deg": 45.0},
        {"angle_deg": 75.0, "length_deg": 45.0},
        {"angle_deg": 75.0, "crossing": False},
    ],
    "junction": [
        {"angle_deg": 45.0},
        {"shape": "T"},
        {"shape": "Y", "polarity": -1},
        {"shape": "X", "angle_deg": 60.0},
    ],
    "arc": [{"curvature_per_deg": c} for c in (0.0, 0.03, 0.08)],
    "outlines": [
        {"orientation_deg": 90.0},
        {"shape": "square", "angle_deg": 45.0, "orientation_deg": 90.0},
        {"orientation_deg": 90.0, "intersecting": False},
    ],
    "contour": [
        {"orientation_deg": 90.0, "radius_deg": 14.0, "seed": 2},
        {"orientation_deg": 90.0, "radius_deg": 14.0, "seed": 2, "gap_deg": 15.0},
    ],
    "contour_map": [{"width_deg": 4.0}, {"width_deg": 4.0, "shuffled": True}],
    "gabor_path": [GABOR, {**GABOR, "flanker_offset_deg": 45.0}],
    "symmetric": [{"seed": 3}, {"seed": 3, "symmetric": False}, {"seed": 3, "axis_deg": 0.0}],
    "owned_edge": [{"orientation_deg": 80.0, "side": side} for side in (1, -1)],
    "textured_figure": [{"seed": 5}, {"seed": 5, "ground_offset_deg": 0.0}],
    "oriented_texture": [
        {"orientation_deg": 60.0},
        {"orientation_deg": 60.0, "spread_deg": 90.0, "bandwidth_octaves": 2.0},
    ],
    "dead_leaves": [{}, {"radius_min_deg": 8.0, "seed": 1}],
    "photograph": [COFFEE, {"name": "camera"}],
    "photo_clip": [CLIP],
    "photo_surround": [
        {"centre": COFFEE, "surround": {**COFFEE, "name": "brick"}, "centre_diameter_deg": 40.0},
        {"centre": COFFEE, "surround": COFFEE, "gap_deg": 8.0},
    ],
    "phase_scrambled": [{"source_stimulus": COFFEE}],
    "quilt": [{"name": name} for name in ("brick", "grass")],
    "bar": [{"speed_deg_per_s": 60.0}],
    "random_dots": [{}, {"coherence": 0.3}, {"figure_diameter_deg": 40.0}],
    "looming": [{}, {"receding": True}],
    "succession": [{"items": [COFFEE, CLIP], "still_s": 0.5, "gap_s": 0.2}],
    "retimed": [{"source_stimulus": CLIP, "order": "reversed"}],
}

NO_PICTURE = {"painted": "needs a generator", "stored": "shows what it is given"}

HEAD = "| | `kind`: what it shows | parameters | source |\n|---|---|---|---|\n"

MOVIE_HZ = 10.0
FRAMES_MAX = 20
"""Pictures of movies show every third frame of their first two seconds."""


def main() -> None:
    """Draw the pictures and write the rows into the page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.iterdir():
        old.unlink()
    for kind in kinds():
        if kind not in NO_PICTURE:
            draw(kind)
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def kinds() -> list[str]:
    """The kinds of stimulus that the package itself has."""
    return [k for k, c in Stimulus.kinds.items() if c.__module__.startswith("v1vlm.stimuli.")]


def tiles(kind: str) -> list[Stimulus]:
    """The stimuli that are shown of a kind."""
    return [Stimulus.from_json({**tile, "kind": kind}) for tile in TILES.get(kind, [{}])]


def draw(kind: str) -> None:
    """Draw the picture of a kind; movies are thinned to keep the page light."""
    from v1vlm.stimuli import write_picture

    frames = show(tiles(kind), enlarge=1)
    if len(frames) == 1:
        write_picture(np.kron(frames, np.ones((1, 4, 4), np.uint8)), PICTURES / f"{kind}.png")
        return
    step = round(Screen().frame_rate_hz / MOVIE_HZ)
    thin = frames[::step][:FRAMES_MAX]
    # 32 greys, which compress far better than 256.
    thin = (thin // 8 * 8 + 4).repeat(3, axis=1).repeat(3, axis=2)
    write_picture(thin, PICTURES / f"{kind}.gif", MOVIE_HZ)


def page(text: str) -> str:
    """The page with its rows renewed."""
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n\n{''.join(rows())}{MARKS[1]}{after}"


def rows() -> Iterator[str]:
    """The gallery in Markdown, group by group."""
    grouped = {name for modules in GROUPS.values() for name in modules}
    modules = {kind: Stimulus.kinds[kind].__module__.rpartition(".")[2] for kind in kinds()}
    ungrouped = set(modules.values()) - grouped
    if ungrouped:
        raise SystemExit(f"Put the module {sorted(ungrouped)[0]!r} into a group.")
    for group, members in GROUPS.items():
        shown = [kind for kind in kinds() if modules[kind] in members]
        if shown:
            yield f"### {group}\n\n{HEAD}"
            yield from (row(kind) for kind in shown)
            yield "\n"


def row(kind: str) -> str:
    """One line of the gallery."""
    cls = Stimulus.kinds[kind]
    assert issubclass(cls, Stimulus)
    own = [n for n in cls.model_fields if n not in ("kind", *Stimulus.model_fields)]
    names = " ".join(f"`{name}`" for name in own)
    picture = NO_PICTURE.get(kind)
    if picture is None:
        suffix = "gif" if (PICTURES / f"{kind}.gif").exists() else "png"
        picture = f"![{kind}](images/gallery/{kind}.{suffix})"
    return f"| {picture} | `{kind}`: {cls.description} | {names} | {cls.citation} |\n"


if __name__ == "__main__":
    main()
