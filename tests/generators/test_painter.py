"""FLUX.1 and Stable Diffusion of random weights, through the code that loads the real ones."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.cli.command import Command
from v1vlm import plugins
from v1vlm.errors import InputError, PaintError
from v1vlm.generators import batch_size, card
from v1vlm.generators.flux import Painter
from v1vlm.generators.flux.painter import LUMA
from v1vlm.stimuli import PaintRequest
from v1vlm.testing import GeneratorContract

SMALL = "height=64,width=128"
PAINTERS: dict[str, Painter] = {}


def load(spec: str) -> Painter:
    """The generator of a specification, one for all tests."""
    if spec not in PAINTERS:
        PAINTERS[spec] = plugins.load("generators", spec)
    return PAINTERS[spec]


@pytest.fixture
def flux(pipelines: Path) -> Painter:
    return load(f"flux:{pipelines / 'flux'},{SMALL}")


def asked(*prompts: str, seed: int = 5) -> list[PaintRequest]:
    return [PaintRequest(prompt=p, seed=seed + i, generator="g") for i, p in enumerate(prompts)]


class Anew(GeneratorContract):
    """Every generator is held against the contract that authors get, loaded anew each time."""

    spec = ""

    @pytest.fixture(autouse=True)
    def _folder(self, pipelines: Path) -> None:
        self.folder = pipelines

    def make_generator(self) -> Painter:
        made: Painter = plugins.load("generators", self.spec.format(self.folder))
        return made


class TestFlux(Anew):
    spec = f"flux:{{}}/flux,{SMALL}"


class TestFluxInBatches(Anew):
    spec = f"flux:{{}}/flux,{SMALL},batch=3"


class TestStableDiffusion(Anew):
    spec = f"diffusers:{{}}/sd,{SMALL},steps=2,batch=2"


def test_it_paints_what_the_pipeline_paints_called_by_hand(pipelines: Path, flux: Painter) -> None:
    import torch
    from diffusers import FluxPipeline

    pipe = FluxPipeline.from_pretrained(pipelines / "flux", use_safetensors=True)
    pipe.set_progress_bar_config(disable=True)
    (request,) = asked("bark of a tree")
    by_hand = pipe(
        prompt=request.prompt,
        generator=torch.Generator().manual_seed(request.seed),
        num_inference_steps=4,
        guidance_scale=0.0,
        max_sequence_length=256,
        height=64,
        width=128,
    ).images[0]
    painted = flux.paint([request])[0]
    # Pillow rounds colours before it makes them grey.
    assert np.abs(painted.astype(int) - np.asarray(by_hand.convert("L"))).max() <= 1
    assert np.isclose(sum(LUMA), 1)


def test_the_settings_are_those_of_the_original(pipelines: Path) -> None:
    painter = load(f"flux:{pipelines / 'flux'}")
    said = card(painter)
    assert (said["height"], said["width"], said["steps"], said["guidance"]) == (384, 512, 4, 0.0)
    assert (said["max_sequence_length"], batch_size(painter)) == (256, 1)
    assert painter.paint(asked("stones")).shape == (1, 384, 512)


def test_the_digest_follows_whatever_the_pixels_depend_on(pipelines: Path, own: Any) -> None:
    folder = pipelines / "flux"
    digest = load(f"flux:{folder},{SMALL}").digest
    for other in ("steps=3", "guidance=1", "batch=2", "dtype=bf16", "max_sequence_length=64"):
        assert load(f"flux:{folder},{SMALL},{other}").digest != digest, other
    for same in ("offload=true", "offload=sequential", "threads=1", "device=cpu", "dtype=fp32"):
        assert load(f"flux:{folder},{SMALL},{same}").digest == digest, same
    copy = own("flux")
    assert load(f"flux:{copy},{SMALL}").digest == digest
    weights = copy / "vae" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert plugins.load("generators", f"flux:{copy},{SMALL}").digest != digest


def test_shorter_numbers_change_images_a_little(pipelines: Path, flux: Painter) -> None:
    short = load(f"flux:{pipelines / 'flux'},{SMALL},dtype=bf16,device=cpu,offload=true")
    apart = np.abs(short.paint(asked("x")).astype(int) - flux.paint(asked("x")))
    assert 0 < apart.mean() < 10


@pytest.mark.parametrize("kind", ["flux", "diffusers"])
def test_edits_begin_at_their_originals(pipelines: Path, kind: str) -> None:
    name = "flux" if kind == "flux" else "sd"
    painter: Any = load(f"{kind}:{pipelines / name},{SMALL},steps=4,batch=2")
    assert card(painter)["edits"] is True
    originals = painter.paint(asked("bark", "stones", "grass"))
    strengths = (0.3, 1.0, 0.3)
    requests = [
        SimpleNamespace(prompt=r.prompt, seed=r.seed, strength=strength)
        for r, strength in zip(asked("one", "two", "three", seed=9), strengths, strict=True)
    ]
    edited = painter.edit(requests, originals)
    assert edited.shape == originals.shape
    assert not np.array_equal(edited, originals)
    np.testing.assert_array_equal(painter.edit(requests[2:], originals[2:]), edited[2:])
    # And it still paints what it painted before.
    again = painter.paint(asked("bark", "stones", "grass"))
    np.testing.assert_array_equal(again, originals)


def test_images_that_cannot_be_used_are_named(flux: Painter, monkeypatch: Any) -> None:
    def gives(value: Any) -> Any:
        return lambda prompts, seeds: np.broadcast_to(np.float32(value), (1, 64, 128, 3))

    for value, what, remedy in (
        (np.nan, "not finite", "fetch them again"),
        (np.inf, "not finite", "fetch them again"),
        (0.0, r"blank \(grey level 0 everywhere\)", "safety checkers"),
        (0.5, "blank", "look at the prompt"),
    ):
        monkeypatch.setitem(vars(flux), "_at_work", gives(value))
        with pytest.raises(PaintError, match=what) as caught:
            flux.paint(asked("a prompt"))
        assert "'a prompt' (seed 5)" in caught.value.what
        assert remedy in caught.value.remedy
    monkeypatch.setitem(vars(flux), "_at_work", gives(np.nan))
    monkeypatch.setattr(flux, "_dtype", "float16")
    with pytest.raises(PaintError, match="not finite") as caught:
        flux.paint(asked("x"))
    assert "dtype=float32" in caught.value.remedy
    monkeypatch.setitem(vars(flux), "_at_work", lambda *_: np.zeros((1, 48, 128, 3), np.float32))
    with pytest.raises(PaintError, match=r"is \(48, 128, 3\), not \(64, 128, 3\)") as caught:
        flux.paint(asked("x"))
    assert "height=48,width=128" in caught.value.remedy


def behind(cause: Exception) -> Exception:
    """An error of a library that says nothing of its cause."""
    error = ValueError("The pipeline failed.")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (None, "numbers of shape"),
        (np.zeros((1, 64, 128)), r"shape \(1, 64, 128\) for 1 prompts"),
        (np.zeros((2, 64, 128, 3)), r"shape \(2, 64, 128, 3\) for 1 prompts"),
        (np.zeros((1, 64, 128, 4)), r"shape \(1, 64, 128, 4\)"),
        ([np.zeros((2, 3)), np.zeros((4, 3))], "cannot paint"),
        (["a.png"], "cannot paint"),
    ],
)
def test_what_is_no_image_in_colour_is_refused(
    flux: Painter, monkeypatch: pytest.MonkeyPatch, images: Any, what: str
) -> None:
    from diffusers import FluxPipeline

    flux.paint(asked("x"))
    monkeypatch.setattr(FluxPipeline, "__call__", lambda *_, **__: SimpleNamespace(images=images))
    monkeypatch.setattr("v1vlm.generators.flux.pipeline._arguments", lambda _: {})
    with pytest.raises(PaintError, match=what) as caught:
        flux.paint(asked("x"))
    assert caught.value.remedy


def test_memory_that_runs_out_between_painting_and_editing_is_said(
    pipelines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from diffusers import FluxImg2ImgPipeline, FluxPipeline

    painter: Any = plugins.load("generators", f"flux:{pipelines / 'flux'},{SMALL}")
    originals = painter.paint(asked("x"))

    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("CUDA error: out of memory")

    monkeypatch.setattr(FluxImg2ImgPipeline, "to", fail)
    request = SimpleNamespace(prompt="y", seed=1, strength=0.5)
    with pytest.raises(PaintError, match="ran out while flux was loaded"):
        painter.edit([request], originals)
    monkeypatch.setattr(FluxImg2ImgPipeline, "to", FluxPipeline.to)
    assert painter.edit([request], originals).shape == originals.shape


def test_pipelines_edit_where_their_models_are_enough() -> None:
    from v1vlm.generators.flux.pipeline import editing_kind

    for kind in ("Flux", "StableDiffusion", "StableDiffusionXL", "StableDiffusion3"):
        assert editing_kind(f"{kind}Pipeline") == f"{kind}Img2ImgPipeline"
    for kind in ("StableUnCLIP", "PixArtAlpha", "NoSuch"):
        assert editing_kind(f"{kind}Pipeline") == ""


def test_memory_that_runs_out_is_said_with_what_needs_less(
    flux: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from diffusers import FluxPipeline

    flux.paint(asked("x"))
    for error, whose, remedy in (
        (torch.OutOfMemoryError("CUDA out of memory. Tried …"), "accelerator", "offload=model"),
        (MemoryError(), "this machine", "dtype=bfloat16"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "machine", "dtype=bfloat16"),
        (OSError(12, "Cannot allocate memory"), "machine", "dtype=bfloat16"),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED"), "accelerator", "offload=model"),
        (behind(RuntimeError("HIP out of memory")), "accelerator", "offload=model"),
    ):

        def fail(*_: Any, error: Exception = error, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(FluxPipeline, "__call__", fail)
        monkeypatch.setattr("v1vlm.generators.flux.pipeline._arguments", lambda _: {})
        with pytest.raises(PaintError, match=f"Memory of .*{whose} ran out") as caught:
            flux.paint(asked("x"))
        assert remedy in caught.value.remedy


def test_weights_that_cannot_be_loaded_stop_painting(own: Any, monkeypatch: Any) -> None:
    folder = own("flux")
    (folder / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"nothing of the kind")
    painter = plugins.load("generators", f"flux:{folder},{SMALL}")
    with pytest.raises(PaintError, match="flux cannot be loaded: ") as caught:
        painter.paint(asked("x"))
    assert "v1vlm generators check" in caught.value.remedy

    def no_room(*_: Any, **__: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr("v1vlm.generators.flux.pipeline._loaded", no_room)
    with pytest.raises(PaintError, match="ran out while flux was loaded"):
        painter.paint(asked("x"))


@pytest.mark.parametrize("size", ["height=32,width=64", "height=48,width=48"])
def test_images_smaller_than_the_screen_are_not_painted(pipelines: Path, size: str) -> None:
    painter = plugins.load("generators", f"flux:{pipelines / 'flux'},{size}")
    with pytest.raises(PaintError, match="smaller than the screen") as caught:
        painter.paint(asked("x"))
    assert "height=48,width=64 or more" in caught.value.remedy


@pytest.mark.parametrize(
    ("spec", "what", "remedy"),
    [
        ("flux:{}/sd", "is a StableDiffusionPipeline, not FLUX", "--generator diffusers:"),
        ("flux:{}/flux,steps=2,steps=3", "'steps' is given twice", "once"),
        (
            "flux:{}/flux,height=200",
            "height: 200 is .* give 192 or 208",
            "Options are",
        ),
        ("flux:{}/flux,width=8", "width: .*greater than or equal to 16", "Options are"),
        ("flux:{}/flux,speed=3", "Option speed", "Options are: steps, guidance"),
        ("flux:{}/flux,quantize=4bit", "needs a GPU", "dtype=bfloat16"),
        ("flux:{}/flux,revision=main", "A folder has no revisions", "Leave"),
        ("flux:{}/flux,device=cuda:77", "device 'cuda:77' cannot be used", "device=cpu"),
        ("diffusers:{}/sd,max_sequence_length=9", "cannot be told max_sequence_length", "Leave"),
        ("diffusers", "No pipeline is named", "diffusers:FOLDER"),
        ("diffusers:{}/nothing", "is no folder, and no name on the hub", "OWNER/NAME"),
        ("diffusers:{}", "holds no model_index.json", "save_pretrained"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    pipelines: Path, spec: str, what: str, remedy: str
) -> None:
    with pytest.raises(InputError, match=what) as caught:
        plugins.load("generators", spec.format(pipelines))
    assert remedy in caught.value.remedy


def test_without_its_libraries_the_extra_is_named(
    pipelines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import builtins
    import importlib.util
    import sys

    real, find = builtins.__import__, importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n, *a: None if n == "diffusers" else find(n, *a)
    )
    monkeypatch.setitem(sys.modules, "diffusers", None)
    monkeypatch.setattr(builtins, "__import__", real)
    with pytest.raises(InputError, match="'diffusers' is not installed") as caught:
        plugins.load("generators", f"flux:{pipelines / 'flux'}")
    assert "v1vlm[flux]" in caught.value.remedy


def test_the_command_checks_a_generator(
    pipelines: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    v1vlm = Command(monkeypatch, capsys)
    said = v1vlm("generators", "check", f"flux:{pipelines / 'flux'},{SMALL}")
    assert (said.code, said.out.count("holds")) == (0, 5)
    assert "revision     sha256:" in said.out
    assert v1vlm("generators", "get", f"flux:{pipelines / 'flux'}").code == 0
    listed = v1vlm("generators", "list").out
    assert "flux" in listed
    assert "diffusers" in listed
    missing = v1vlm("generators", "check", f"flux:{pipelines}/nothing")
    assert (missing.code, "is no folder" in missing.err) == (2, True)
