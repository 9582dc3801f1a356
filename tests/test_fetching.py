"""What is said where a library is missing or something cannot be fetched or kept."""

from __future__ import annotations

import errno

import pytest

from v1vlm.errors import InputError
from v1vlm.fetching import Place, needed

HERE = Place(repository="owner/name", variable="SOME_CACHE", again="Ask again")


def test_a_missing_library_is_said_with_its_extra() -> None:
    with pytest.raises(InputError, match="'no_such_library' is not installed") as caught:
        needed("no_such_library", "flux")
    assert "pip install 'v1vlm[flux]'" in caught.value.remedy
    assert needed("json", "flux").loads("1") == 1


@pytest.mark.parametrize(
    ("error", "what", "remedy"),
    [
        (OSError(errno.ENOSPC, "full"), "disk is full: x could not be kept", "set SOME_CACHE"),
        (PermissionError(errno.EACCES, "no"), "x could not be kept", "SOME_CACHE to a folder that"),
        (OSError(errno.EROFS, "read-only"), "x could not be kept", "SOME_CACHE to a folder that"),
        (ConnectionError("refused"), "the hub cannot be reached: refused", "Ask again, or copy"),
        (
            RuntimeError("odd"),
            "x could not be fetched from the hub: RuntimeError: odd",
            "Ask again",
        ),
    ],
)
def test_failures_name_what_failed_and_what_helps(error: Exception, what: str, remedy: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        HERE.explain(error, "x")
    assert remedy in caught.value.remedy
    assert caught.value.__cause__ is error


def test_what_lies_under_an_error_counts() -> None:
    class OfflineModeIsEnabled(Exception):  # noqa: N818 (as the hub names it)
        pass

    outer = RuntimeError("cannot find the file")
    outer.__cause__ = OfflineModeIsEnabled()
    with pytest.raises(InputError, match="not in the cache, and HF_HUB_OFFLINE is set"):
        HERE.explain(outer, "x")
