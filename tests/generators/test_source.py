"""Weights from folders and from a hub on loopback: what is fetched, and what never is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.viv1t.hub import COMMIT, Hub
from v1vlm import plugins
from v1vlm.errors import InputError
from v1vlm.generators.flux import SCHNELL
from v1vlm.generators.flux.source import find

constants = pytest.importorskip("huggingface_hub.constants")
close_session = pytest.importorskip("huggingface_hub.utils").close_session


def edit_index(folder: Path, **changes: Any) -> None:
    path = folder / "model_index.json"
    index = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({k: v for k, v in index.items() if v is not None}))


def refused(folder: Path, what: str, remedy: str = "") -> None:
    with pytest.raises(InputError, match=what) as caught:
        plugins.load("generators", f"diffusers:{folder}")
    assert remedy in caught.value.remedy


def test_pickled_weights_are_never_loaded(own: Any) -> None:
    folder = own("flux")
    (folder / "vae" / "diffusion_pytorch_model.safetensors").rename(
        folder / "vae" / "diffusion_pytorch_model.bin"
    )
    refused(folder, "'vae' of .* are pickled", "safe_serialization=True")


def test_what_is_missing_is_named(own: Any) -> None:
    folder = own("flux")
    (folder / "transformer" / "diffusion_pytorch_model.safetensors").unlink()
    refused(folder, "weights of 'transformer' of .* are missing", "whole pipeline")
    first, second = (f"diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2))
    shards = {"weight_map": {"a": first, "b": second}}
    part = folder / "transformer" / first
    part.write_bytes(b"")
    table = folder / "transformer" / "diffusion_pytorch_model.safetensors.index.json"
    table.write_text(json.dumps(shards))
    refused(folder, "diffusion_pytorch_model-00002-of-00002.safetensors of .* is missing")
    table.write_text("{")
    refused(folder, "is damaged")


def test_a_component_that_is_missing_is_named(own: Any) -> None:
    folder = own("sd")
    for path in (folder / "tokenizer").iterdir():
        path.unlink()
    refused(folder, "has no 'tokenizer', which model_index.json names", "whole pipeline")


@pytest.mark.parametrize("left", ["tokenizer_config.json", "vocab.json", "merges.txt"])
def test_a_vocabulary_that_is_missing_is_named(own: Any, left: str) -> None:
    folder = own("sd")
    (folder / "tokenizer" / "tokenizer.json").rename(folder / "tokenizer" / left)
    refused(folder, "vocabulary of 'tokenizer' of .* is missing", "whole pipeline")
    (folder / "tokenizer" / "vocab.json").write_text("{}")
    (folder / "tokenizer" / "merges.txt").write_text("")
    plugins.load("generators", f"diffusers:{folder}")


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"_class_name": ["pipeline", "Evil"]}, "a pipeline of its own"),
        ({"unet": ["evil", "Model"]}, "takes its unet from 'evil'"),
        ({"unet": ["os", "system"]}, "takes its unet from 'os'"),
        ({"../../up": ["diffusers", "X"]}, "names a component"),
        ({"_class_name": None}, "names no pipeline"),
        ({"_class_name": "NoSuchPipeline"}, "the installed diffusers does not know"),
        ({"_class_name": "DDPMPipeline"}, "no text-to-image pipeline: it takes no 'prompt'"),
        ({"_class_name": "StableDiffusionInpaintPipeline"}, "it takes 'mask_image'"),
        ({"_class_name": "FluxImg2ImgPipeline"}, "it takes 'strength'"),
        ({"_class_name": "StableDiffusionControlNetPipeline"}, "takes 'controlnet_condition"),
        ({"_class_name": "AutoencoderKL"}, "no text-to-image pipeline"),
    ],
)
def test_what_would_run_code_or_paint_no_text_is_refused(
    own: Any, changes: dict[str, Any], what: str
) -> None:
    folder = own("sd")
    (folder / "pipeline.py").write_text("raise SystemExit('executed')")
    (folder / "unet" / "evil.py").write_text("raise SystemExit('executed')")
    edit_index(folder, **changes)
    refused(folder, what, "")


@pytest.mark.parametrize("content", ["[1,", "[" * 100_000])
def test_a_damaged_index_is_named(own: Any, content: str) -> None:
    folder = own("sd")
    (folder / "model_index.json").write_text(content)
    refused(folder, "model_index.json of .* is damaged")


# the hub


@pytest.fixture
def hub(own: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """FLUX.1-schnell as a repository, with what is published beside it and never fetched."""
    folder = own("flux")
    (folder / "flux1-schnell.safetensors").write_bytes(b"the same weights once more")
    (folder / "vae" / "diffusion_pytorch_model.bin").write_bytes(b"pickled")
    (folder / "vae" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"shorter")
    (folder / "vae" / "code.py").write_text("raise SystemExit('executed')")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_PROGRESS_BARS", True)
    with Hub(folder, SCHNELL) as hub:
        template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        yield hub
        close_session()


def test_only_what_the_pipeline_is_loaded_from_is_fetched(hub: Hub, pipelines: Path) -> None:
    painter = plugins.load("generators", "flux:height=64,width=128")
    assert painter.card["revision"] == COMMIT
    assert painter.card["name"] == SCHNELL
    whole = pipelines / "flux"
    assert set(hub.fetched()) == {p.relative_to(whole).as_posix() for p in whole.rglob("*.*")}
    folder = plugins.load("generators", f"flux:{pipelines / 'flux'},height=64,width=128")
    request = asked(painter)
    assert (painter.paint(request) == folder.paint(request)).all()


def asked(painter: Any) -> Any:
    from v1vlm.stimuli import PaintRequest

    return [PaintRequest(prompt="bark", seed=1, generator=painter.digest)]


def test_what_is_in_the_cache_needs_no_network(hub: Hub, monkeypatch: Any) -> None:
    first = find(SCHNELL)
    n_asked = len(hub.requests)
    assert find(SCHNELL) == find(SCHNELL, COMMIT) == first
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert find(SCHNELL) == first
    assert len(hub.requests) == n_asked


def test_an_interrupted_fetch_goes_on_with_what_is_missing(hub: Hub) -> None:
    name = "transformer/diffusion_pytorch_model.safetensors"
    hub.gone = {name}
    with pytest.raises(InputError, match="could not be fetched"):
        find(SCHNELL)
    before = set(hub.fetched()) - {name}
    hub.gone = set()
    hub.requests.clear()
    assert find(SCHNELL).revision == COMMIT
    assert name in hub.fetched()
    assert len(before & set(hub.fetched())) < len(before)


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_model_names_licence_and_token(hub: Hub, status: int) -> None:
    hub.denied = (status, "GatedRepo")
    says(f"{SCHNELL} is gated", f"https://huggingface.co/{SCHNELL}", "hf auth login", "HF_TOKEN")


def test_a_model_that_is_not_there_or_private_is_said(hub: Hub) -> None:
    hub.denied = (404, "RepoNotFound")
    says(f"no {SCHNELL} on the hub, or it is private", "Check the name")
    hub.denied = None
    says("has no revision 'nine'", "Leave revision= out", revision="nine")


def test_offline_and_without_network_are_said(hub: Hub, monkeypatch: Any) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    says("not in the cache, and HF_HUB_OFFLINE is set", "Unset HF_HUB_OFFLINE")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    says("the hub cannot be reached", "Check the network")


def test_a_fresh_process_says_that_it_is_offline(tmp_path: Path) -> None:
    """Nothing has loaded the parts of huggingface_hub before, as here."""
    away = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "from v1vlm.cli import main; main()", "generators", "check", "flux"],
        env=away,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert f"{SCHNELL} is not in the cache, and HF_HUB_OFFLINE is set." in done.stderr


def test_a_repository_that_is_no_pipeline_is_not_fetched(hub: Hub) -> None:
    del hub.files["model_index.json"]
    says("holds no model_index.json", SCHNELL)
    assert hub.fetched() == []


def test_a_wrong_pipeline_is_refused_before_its_weights_are_fetched(hub: Hub) -> None:
    index = json.loads(hub.files["model_index.json"])
    hub.files["model_index.json"] = json.dumps({**index, "_class_name": ["x", "Y"]}).encode()
    says("a pipeline of its own", "Name a pipeline")
    assert hub.fetched() == ["model_index.json"]


def test_too_little_room_is_said_before_anything_large_is_fetched(
    hub: Hub, monkeypatch: Any
) -> None:
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10_000, 4_000, 6_000))
    says("has room for 0.00 GB", "HF_HOME")
    assert hub.fetched() == ["model_index.json"]


def says(what: str, *remedies: str, revision: str = "") -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        with pytest.raises(InputError, match=what) as caught:
            find(SCHNELL, revision)
    for remedy in remedies:
        assert remedy in caught.value.remedy
