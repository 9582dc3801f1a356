"""Many studies over several processes, resumable: what a folder holds is not run again."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from v1vlm.errors import WorkerError
from v1vlm.gym.studies import Plan, StudyRecord, memo_in, run_plan
from v1vlm.records import canonical_json, digest

OnDone = Callable[[int, int], None]
"""Called with the number of studies done and their total."""

Item = TypeVar("Item")

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def run_all(
    plans: Sequence[Plan], folder: Path, workers: int = 1, on_done: OnDone | None = None
) -> list[StudyRecord]:
    """Run all studies that the folder does not hold yet.

    Every study runs in a fresh interpreter with one BLAS thread, also where there is one worker,
    so that their number changes no result.

    Parameters
    ----------
    folder : Path
        ``studies/`` holds one JSON per study, ``seconds/`` its CPU time, ``memo/`` what was
        measured of twins.

    Returns
    -------
    list of StudyRecord
        In the order of the plans.

    Raises
    ------
    WorkerError
        If a worker died; what is done is kept.
    """
    for name in ("studies", "seconds", "memo"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    missing = [plan for plan in plans if not _path(folder, plan).is_file()]
    done = len(plans) - len(missing)

    def count(n_more: int) -> None:
        if on_done is not None:
            on_done(done + n_more, len(plans))

    spread(partial(_work, folder), missing, workers, count)
    return [StudyRecord.model_validate_json(_path(folder, plan).read_text()) for plan in plans]


def spread(
    work: Callable[[Item], None],
    items: Sequence[Item],
    workers: int,
    on_done: Callable[[int], None],
) -> None:
    """Do some work for every item, in fresh interpreters with one BLAS thread each.

    Raises
    ------
    WorkerError
        If a worker died.
    """
    if not items:
        return
    with _single_threaded(), _pool(workers) as pool:
        waiting = [pool.submit(work, item) for item in items]
        try:
            for n_done, future in enumerate(as_completed(waiting), start=1):
                future.result()
                on_done(n_done)
        except BrokenExecutor as error:
            raise WorkerError(
                f"A worker process died: {error}",
                "Everything done is kept; run the same command again, with fewer workers.",
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def seconds_of(plans: Sequence[Plan], folder: Path) -> float:
    """CPU seconds that the studies took, without truths and characterisation."""
    return sum(float((folder / "seconds" / _name(plan)).read_text()) for plan in plans)


def _work(folder: Path, plan: Plan) -> None:
    record, seconds = run_plan(plan, memo_in(folder))
    _write(folder / "seconds" / _name(plan), f"{seconds:.3f}")
    _write(_path(folder, plan), canonical_json(record.to_json()))


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _path(folder: Path, plan: Plan) -> Path:
    return folder / "studies" / _name(plan)


def _name(plan: Plan) -> str:
    return f"{digest(plan)[:20]}.json"


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: a forked child would inherit threads and locks.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _single_threaded() -> Iterator[None]:
    """What processes started meanwhile find in their environment."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
