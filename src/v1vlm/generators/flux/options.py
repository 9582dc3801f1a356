"""What a generator can be told, and what of it the pixels depend on."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from v1vlm.records import Record

MULTIPLE_PX = 16
"""Sides that every pipeline can paint; FLUX.1 rounds others down without saying so."""

ELSEWHERE = ("device", "dtype", "offload", "threads", "revision")
"""Options that are resolved on a machine, say where the work is done, or name weights."""

_DTYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
_OFFLOADS = {"true": "model", "false": "none"}


class Options(Record):
    """What any text-to-image pipeline can be told.

    Attributes
    ----------
    steps : int or None
        Denoising steps; None leaves them to the pipeline.
    guidance : float or None
        Scale of the guidance by the prompt; None leaves it to the pipeline.
    height, width : int
        Size painted, in pixels; multiples of 16.
    max_sequence_length : int or None
        Longest prompt, in tokens of the text encoder, where the pipeline can be told.
    batch : int
        Images painted together. A batch that is not full is filled up, so that an image does not
        depend on its company; another `batch` may change it by a grey level.
    dtype : str
        ``auto``, ``bfloat16`` (``bf16``), ``float16`` (``fp16``) or ``float32`` (``fp32``);
        ``auto`` is bfloat16 on an accelerator and float32 on a processor.
    device : str
        ``auto``, ``cpu``, ``cuda``, ``cuda:1``, ``mps``; ``auto`` is an accelerator if there is
        one.
    offload : {"none", "model", "sequential"}
        Keep in the accelerator's memory only the model at work, or only the layer.
        Nothing changes on a processor.
    quantize : {"none", "8bit", "4bit"}
        With bitsandbytes, on a GPU.
    threads : int
        Of a processor; 0 takes as many as this process may use for weights of more than a
        gigabyte, and as many as ``OMP_NUM_THREADS`` says for less.
    revision : str
        Branch, tag or commit on the hub; by default what the cache holds, else ``main``.
    """

    steps: int | None = Field(None, ge=1, le=1000)
    guidance: float | None = Field(None, ge=0, le=100)
    height: int = Field(384, ge=16, le=4096)
    width: int = Field(512, ge=16, le=4096)
    max_sequence_length: int | None = Field(None, ge=1, le=4096)
    batch: int = Field(1, ge=1, le=64)
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    device: str = Field("auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?|xpu(:\d+)?)$")
    offload: Literal["none", "model", "sequential"] = "none"
    quantize: Literal["none", "8bit", "4bit"] = "none"
    threads: int = Field(0, ge=0, le=1024)
    revision: str = ""

    @field_validator("height", "width")
    @classmethod
    def _is_paintable(cls, side: int) -> int:
        if side % MULTIPLE_PX:
            low = side // MULTIPLE_PX * MULTIPLE_PX
            near = " or ".join(str(n) for n in (low, low + MULTIPLE_PX) if n)
            raise ValueError(f"{side} is no multiple of {MULTIPLE_PX}, give {near}")
        return side

    @field_validator("dtype", "offload", mode="before")
    @classmethod
    def _in_full(cls, value: Any) -> Any:
        return {**_DTYPES, **_OFFLOADS}.get(value, value) if isinstance(value, str) else value

    def settings(self) -> dict[str, Any]:
        """Options that a painted image depends on, besides dtype and kind of device."""
        return {name: value for name, value in self.to_json().items() if name not in ELSEWHERE}


class FluxOptions(Options):
    """The settings of the original V1VLM for FLUX.1-schnell."""

    steps: int | None = Field(4, ge=1, le=1000)
    guidance: float | None = Field(0.0, ge=0, le=100)
    max_sequence_length: int | None = Field(256, ge=1, le=512)
