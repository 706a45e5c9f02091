# make run             open the dashboard on a copy of the bundled demo
# make run REPO=path   open it on any tree
# make test            everything that must pass before a merge
# make accuracy REPOS=folder   agreement with labels made by hand, on checkouts of the labelled trees
# make docs            write docs/keys.md and docs/controls/ from bindings and catalogue
# A machine needs git, make and Python 3.11 or newer; the rest is installed into .venv, once.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
REPO ?=
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test accuracy docs screenshot clean

run: $(VENV)/.installed
	@$(BIN)/shipsmith $(if $(REPO),'$(REPO)',demo)

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

REPOS ?= repos
accuracy: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.accuracy.agreement '$(REPOS)'

docs: $(VENV)/.installed-dev
	$(BIN)/python scripts/docs.py

screenshot: $(VENV)/.installed-dev
	$(BIN)/python scripts/screenshot.py
	$(BIN)/python scripts/screenshot.py --edited --keys 'b' --to docs/screenshot-since.svg
	$(BIN)/python scripts/screenshot.py --size 60x20 --to docs/screenshot-narrow.svg

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@test -n '$(PYTHON)' || { echo 'shipsmith needs Python 3.11 or newer; name one: make run PYTHON=/path/to/python' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(VENV)/.installed $@
