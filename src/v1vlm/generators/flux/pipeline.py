"""A pipeline of diffusers at work: prompts and seeds in, images in colour out."""

from __future__ import annotations

import contextlib
import inspect
import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v1vlm.errors import InputError, PaintError
from v1vlm.fetching import needed
from v1vlm.generators.flux.failures import explain_loading, explain_painting
from v1vlm.generators.flux.options import Options
from v1vlm.generators.flux.source import Source

_NEEDS = ("prompt", "height", "width", "num_inference_steps", "generator", "output_type")
_OTHERS = (
    "mask_image",
    "control_image",
    "controlnet_conditioning_scale",
    "adapter_conditioning_scale",
    "image_guidance_scale",
    "strength",
    "num_frames",
    "audio_length_in_s",
)
"""Parameters of pipelines that paint from an image, or paint no image."""

LARGE_BYTES = 1e9
"""Weights of which more than one thread of a processor are worth their waiting for each other."""


class Pipeline:
    """A loaded pipeline.

    Raises
    ------
    PaintError
        If it cannot be loaded.
    """

    def __init__(self, source: Source, options: Options, device: str, dtype: str) -> None:
        self._source, self._options, self._device = source, options, device
        self._threads = _threads_for(source, options, device)
        try:
            self._pipe = self._placed(_loaded(source, options, dtype))
        except Exception as error:  # of diffusers, transformers, safetensors or torch
            explain_loading(error, source.name)

    def __call__(self, prompts: Sequence[str], seeds: Sequence[int]) -> NDArray[np.float32]:
        """Images (prompt, y, x, 3), 0 to 1, painted as one batch.

        Raises
        ------
        PaintError
            If memory runs out, or no images come back.
        """
        self._turn_into(self._source.pipeline)
        return self._painted(prompts, seeds)

    def edit(
        self,
        prompts: Sequence[str],
        seeds: Sequence[int],
        originals: NDArray[np.float32],
        strength: float,
    ) -> NDArray[np.float32]:
        """Images painted as `__call__` does, begun at originals (prompt, y, x, 3) of 0 to 1.

        Raises
        ------
        PaintError
        """
        self._turn_into(editing_kind(self._source.pipeline))
        return self._painted(prompts, seeds, image=originals, strength=strength)

    def _turn_into(self, name: str) -> None:
        """Be a pipeline of another class with the same models."""
        if type(self._pipe).__name__ != name:
            try:
                self._pipe.remove_all_hooks()
                self._pipe = self._placed(getattr(_diffusers(), name)(**self._pipe.components))
            except Exception as error:  # as where it was loaded
                explain_loading(error, self._source.name)

    def _placed(self, pipe: Any) -> Any:
        pipe.set_progress_bar_config(disable=True)
        if self._device == "cpu" or self._options.offload == "none":
            return pipe.to(self._device)
        if self._options.offload == "model":
            pipe.enable_model_cpu_offload(device=self._device)
        else:
            pipe.enable_sequential_cpu_offload(device=self._device)
        return pipe

    def _painted(
        self, prompts: Sequence[str], seeds: Sequence[int], **more: Any
    ) -> NDArray[np.float32]:
        import torch

        # Noise is drawn on the processor, so that it is the same for every device.
        noise = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
        known = inspect.signature(type(self._pipe).__call__).parameters
        told = {n: value for n, value in _arguments(self._options).items() if n in known}
        try:
            with _threads(self._threads), torch.inference_mode():
                answer = self._pipe(
                    prompt=list(prompts), generator=noise, output_type="np", **told, **more
                )
            images = np.asarray(getattr(answer, "images", None), np.float32)
        except Exception as error:
            explain_painting(error, self._source.name)
        if images.ndim != 4 or images.shape[0] != len(prompts) or images.shape[3] != 3:
            raise PaintError(
                f"{self._source.name} gave numbers of shape {images.shape} for {len(prompts)} "
                "prompts, not that many images in colour.",
                "Name a text-to-image pipeline.",
            )
        return images


def editing_kind(pipeline: str) -> str:
    """The class that paints from an image with the models of a pipeline, or nothing."""
    name = pipeline.removesuffix("Pipeline") + "Img2ImgPipeline"
    kind, other = (getattr(_diffusers(), n, None) for n in (pipeline, name))
    if kind is None or other is None:
        return ""
    models, needed_models = (
        {n for n, p in inspect.signature(made).parameters.items() if _is_required(p)}
        for made in (kind, other)
    )
    told = inspect.signature(getattr(other, "__call__")).parameters  # noqa: B004, B009
    return name if needed_models <= models and {"prompt", "image", "strength"} <= set(told) else ""


