"""Fetching the published twin: real clients against a repository on loopback."""

import errno
import gc
import hashlib
import shutil
import sys
import warnings
from collections import namedtuple

import numpy as np
import pytest

from tests.viv1t.hub import COMMIT, LARGE, Hub
from tests.viv1t.runs import SHARED
from v1vlm import plugins
from v1vlm.cli import main
from v1vlm.errors import InputError
from v1vlm.twins.viv1t import ViV1T, fetch, load

pytest.importorskip("torch")
constants = pytest.importorskip("huggingface_hub.constants")
close_session = pytest.importorskip("huggingface_hub.utils").close_session
pooch = pytest.importorskip("pooch")

# Pooch leaves the connection of a refused answer to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

WANTED = {"args.yaml", LARGE, "evaluation.yaml"}


@pytest.fixture
def hub(own_run, tmp_path, monkeypatch):
    """A repository with a tiny run, empty caches, and clients that know no other place."""
    (own_run / "evaluation.yaml").write_text("correlation: 0.25\n", "utf-8")
    (own_run / "ckpt" / "optimizer.pt").write_bytes(b"not wanted")
    metadata = own_run / "metadata"
    digests = {
        path.relative_to(metadata).as_posix(): "sha256:" + sha256(path)
        for path in sorted(metadata.rglob("*.npy"))
    }
    monkeypatch.setattr(fetch, "registry", lambda: digests)
    monkeypatch.setattr(fetch, "_RETRIES", 0)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("V1VLM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "argv", ["v1vlm"])
    with Hub(own_run) as hub:
        template = hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        monkeypatch.setattr(fetch, "METADATA_URL", f"{hub.url}/metadata/")
        yield hub
        close_session()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(act, what, remedy):
    with pytest.raises(InputError, match=what) as caught:
        act()
    assert remedy in caught.value.remedy


@pytest.fixture
def offline(monkeypatch):
    return lambda: monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


def test_what_was_fetched_needs_no_folder(hub, own_run):
    seen = []
    published = fetch.fetch_weights()
    assert fetch.fetch_metadata(on_file=lambda *counts: seen.append(counts)).is_dir()
    assert seen == [(i + 1, 42) for i in range(42)]
    assert (published.revision, published.mice) == (COMMIT, ("A", "K"))
    assert published.files == {name: sha256(own_run / name) for name in WANTED}
    expected = ViV1T.from_run(own_run)
    twin = load()
    assert twin.card.digest == expected.card.digest
    assert f"weights: bryanlimy/ViV1T-closed-loop at {COMMIT}" in twin.card.citation
    for spec in ("viv1t,mouse=K", "viv1t:mouse=K"):
        assert plugins.load("twins", spec).card.name == "viv1t-K"


def test_only_what_is_needed_is_fetched_and_only_once(hub):
    fetch.fetch_weights()
    fetch.fetch_metadata(["K"])
    assert set(hub.fetched()[:3]) == WANTED
    assert len(hub.fetched()) == 3 + 21
    assert all("mouseK" in name for name in hub.fetched()[3:])
    hub.requests.clear()
    fetch.fetch_weights()
    fetch.fetch_metadata(["K"])
    assert hub.fetched() == []


def test_a_broken_connection_goes_on_where_it_broke(hub, own_run, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1024)
    size = (own_run / LARGE).stat().st_size
    hub.break_after[LARGE] = size // 2
    assert fetch.fetch_weights().files[LARGE] == sha256(own_run / LARGE)
    ranges = [r for method, path, r in hub.requests if method == "GET" and path.endswith(LARGE)]
    assert ranges[0] is None
    assert ranges[1:] == [f"bytes={size // 2 // 1024 * 1024}-"]


def test_an_interrupted_fetch_keeps_the_files_that_are_whole(hub):
    hub.gone.add(LARGE)
    refused(fetch.fetch_weights, r"ckpt/model\.pt could not be fetched", "what is there is kept")
    hub.gone.clear()
    hub.requests.clear()
    fetch.fetch_weights()
    assert "args.yaml" not in hub.fetched()
    missing = "metadata/statistics/mouseK/video/std.npy"
    hub.gone.add(missing)
    refused(fetch.fetch_metadata, r"mouseK/video/std\.npy could not be fetched", "kept")
    hub.gone.clear()
    hub.requests.clear()
    fetch.fetch_metadata()
    assert hub.fetched() == ["statistics/mouseK/video/std.npy"]


@pytest.mark.parametrize("name", [LARGE, "args.yaml"])
def test_weights_of_another_digest_are_not_kept(hub, name):
    content = hub.files[name]
    hub.served[name] = content[:-1] + bytes([content[-1] ^ 1])
    refused(fetch.fetch_weights, "not what its repository lists", "not to be trusted")
    with pytest.raises(InputError, match="not on this machine"):
        load()
    hub.served.clear()
    assert fetch.fetch_weights().files[name] == hashlib.sha256(content).hexdigest()


def test_metadata_of_another_digest_are_not_kept(hub, tmp_path):
    name = "metadata/statistics/mouseA/video/std.npy"
    hub.served[name] = hub.files[name][:-1] + b"?"
    refused(fetch.fetch_metadata, "has not the listed SHA-256", "changes files")
    assert not (tmp_path / "cache/viv1t" / name).exists()


def test_metadata_that_changed_on_the_disk_are_fetched_again(hub):
    folder = fetch.fetch_metadata()
    path = folder / "neuron_coordinates/mouseA.npy"
    np.save(path, np.zeros((9, 3)))
    hub.requests.clear()
    fetch.fetch_metadata()
    assert hub.fetched() == ["neuron_coordinates/mouseA.npy"]
    assert sha256(path) == fetch.registry()["neuron_coordinates/mouseA.npy"].removeprefix("sha256:")


def test_the_revision_that_was_fetched_is_kept(hub):
    fetch.fetch_weights("main")
    hub.requests.clear()
    fetch.fetch_weights()
    assert hub.requests[0][1].endswith(f"/revision/{COMMIT}")
    refused(lambda: fetch.fetch_weights("nowhere"), "has no revision 'nowhere'", "--revision")


def test_a_repository_without_a_run(hub):
    del hub.files["args.yaml"]
    refused(fetch.fetch_weights, "has no args.yaml at revision", "--revision")


def test_a_run_that_cannot_be_used_is_not_recorded(hub):
    hub.files["args.yaml"] = b"core: convnet\n"
    refused(fetch.fetch_weights, "ViV1T cannot be built: core", "args.yaml")
    refused(load, "not on this machine", "v1vlm twins get viv1t")


def test_without_a_network(hub, monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    refused(fetch.fetch_weights, "the hub cannot be reached", "Check the network")
    with pytest.raises(InputError, match=r"http://127.* cannot be reached") as caught:
        fetch.fetch_metadata(base_url="http://127.0.0.1:9/")
    assert "Check the network" in caught.value.remedy


def test_offline_nothing_is_asked(hub, offline):
    offline()
    refused(fetch.fetch_weights, "not in the cache", "HF_HUB_OFFLINE")
    refused(fetch.fetch_metadata, "HF_HUB_OFFLINE is set", "copy the cache")
    assert hub.requests == []


def test_offline_the_caches_are_enough(hub, offline):
    published = fetch.fetch_weights()
    fetch.fetch_metadata()
    offline()
    hub.requests.clear()
    assert fetch.fetch_weights() == published
    (fetch.cache_dir() / "published.json").unlink()
    refused(fetch.fetch_weights, "not in the cache", "copy the cache")
    again = fetch.fetch_weights(COMMIT)
    assert again.revision == COMMIT
    assert set(again.files) == WANTED - {"evaluation.yaml"}
    fetch.fetch_metadata()
    assert load().card.name == "viv1t-A"
    assert hub.requests == []


@pytest.mark.parametrize("act", [fetch.fetch_weights, fetch.fetch_metadata])
def test_a_disk_without_room(hub, monkeypatch, act):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    refused(act, "has room for 0.00 GB", "larger disk")


def test_a_disk_that_fills_up(hub, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", full)
    refused(fetch.fetch_weights, "disk is full: args.yaml", "HF_HOME")
    monkeypatch.setattr(pooch.Pooch, "fetch", full)
    refused(fetch.fetch_metadata, "disk is full: neuron_coordinates", "V1VLM_CACHE")


def test_unknown_mice_and_missing_ones(hub):
    refused(lambda: fetch.fetch_metadata(["Z"]), "no published metadata of mouse 'Z'", "A, K")
    fetch.fetch_weights()
    fetch.fetch_metadata(["K"])
    refused(load, "no metadata of mouse 'A'", "v1vlm twins get viv1t --mouse A")
    refused(lambda: load("mouse=Z"), "has no mouse 'Z'", "A, K")
    assert load("mouse=K").card.mice == ("K",)


def test_nothing_fetched_names_the_command(hub):
    refused(load, "not on this machine", "v1vlm twins get viv1t")


def test_a_cache_that_changed_is_named(hub, tmp_path):
    fetch.fetch_weights()
    fetch.fetch_metadata()
    (weights,) = (tmp_path / "hub").rglob(LARGE)
    weights.resolve().write_bytes(b"other")
    refused(load, r"model\.pt .* not in the cache as it was fetched", "again")
    shutil.rmtree(tmp_path / "hub")
    refused(load, r"args\.yaml .* not in the cache", "v1vlm twins get viv1t")
    (fetch.cache_dir() / "published.json").write_text("{}")
    refused(load, "published.json is damaged", "Delete it")


def command(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["v1vlm", "twins", *words])
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code
    return code, capsys.readouterr()


def test_the_commands(hub, own_run, monkeypatch, capsys):
    code, said = command(monkeypatch, capsys, "get", "viv1t")
    assert (code, f"at {COMMIT}" in said.out) == (0, True)
    code, said = command(monkeypatch, capsys, "check", "viv1t,mouse=K")
    assert code == 0
    assert "viv1t-K" in said.out
    assert "smooth retinotopy is imposed" in said.out
    assert "failed" not in said.out
    (own_run / "ckpt/model.pt").write_bytes(b"foreign")
    code, said = command(monkeypatch, capsys, "check", str(own_run))
    assert (code, said.out) == (2, "")
    assert "weights cannot be read" in said.err


def test_the_packaged_list_is_of_all_mice():
    listed = fetch.registry()
    assert len(listed) == 336
    assert all(len(value) == len("sha256:") + 64 for value in listed.values())
    for mouse in "ABCDEFGHIJKLMNOP":
        assert sum(f"mouse{mouse}" in name for name in listed) == 21


@pytest.mark.skipif(not SHARED.is_dir(), reason="the full fixtures are not here")
def test_the_packaged_list_is_of_the_real_files():
    folder = SHARED / "layout-small" / "metadata"
    paths = sorted(folder.rglob("*.npy"))
    assert len(paths) == 42
    listed = fetch.registry()
    for path in paths:
        assert listed[path.relative_to(folder).as_posix()] == f"sha256:{sha256(path)}"
