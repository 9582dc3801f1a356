"""The store: blobs by digest, one memo, an append-only log, a lock that dies with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from v1vlm.errors import BusyError, IntegrityError
from v1vlm.store import MemoryStore, Store


@pytest.fixture(params=["memory", "folder"])
def store(request, tmp_path) -> MemoryStore:
    return MemoryStore() if request.param == "memory" else Store(tmp_path)


@pytest.mark.parametrize(
    "value",
    [np.arange(6, dtype=np.float32).reshape(2, 3), np.array([True, False]), b"\x89PNG", "text é"],
    ids=["array", "bool", "png", "text"],
)
def test_blobs_come_back(store, value) -> None:
    reference = store.put(value)
    assert store.put(value) == reference
    np.testing.assert_array_equal(store.get(reference), value)


def test_objects_are_no_blobs(store) -> None:
    with pytest.raises(TypeError, match="object"):
        store.put(np.array([object()]))


@pytest.mark.parametrize(
    "reference", ["../../etc/passwd", "a" * 64 + ".pkl", "", "A" * 64 + ".npy"]
)
def test_only_references_are_fetched(store, reference) -> None:
    with pytest.raises(IntegrityError, match="no blob reference"):
        store.get(reference)


def test_a_missing_blob_is_named(store) -> None:
    with pytest.raises(IntegrityError, match="missing"):
        store.get("0" * 64 + ".npy")


def test_a_changed_blob_is_noticed(tmp_path) -> None:
    store = Store(tmp_path)
    reference = store.put(np.zeros(3))
    path = tmp_path / "blobs" / reference[:2] / reference
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="damaged"):
        store.get(reference)


def test_an_effect_happens_once(store) -> None:
    calls = []

    def act():
        calls.append(1)
        return {"image": np.ones(2), "text": "said", "n": 3}

    for _ in range(3):
        answer = store.once({"effect": "ask", "q": [1, 2]}, act)
    assert answer["text"] == "said"
    assert answer["n"] == 3
    np.testing.assert_array_equal(answer["image"], np.ones(2))
    assert len(calls) == 1
    assert store.known({"effect": "ask", "q": [1, 2]})
    assert not store.known({"effect": "ask", "q": [1, 3]})


def test_a_failed_effect_leaves_nothing(store) -> None:
    def fail():
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError, match="no answer"):
        store.once({"q": 1}, fail)
    assert store.once({"q": 1}, lambda: {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"answer":1}', '{"answer":{"a":{}}}'])
def test_a_damaged_memo_is_named(tmp_path, content) -> None:
    store = Store(tmp_path)
    store.once({"q": 1}, lambda: {"a": 1})
    (memo,) = (tmp_path / "done").iterdir()
    memo.write_text(content)
    with pytest.raises(IntegrityError, match=f"done/{memo.name} is damaged"):
        store.once({"q": 1}, lambda: {"a": 1})


def test_the_log_keeps_whole_lines_and_finds_a_torn_one(tmp_path) -> None:
    store = Store(tmp_path)
    store.append("one")
    store.append("two")
    with store.journal.open("ab") as file:
        file.write(b'{"torn')
    assert store.lines() == ["one", "two"]
    assert store.torn() == b'{"torn'
    store.drop_torn()
    assert store.torn() == b""
    store.append("three")
    assert store.lines() == ["one", "two", "three"]


def test_a_log_that_is_not_text_is_damaged(tmp_path) -> None:
    store = Store(tmp_path)
    store.journal.write_bytes(b"\xff\xfe\n")
    with pytest.raises(IntegrityError, match="not UTF-8 at byte 0"):
        store.lines()


def test_no_temporary_file_is_left(tmp_path) -> None:
    store = Store(tmp_path)
    store.once({"q": 1}, lambda: {"a": np.zeros(2)})
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]


def test_the_lock_dies_with_its_process(tmp_path) -> None:
    code = (
        "import sys; from pathlib import Path; from v1vlm.store import Store\n"
        "with Store(Path(sys.argv[1])).locked():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match="Another process"), Store(tmp_path).locked():
            pass
        assert Store(tmp_path).busy()
        holder.kill()
        holder.wait()
        assert not Store(tmp_path).busy()
        with Store(tmp_path).locked():
            assert Path(tmp_path / "lock").exists()
    finally:
        holder.kill()
        holder.communicate()


def test_looking_whether_it_is_busy_touches_nothing(tmp_path) -> None:
    assert not Store(tmp_path).busy()
    assert list(tmp_path.iterdir()) == []


def test_one_store_holds_once_and_another_of_the_same_process_not_at_all(tmp_path) -> None:
    one, other = Store(tmp_path), Store(tmp_path / "." / "")
    with one.locked(), one.locked():
        assert other.busy()
        with pytest.raises(BusyError, match="Another process"), other.locked():
            pass
    assert not other.busy()
    with other.locked():
        assert one.busy()


@pytest.mark.parametrize("name", ["journal.jsonl", "lock", "blobs", "done"])
def test_nothing_is_written_through_a_link(tmp_path, name) -> None:
    folder, outside = tmp_path / "study", tmp_path / "outside"
    folder.mkdir()
    (folder / name).symlink_to(outside)
    with pytest.raises(IntegrityError, match=f"'{name}' in .* is a link"), Store(folder).locked():
        pass
    assert not outside.exists()