def place_of(options: Options) -> tuple[str, str]:
    """Device and dtype that the options stand for on this machine.

    Raises
    ------
    InputError
        If there is no such device.
    """
    torch = needed("torch", "flux")
    device = options.device
    if device == "auto":
        accelerator = torch.accelerator.current_accelerator()
        usable = accelerator is not None and torch.accelerator.is_available()
        device = accelerator.type if usable else "cpu"
    try:
        torch.zeros(1, device=device).cpu()
    except Exception as error:
        # Torch tells an unknown name, a missing driver and a missing build apart by type.
        raise InputError(
            f"The device {device!r} cannot be used: {str(error).splitlines()[0][:200]}",
            "Give device=cpu, or leave it out.",
        ) from error
    if options.quantize != "none" and not device.startswith("cuda"):
        raise InputError(
            f"quantize={options.quantize} needs a GPU that bitsandbytes knows, not {device!r}.",
            "Leave it out; on a processor dtype=bfloat16 halves what is needed.",
        )
    if options.quantize != "none":
        needed("bitsandbytes", "flux")
    short = "float32" if device == "cpu" else "bfloat16"
    return device, short if options.dtype == "auto" else options.dtype


def require_text_to_image(source: Source, options: Options) -> None:
    """Refuse a pipeline that diffusers does not know, or that paints no image from text alone.

    Raises
    ------
    InputError
        Also for an option that it cannot be told.
    """
    kind = getattr(_diffusers(), source.pipeline, None)
    if not isinstance(kind, type) or not hasattr(kind, "from_pretrained"):
        raise InputError(
            f"{source.name} is a {source.pipeline}, which the installed diffusers does not know.",
            "Update diffusers, or name another pipeline.",
        )
    parameters = inspect.signature(getattr(kind, "__call__")).parameters  # noqa: B004, B009
    lacks = [name for name in _NEEDS if name not in parameters]
    extra = [name for name in _OTHERS if name in parameters]
    extra += [n for n in ("image",) if n in parameters and _is_required(parameters[n])]
    if lacks or extra:
        why = f"it takes {extra[0]!r}" if extra else f"it takes no {lacks[0]!r}"
        raise InputError(
            f"{source.name} is a {source.pipeline}, which is no text-to-image pipeline: {why}.",
            "Name one that paints from a prompt, FluxPipeline or StableDiffusion3Pipeline, say.",
        )
    unknown = sorted(set(_arguments(options)) - set(parameters))
    if unknown:
        raise InputError(
            f"A {source.pipeline} cannot be told {unknown[0]}.",
            f"Leave {_OPTION_OF.get(unknown[0], unknown[0])}= out.",
        )


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty


def _loaded(source: Source, options: Options, dtype: str) -> Any:
    import torch

    more: dict[str, Any] = {}
    if options.quantize != "none":
        more["quantization_config"] = _quantization(source, options.quantize, dtype)
    return _diffusers().DiffusionPipeline.from_pretrained(
        source.folder,
        dtype=getattr(torch, dtype),
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
        **more,
    )


def _quantization(source: Source, how: str, dtype: str) -> Any:
    """Short weights for what is large: the transformer or U-Net, and the T5 encoder."""
    import torch
    from diffusers.quantizers.pipe_quant_config import PipelineQuantizationConfig

    large = ("transformer", "unet", "text_encoder_2", "text_encoder_3")
    kwargs: dict[str, Any] = {"load_in_8bit": True}
    if how == "4bit":
        compute = getattr(torch, dtype)
        kwargs = {"load_in_4bit": True, "bnb_4bit_compute_dtype": compute}
    return PipelineQuantizationConfig(
        quant_backend=f"bitsandbytes_{how}",
        quant_kwargs=kwargs,
        components_to_quantize=[name for name in large if (source.folder / name).is_dir()],
    )


def _arguments(options: Options) -> dict[str, Any]:
    """Arguments of the pipeline that the options stand for."""
    given = {
        "height": options.height,
        "width": options.width,
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
        "max_sequence_length": options.max_sequence_length,
    }
    return {name: value for name, value in given.items() if value is not None}


_OPTION_OF = {"num_inference_steps": "steps", "guidance_scale": "guidance"}


def _diffusers() -> Any:
    """The library, told to say nothing but errors; what matters is raised."""
    needed("diffusers", "flux")
    from transformers.utils import logging as of_transformers

    of_transformers.disable_progress_bar()
    of_transformers.set_verbosity_error()
    from diffusers.utils import logging as of_diffusers

    of_diffusers.disable_progress_bar()
    of_diffusers.set_verbosity_error()
    return needed("diffusers", "flux")


def _threads_for(source: Source, options: Options, device: str) -> int:
    """Threads of a processor to paint with; 0 leaves them as they are."""
    if device != "cpu" or options.threads or source.n_bytes < LARGE_BYTES:
        return options.threads
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else (os.cpu_count() or 1)


@contextlib.contextmanager
def _threads(wanted: int) -> Iterator[None]:
    """Work with so many threads: nothing else works while images are painted."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(wanted or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
