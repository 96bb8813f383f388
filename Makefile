# The two commands of the README are `make demo` and `make test`; the others are for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint docs bench lock data clean

demo: $(STAMP)
	$(BIN)/thinwalls demo --out out/demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html

bench: $(STAMP)
	$(BIN)/python -m bench

# Rebuild the packaged data from the publishers' files.
data: $(STAMP)
	$(BIN)/thinwalls data build --from ../shared/data

# Choose new versions of what we depend on, for every platform at once.
lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	  --group pyproject.toml:test --group pyproject.toml:lint --group pyproject.toml:docs \
	  --group pyproject.toml:build \
	  pyproject.toml --extra sources -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "thinwalls needs Python 3.11 or newer; set PYTHON=python3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

clean:
	rm -rf $(VENV) out docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
