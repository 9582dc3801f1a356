"""What asking a model has cost."""

from __future__ import annotations

from pydantic import Field

from v1vlm.records import Record


class Usage(Record):
    """Calls of a model and what they took.

    Attributes
    ----------
    seconds : float
        That the model needed for its answers.
    usd : float
        Where the price is known.
    """

    calls: int = Field(0, ge=0)
    input_tokens: int = Field(0, ge=0)
    output_tokens: int = Field(0, ge=0)
    seconds: float = Field(0.0, ge=0)
    usd: float = Field(0.0, ge=0)

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.input_tokens + self.output_tokens

    def plus(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(**{name: value + getattr(other, name) for name, value in self})
