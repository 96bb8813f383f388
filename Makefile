# The two commands of the README are `make demo` and `make test`; the others are for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: demo test check lint docs coverage bench lock data canary clean

demo: $(STAMP)
	$(BIN)/thinwalls demo --out out/demo

test: $(DEV_STAMP)
	$(BIN)/python -m pytest -n auto --dist loadgroup

# What to run before every commit: lint, types and the tests that are not slow.
check: lint
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not slow"

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(DEV_STAMP)
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

# Lines run in each room, beside their gates.  The compiler's own lines count when it compiles, so the
# cache is a new one.  TESTS and ROOMS narrow it down: make coverage TESTS=tests/results ROOMS=results
TESTS ?= tests
ROOMS ?=
coverage: $(DEV_STAMP)
	rm -rf .coverage .coverage.* .coverage-numba
	NUMBA_CACHE_DIR=$(CURDIR)/.coverage-numba $(BIN)/python -m coverage run -m pytest -q -n auto --dist loadgroup $(TESTS)
	$(BIN)/python -m coverage combine -q
	$(BIN)/python scripts/coverage_by_room.py $(ROOMS)

bench: $(DEV_STAMP)
	$(BIN)/python -m bench

# Rebuild the packaged data from the publishers' files.
data: $(DEV_STAMP)
	$(BIN)/thinwalls data build --from ../shared/data

# Choose new versions of what we depend on, for every platform at once: what the program needs, and
# what its tests, lint and docs need beside it, at the same versions.
LOCK := uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url
lock:
	$(LOCK) --group pyproject.toml:build pyproject.toml --extra web -o requirements.lock
	$(LOCK) -c requirements.lock --group pyproject.toml:test --group pyproject.toml:lint \
	  --group pyproject.toml:docs --group pyproject.toml:build \
	  pyproject.toml --all-extras -o requirements-dev.lock

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "thinwalls needs Python 3.11 or newer; set PYTHON=python3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $(STAMP)

$(DEV_STAMP): $(STAMP) requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $(DEV_STAMP)

# The tests with the newest release of everything we depend on, Numba also above our bound: it may
# fail, and then says early what has to be mended.  CANARY_TESTS chooses some of the tests.
CANARY := .venv-canary
CANARY_TESTS ?= tests
canary:
	$(PYTHON) -m venv --clear $(CANARY)
	$(CANARY)/bin/python -m pip install --quiet --upgrade pip
	$(CANARY)/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager \
	  --group test -e '.[sources,sensitivity,web,evidence]'
	$(CANARY)/bin/python -m pip install --quiet --upgrade numba
	$(CANARY)/bin/python -m pip list
	$(CANARY)/bin/python -m pytest -n auto --dist loadgroup $(CANARY_TESTS)

clean:
	rm -rf $(VENV) $(CANARY) out docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	rm -rf .coverage .coverage.* .coverage-numba
