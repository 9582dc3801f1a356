"""Options of a model as they are written behind its name (see `v1vlm.plugins.read_options`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from v1vlm.records import Record


class Options(Record):
    """What every model can be told.

    Attributes
    ----------
    pictures : bool
        Whether it is shown pictures.
    context_chars : int
        Room for the literature; about four characters are a token.
    max_new_tokens : int
        Longest answer.
    timeout_s : float
        Longest wait for one answer.
    usd_in, usd_out : float
        Price of a million tokens sent and received, for ``--max-usd``.
    menu : {"all", "painted"}
        What it may propose: everything, or only images that are painted from its descriptions,
        where the study has a generator.
    """

    pictures: bool = True
    context_chars: int = Field(24_000, ge=400)
    max_new_tokens: int = Field(4096, ge=64)
    temperature: float = Field(0.7, ge=0, le=2)
    timeout_s: float = Field(600.0, gt=0)
    usd_in: float = Field(0.0, ge=0)
    usd_out: float = Field(0.0, ge=0)
    menu: Literal["all", "painted"] = "all"

    def usd(self, sent: int, received: int) -> float:
        """What so many tokens cost."""
        return round((sent * self.usd_in + received * self.usd_out) / 1e6, 9)


class LocalOptions(Options):
    """What a model in this process can be told besides.

    Attributes
    ----------
    revision : str
        Branch, tag or commit on the hub.
    device : str
        ``auto``, ``cpu``, ``cuda``, ``cuda:1``, …; ``auto`` spreads over what there is.
    dtype : str
        ``auto`` takes that of the weights.
    quantize : {"none", "8bit", "4bit"}
        With bitsandbytes, on a GPU.
    """

    revision: str = "main"
    device: str = "auto"
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto"
    quantize: Literal["none", "8bit", "4bit"] = "none"


class RemoteOptions(Options):
    """What a model behind an API can be told besides.

    Attributes
    ----------
    json_mode : {"auto", "schema", "prompted"}
        Whether the provider is sent the schema as such, or the prompt holds it. ``auto`` lets
        the provider do what it can.
    retries : int
        Times that a call is repeated after a rate limit, a timeout or a dropped connection.
    model : str
        Name of the model at a base URL.
    """

    json_mode: Literal["auto", "schema", "prompted"] = "auto"
    retries: int = Field(5, ge=0, le=20)
    model: str = ""
