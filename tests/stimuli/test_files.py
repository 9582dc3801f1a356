"""Photographs of the user: read safely, named by content."""

import os

import numpy as np
import pytest
from PIL import Image

from v1vlm.errors import InputError
from v1vlm.stimuli import as_asset, read_photographs
from v1vlm.stimuli import files as files_module
from v1vlm.store import MemoryStore


def _save(path, image):
    Image.fromarray(image).save(path)


@pytest.fixture
def grey():
    return np.random.default_rng(0).integers(0, 256, (80, 120), dtype=np.uint8)


def test_the_name_is_that_of_the_blob_in_a_store(grey):
    name, _ = as_asset(grey)
    assert MemoryStore().put(grey) == f"{name}.npy"
    assert as_asset(grey[:, ::-1])[0] == as_asset(np.ascontiguousarray(grey[:, ::-1]))[0] != name


@pytest.mark.parametrize("wrong", [np.zeros((3, 3)), np.zeros(3, np.uint8), np.zeros((0, 3), "u1")])
def test_only_grey_levels_are_assets(wrong):
    with pytest.raises(InputError, match="as uint8"):
        as_asset(wrong)


def test_a_folder_gives_its_photographs_by_content(tmp_path, grey):
    _save(tmp_path / "one.png", grey)
    _save(tmp_path / "the same.PNG", grey)
    _save(tmp_path / "two.bmp", 255 - grey)
    (tmp_path / "notes.txt").write_text("no photograph")
    (tmp_path / "deeper").mkdir()
    _save(tmp_path / "deeper" / "three.png", grey // 2)
    found = read_photographs(tmp_path)
    assert found.keys() == {as_asset(grey)[0], as_asset(255 - grey)[0]}
    np.testing.assert_array_equal(found[as_asset(grey)[0]], grey)


def test_colours_become_luminance_and_large_ones_are_averaged(tmp_path):
    colours = np.zeros((600, 2048, 3), np.uint8)
    colours[..., 1] = 200
    colours[::2, :, 0] = 100
    _save(tmp_path / "wide.png", colours)
    (image,) = read_photographs(tmp_path).values()
    assert image.shape == (300, 1024)
    assert image == pytest.approx(0.7154 * 200 + 0.2125 * 50, abs=1.1)  # ITU-R BT.709


def test_pictures_are_turned_upright(tmp_path, grey):
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter clockwise
    Image.fromarray(grey).save(tmp_path / "turned.png", exif=exif)
    (image,) = read_photographs(tmp_path).values()
    np.testing.assert_array_equal(image, np.rot90(grey, -1))


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_is_no_picture_is_refused_by_name(tmp_path, content):
    (tmp_path / "bad.png").write_bytes(content)
    with pytest.raises(InputError, match=r"'bad\.png' cannot be read as a photograph"):
        read_photographs(tmp_path)


def test_a_cut_off_picture_is_refused(tmp_path, grey):
    _save(tmp_path / "whole.png", grey)
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "whole.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be read"):
        read_photographs(tmp_path)


def test_a_file_is_read_as_what_its_name_says_only(tmp_path, grey):
    Image.fromarray(grey).save(tmp_path / "a.jpg", format="PNG")
    with pytest.raises(InputError, match="UnidentifiedImageError"):
        read_photographs(tmp_path)


def test_links_pipes_and_large_files_are_refused(tmp_path, grey, monkeypatch):
    outside = tmp_path / "outside.png"
    _save(outside, grey)
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "link.png").symlink_to(outside)
    with pytest.raises(InputError, match="is a link"):
        read_photographs(folder)
    (folder / "link.png").unlink()
    os.mkfifo(folder / "pipe.png")
    with pytest.raises(InputError, match=r"'pipe\.png' is no file"):
        read_photographs(folder)
    (folder / "pipe.png").unlink()
    _save(folder / "large.png", grey)
    monkeypatch.setattr(files_module, "BYTES_MAX", 1000)
    with pytest.raises(InputError, match=r"'large\.png' is no file of at most"):
        read_photographs(folder)


def test_pictures_that_unpack_to_too_much_or_too_little_are_refused(tmp_path, grey, monkeypatch):
    _save(tmp_path / "a.png", grey)
    monkeypatch.setattr(files_module, "PIXELS_MAX", 5000)
    with pytest.raises(InputError, match="120 × 80 pixels"):
        read_photographs(tmp_path)
    _save(tmp_path / "a.png", grey[:20])
    with pytest.raises(InputError, match="120 × 20 pixels"):
        read_photographs(tmp_path)


def test_deep_pictures_and_empty_folders_are_refused(tmp_path, grey):
    with pytest.raises(InputError, match="holds no photograph"):
        read_photographs(tmp_path)
    with pytest.raises(InputError, match="is no folder"):
        read_photographs(tmp_path / "nowhere")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    with pytest.raises(InputError, match="more than 8 bits"):
        read_photographs(tmp_path)
