"""The original, end to end: a model reads, FLUX.1 paints, ViV1T answers, the laboratory decides.

``python examples/the_original.py [DIR]`` does it with tiny models of random weights, built on the
spot in the layouts of the published ones and loaded by the code that loads those. Its words and
images mean nothing; that everything works together is what it shows. With the published weights
(docs/flux.md says what they need) the same study is

    v1vlm run --context-file examples/context.txt --scientist v1vlm-4b:menu=painted \
        --generator flux --twin viv1t
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

NOTICE = """\
All weights here are random: what is proposed, painted and found means nothing.
"""
CONTEXT = Path(__file__).with_name("context.txt")
SEED = 1234


def main(folder: Path) -> int:
    """Build the models in a folder, run the study beside them; returns its exit code."""
    from v1vlm.testing.tiny.flux import build_flux
    from v1vlm.testing.tiny.gemma import build_gemma
    from v1vlm.testing.tiny.viv1t import build_viv1t

    print(NOTICE)
    models = folder / "models"
    for name, build in (("gemma", build_gemma), ("flux", build_flux), ("viv1t", build_viv1t)):
        if not (models / name).exists():
            build(models / name)
            print(f"Built {models / name}")
    command = [str(Path(sys.executable).with_name("v1vlm")), "run"]
    command += ["--context-file", str(CONTEXT.resolve())]
    command += ["--scientist", "local:models/gemma,device=cpu,menu=painted"]
    command += ["--generator", "flux:models/flux", "--twin", "viv1t:models/viv1t"]
    command += ["--num-steps", "2", "--seed", str(SEED), "--save-dir", "study"]
    print(" ".join(command), flush=True)
    code = subprocess.run(command, cwd=folder, env=os.environ, check=False).returncode
    print(NOTICE)
    return code


if __name__ == "__main__":
    if len(sys.argv) > 1:
        place = Path(sys.argv[1])
        place.mkdir(parents=True, exist_ok=True)
    else:
        place = Path(tempfile.mkdtemp(prefix="the-original-"))
    sys.exit(main(place))
