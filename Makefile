# Each target sets up the environment it needs; the only requirements are Python >= 3.11 and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STUDY  ?= studies/default
# dev,checks,all also installs torch, models and exports and runs their tests, as .ci/run does.
EXTRAS ?= dev
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: study test lint bench clean

# A study that is there already goes on where it stopped; a finished one stays as it is.
study: $(VENV)/.core
	if test -e $(STUDY)/journal.jsonl; then $(BIN)/v1vlm resume $(STUDY); \
	else $(BIN)/v1vlm run --context-file examples/context.txt --save-dir $(STUDY); fi

test: lint
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/energy_speed.py
	$(BIN)/python benchmarks/truth_of_default_study.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) --editable ".[$(EXTRAS)]"
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
