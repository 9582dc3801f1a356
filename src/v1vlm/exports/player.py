"""Play a sheet of stimuli with PsychoPy.

Run it beside sheet.json, presentations.csv and frames: python play.py [--photodiode] [--window]
It writes shown.csv, the same presentations with the times at which they were on the screen,
in seconds from the first flip; Escape stops, and what was shown is kept.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Show every presentation in order and write down when."""
    parser = argparse.ArgumentParser(description="Play a sheet of stimuli with PsychoPy.")
    parser.add_argument("--photodiode", action="store_true", help="a square that turns white")
    parser.add_argument("--window", action="store_true", help="in a window, to look at it")
    parser.add_argument("--screen", type=int, default=0, help="number of the monitor")
    options = parser.parse_args()
    sheet = json.loads((HERE / "sheet.json").read_text("utf-8"))
    with (HERE / "presentations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    play(sheet, rows, options)


def play(sheet: dict[str, Any], rows: list[dict[str, str]], options: Any) -> None:
    """Open a window, show all presentations, write shown.csv."""
    from psychopy import core, event, visual  # type: ignore[import-not-found]

    grey = sheet["screen"]["grey"] / 127.5 - 1.0
    window = visual.Window(
        fullscr=not options.window,
        screen=options.screen,
        color=(grey,) * 3,
        colorSpace="rgb",
        units="norm",
        waitBlanking=True,
    )
    rate = window.getActualFrameRate() or 60.0
    flips = _flips(rate, sheet["screen"]["frame_rate_hz"])
    # The frames fill the monitor; pixels stay squares of one grey, as the twin saw them.
    image = visual.ImageStim(window, size=(2.0, 2.0), units="norm", interpolate=False)
    diode = visual.Rect(window, width=0.1, height=0.1, pos=(0.95, -0.95), units="norm")
    clock = core.Clock()
    done = []
    try:
        _grey(window, round(rate * sheet["session"]["gap_s"]))
        for row in rows:
            if event.getKeys(["escape"]):
                break
            frames = _frames(row)
            still = len(frames) == 1
            times = round(float(row["duration_s"]) * sheet["screen"]["frame_rate_hz"])
            start = None
            for index in range(times):
                if index == 0 or not still:
                    image.image = _picture(frames[0 if still else index])
                for _ in range(flips):
                    image.draw()
                    if options.photodiode:
                        diode.fillColor = "white" if index % 2 == 0 else "black"
                        diode.draw()
                    window.flip()
                    start = clock.getTime() if start is None else start
            _grey(window, 1)
            done.append({**row, "start_time": start, "stop_time": clock.getTime()})
            _grey(window, max(round(rate * sheet["session"]["gap_s"]) - 1, 0))
    finally:
        window.close()
        _write(done)


def _flips(rate: float, wanted: float) -> int:
    """How many refreshes a frame stays."""
    flips = round(rate / wanted)
    if flips < 1 or abs(rate / flips - wanted) > 0.02 * wanted:
        raise SystemExit(
            f"A monitor of {rate:.1f} Hz cannot show {wanted:g} frames per second evenly; "
            f"set it to a multiple of {wanted:g} Hz."
        )
    return flips


def _grey(window: Any, flips: int) -> None:
    for _ in range(flips):
        window.flip()


def _frames(row: dict[str, str]) -> Any:
    path = (HERE / row["frames"]).resolve()
    if HERE / "frames" not in path.parents:
        raise SystemExit(f"{row['frames']!r} lies outside of this folder.")
    return np.load(path, allow_pickle=False)


def _picture(frame: Any) -> Any:
    """A picture: unlike an array, it has no doubt about which row is on top."""
    from PIL import Image

    return Image.fromarray(frame)


def _write(done: list[dict[str, Any]]) -> None:
    if done:
        with (HERE / "shown.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(done[0]))
            writer.writeheader()
            writer.writerows(done)


if __name__ == "__main__":
    main()
