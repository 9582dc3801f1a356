"""Where commands print to, and what happens when nobody reads it any longer."""

from __future__ import annotations

import contextlib
import os

from rich.console import Console

CLOSED_PIPE = 141
"""128 and the number of SIGPIPE, as shells count commands that a closed pipe ends."""


class ClosedPipe(SystemExit):
    """Nobody reads what a command prints, as after ``| head``.

    No `Exception`: nothing on the way out may take it for a failure of its own.
    """

    def __init__(self) -> None:
        super().__init__(CLOSED_PIPE)


class Terminal(Console):
    """A console that prints words as they are.

    No markup: titles and reasons are a scientist's words, and may hold brackets.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=True, markup=False)

    def on_broken_pipe(self) -> None:
        """End the command; what nobody hears on the error stream does not end it.

        Raises
        ------
        ClosedPipe
        """
        self.quiet = True
        # What is still in the stream's buffer would fail again when the interpreter ends.
        with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), self.file.fileno())
        if not self.stderr:
            raise ClosedPipe from None
