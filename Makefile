# Two commands matter: `make book` and `make test`. Both set up .venv on first use and again when the pins change.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: book test check lint lock open clean help

book: $(VENV)/.book ## build every edition whose inputs changed, HTML and PDF, and print where
	$(BIN)/dossier build

test: $(VENV)/.test ## run the whole test suite
	$(BIN)/python -m pytest

check: $(VENV)/.book ## check the data; list every problem
	$(BIN)/dossier check

open: book ## open the site in a browser
	$(BIN)/dossier open

lint: $(VENV)/.test ## check style; change nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock: ## pin the whole environment again, with hashes (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --quiet pyproject.toml --output-file requirements.txt
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --quiet --extra dev --constraint requirements.txt pyproject.toml --output-file requirements-dev.txt

clean: ## remove what was built, not the environment
	rm -rf _build

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.book: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.book
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
