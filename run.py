"""The original command: ``python run.py --context-file "./context.txt"`` is ``v1vlm run ...``."""

import sys

from v1vlm.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["run"]
    main()
