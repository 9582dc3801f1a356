"""Tests; numpy is kept to one thread, as the command line keeps it: several only get in the way."""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
