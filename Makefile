# make demo: try it.  make test: everything that is checked.  Needs Python 3.11 or later and nothing else.
.DEFAULT_GOAL := help
.PHONY: help demo install test lint types docs screenshots bench kills clean

VENV   ?= .venv
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3 python,$(shell $(name) -c 'import sys, venv, ensurepip; print("$(name)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
BIN    := $(VENV)/bin
# Tests wait a lot, for processes and for clocks: two files at once. What one file shares is made in one process.
TOGETHER ?= -n 2 --dist loadfile --no-loadscope-reorder
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

help:  ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## Try the whole bot on a web page of this machine
	@$(BIN)/citedesk demo

install: $(VENV)/.installed  ## Make .venv and install citedesk into it
	@echo "Installed. $(BIN)/citedesk --help shows what it does."

test: $(VENV)/.developing lint types  ## Lint, types, architecture and all tests
	$(BIN)/python -m pytest $(TOGETHER)

lint: $(VENV)/.developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.developing
	$(BIN)/mypy

docs: $(VENV)/.developing  ## Write docs/commands.md and the picture of the house anew from the code itself
	$(BIN)/python docs/commands.py > docs/commands.md
	$(BIN)/python docs/house_picture.py > docs/images/house.svg

screenshots: $(VENV)/.developing  ## Take the README's pictures of the page anew
	PYTHONPATH=. $(BIN)/python tests/screenshots.py

bench: $(VENV)/.benching  ## Measure
	@set -e; for one in $$(grep -l __main__ benchmarks/*.py); do echo "$$one"; \
	  $(BIN)/python -m "benchmarks.$$(basename "$$one" .py)"; done

kills: $(VENV)/.developing  ## Kill 200 reindexes at random instants with a searcher answering beside
	$(BIN)/python -m benchmarks.kills

clean:  ## Remove .venv and what tests and builds leave; data/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Compiled as pip compiles what it copies: processes that read write nothing, and would compile it each time.
# rjieba and PyStemmer read Chinese and English faster; where there is no wheel for them, jieba and snowballstemmer do
# the same. evaluate is for measuring.
$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing citedesk into $(VENV) ..."
	@$(PIP) -e '.[fast,evaluate]' || { echo "What makes it faster (rjieba, PyStemmer) or measures it (ir-measures) could not be installed; going on without."; \
	  $(PIP) -e .; }
	@$(BIN)/python -m compileall -q bot index content
	@touch $@

$(VENV)/.developing: pyproject.toml | $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PIP) -e '.[dev]'
	@touch $@

$(VENV)/.benching: pyproject.toml | $(VENV)/.developing
	@echo "Installing what is measured against ..."
	@$(PIP) -e '.[bench]'
	@touch $@

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { \
	  echo "citedesk needs Python 3.11 or later with venv and pip; found: $$(python3 --version 2>&1 || true)." >&2; \
	  echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3 demo" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV)
