"""Studies by models that know nothing, and answers that no model should give.

``python -m benchmarks.model_studies tiny|hostile|server|blind`` writes a table to
``benchmarks/results/model_<what>.md``:

* ``tiny``: studies with different seeds, conducted by a Gemma-3 of random weights.
* ``hostile``: studies in which most answers are malformed or malicious, until a thousand were.
* ``server``: studies whose model is behind ``transformers serve``, pictures included (see
  ``serve_with_grammar.py``).
* ``blind``: studies of random answers on a twin that went blind after its receptive fields and
  preferences were measured (one that always was has none, so that nothing could be tested); how
  many effects are supported that cannot be there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import fakes
from tests.conftest import TEXT, spec_of
from tests.scientist.model.fakes import FakeBackend
from tests.scientist.model.hostile import hostile

from v1vlm.journal import State
from v1vlm.physiology import characterisation, characterise
from v1vlm.report.verify import verify_study
from v1vlm.rig import Rig
from v1vlm.scientist.model import ModelScientist
from v1vlm.store import Answer, MemoryStore, Store
from v1vlm.study import Study
from v1vlm.study.opening import load_twin
from v1vlm.twins import Twin

RESULTS = Path(__file__).parent / "results"
STUDIES, BLIND, SERVED, HOSTILE, SHARE = 20, 20, 3, 1000, 0.88
OPTIONS = "temperature=1,device=cpu,context_chars=1500,max_new_tokens=6000"
GIVEN: list[str] = []


def mostly_hostile() -> ModelScientist:
    """A scientist most of whose answers are hostile."""
    from tests.scientist.model.fakes import hopeful

    def script(messages: Any, schema: Any, rng: Any) -> str:
        if rng.random() < SHARE:
            GIVEN.append(hostile(rng, schema))
            return GIVEN[-1]
        return hopeful(messages, schema, rng)

    return ModelScientist(FakeBackend(script))


def main(what: str) -> None:
    """Run what is asked for, and write its table."""
    vars(fakes.CHARACTERISATION)["PROTOCOL"] = fakes.SMALL_PROTOCOL
    rows = {"tiny": tiny, "hostile": many_hostile, "server": served, "blind": blind}[what]()
    write(what, rows)


def write(what: str, rows: list[dict[str, Any]]) -> None:
    """Write a table, one row per study, with the command that made it."""
    names = list(rows[0])
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(str(row[name]) for name in names) for row in rows]
    table = "\n".join(f"| {line} |" for line in lines)
    calls, registered, effects, unusable = (
        sum(int(row[name]) for row in rows)
        for name in ("calls", "registered", "effects_supported", "unusable")
    )
    head = f"# Studies by models: {what}\n\n`python -m benchmarks.model_studies {what}`"
    said = (
        f"{len(rows)} studies, {calls} questions to the model, {unusable} unusable answers; "
        f"{registered} hypotheses registered, {effects} effects supported."
    )
    (RESULTS / f"model_{what}.md").write_text(f"{head}\n\n{said}\n\n{table}\n", "utf-8")


def tiny() -> list[dict[str, Any]]:
    """Studies by random weights."""
    import torch

    from v1vlm.testing.tiny.gemma import build_gemma

    torch.set_num_threads(1)
    rows = []
    with tempfile.TemporaryDirectory() as place:
        model = build_gemma(Path(place) / "tiny-gemma-3")
        for seed in range(STUDIES):
            rows.append(_study(Path(place) / f"study-{seed}", f"local:{model},{OPTIONS}", seed))
            print(rows[-1], flush=True)
    return rows


def many_hostile() -> list[dict[str, Any]]:
    """Studies until a thousand hostile answers were given."""
    # As a plug-in loads it: the module that is run is another one.
    from benchmarks import model_studies

    given = model_studies.GIVEN

    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        while len(given) < HOSTILE:
            before, seed = len(given), len(rows)
            folder = Path(place) / f"study-{seed}"
            row = _study(folder, "benchmarks.model_studies:mostly_hostile", seed, num_steps=5)
            others = [path.name for path in Path(place).iterdir()]
            expected = [f"study-{s}" for s in range(seed + 1)]
            row |= {"hostile": len(given) - before, "others": len(set(others) - set(expected))}
            rows.append(row)
            print(row, len(given), flush=True)
    return rows


def served() -> list[dict[str, Any]]:
    """Studies behind a real server."""
    from v1vlm.testing.tiny.gemma import build_gemma

    port = 18_765
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as place:
        model = build_gemma(Path(place) / "tiny-gemma-3")
        (Path(place) / "cache").mkdir()
        program = [sys.executable, "-m", "benchmarks.serve_with_grammar", str(model), "serve"]
        command = [*program, "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
        environment = {**os.environ, "HF_HUB_CACHE": f"{place}/cache", "HF_HUB_OFFLINE": "1"}
        with (Path(place) / "log").open("w") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _await(port)
            told = f"remote:http://127.0.0.1:{port}/v1,model={model},json_mode=prompted"
            options = "context_chars=1500,max_new_tokens=6000,temperature=1"
            for seed in range(SERVED):
                folder = Path(place) / f"study-{seed}"
                rows.append(_study(folder, f"{told},{options}", seed, num_steps=2))
                print(rows[-1], flush=True)
        finally:
            server.terminate()
            server.wait()
            print((Path(place) / "log").read_text()[-2000:])
    return rows


def blind(neurons: int = 600) -> list[dict[str, Any]]:
    """Studies on a twin whose responses say nothing about its stimuli."""
    rows = []
    measured = gone_blind(neurons)
    with tempfile.TemporaryDirectory() as place:
        for seed in range(BLIND):
            scientist = "tests.scientist.model.fakes:sampling"
            folder, twin = Path(place) / f"study-{seed}", f"energy:blind,neurons={neurons}"
            rows.append(_study(folder, scientist, seed, twin=twin, measured=measured))
            print(rows[-1], flush=True)
    return rows


def gone_blind(neurons: int) -> Answer:
    """What is measured of a population that saw when its fields and preferences were measured.

    Grey responses, scale and quality, which describe the responses themselves, are those of the
    blind twin.
    """
    saw, is_blind = (
        _measured(load_twin(f"energy:{variant}neurons={neurons}")) for variant in ("", "blind,")
    )
    own = {name: is_blind[name] for name in ("grey", "reference", "quality")}
    return {**saw, **own}


def _measured(twin: Twin) -> Answer:
    store = MemoryStore()
    characterise(Rig(twin, store))
    return store.once(characterisation(twin.card.digest), dict)


def _await(port: int) -> None:
    import socket

    for _ in range(240):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise SystemExit("the server does not come up")


def _study(
    folder: Path,
    scientist: str,
    seed: int,
    num_steps: int = 3,
    twin: str = "tests.fakes:twin",
    measured: Answer | None = None,
) -> dict[str, Any]:
    spec = spec_of(scientist=scientist, seed=seed, generator=None, num_steps=num_steps, twin=twin)
    started = time.perf_counter()
    study = Study.create(spec, TEXT, folder)
    if measured is not None:
        known = characterisation(study.twin.card.digest)
        study.store.once(known, lambda: measured)
    state = study.run()
    seconds = time.perf_counter() - started
    said = verify_study(Store(folder))
    answers = [answer for _, answer in study.store.remembered("ask")]
    for answer in answers:
        if answer["parsed"] is None and "hostile" not in scientist:
            print("unusable:", answer["fault"], len(answer["raw"]), answer["raw"][-200:])
    return {
        "seed": seed,
        "stopped": state.stopped,
        **state.counts,
        "effects_supported": sum(
            f.verdict == "supported" and f.direction != "equivalent" for f in state.findings
        ),
        "supported_and_robust": _robust(state),
        "calls": state.usage.calls,
        "unusable": sum(answer["parsed"] is None for answer in answers),
        "pictures": sum(len(answer["pictures"]) for answer in answers),
        "output_tokens": state.usage.output_tokens,
        "model_seconds": round(state.usage.seconds, 1),
        "seconds": round(seconds, 1),
        "report": (folder / "report.md").is_file(),
        "verified": said[-1].startswith("report"),
    }


def _robust(state: State) -> int:
    verdicts = [(f.verdict, f.controls_verdict) for f in state.findings]
    return verdicts.count(("supported", "robust"))


if __name__ == "__main__":
    main(sys.argv[1])
