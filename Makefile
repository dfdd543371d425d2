# The two commands: `make run` starts the product, `make test` proves it. Everything they need they set up themselves.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
BASE_PYTHON ?= $(shell command -v python3.11 || command -v python3)
CODE := app.py worker.py manage.py api callbacks components data engine pages services tests bench

.PHONY: help run test check format shots bench prove lock vendor clean install install-dev tools

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(VENV)/.python:
	@"$(BASE_PYTHON)" -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v == (3, 11) else f"Python 3.11 is needed, found {v[0]}.{v[1]} at {sys.executable}. Install it, or name it: make run BASE_PYTHON=/path/to/python3.11")'
	@echo "Making $(VENV) ..."
	@"$(BASE_PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.lock $(VENV)/.python
	@echo "Installing the pinned requirements (a minute or two, once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) manage.py vendor
	@$(PY) manage.py compile
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what the tests need ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## Make .venv and install the product's requirements
install-dev: $(VENV)/.installed-dev ## ... and those of the tests

run: install ## Start the product on http://127.0.0.1:8050 (HOST, PORT from the environment)
	@exec $(PY) app.py

tools: ## Install Chromium, redis-server and PostgreSQL for the tests, where absent
	@bash tests/install-tools.sh

test: install-dev tools ## Run everything: layers, lint, types, all tests
	@$(MAKE) --no-print-directory check
	@$(PY) -m pytest $(PYTEST_ARGS) $(if $(PYTEST_ARGS),,-n 2 --dist loadfile --ignore=tests/browser --ignore=tests/scale)
	@$(if $(PYTEST_ARGS),,$(PY) -m pytest -raR -n 2 --dist loadfile --reruns 1 tests/browser)
	@$(if $(PYTEST_ARGS),,$(PY) -m pytest tests/scale)

check: install-dev ## Import layers, lint and types
	@$(VENV)/bin/ruff format --check --quiet $(CODE) || { echo "Formatting differs: run make format."; exit 1; }
	@$(VENV)/bin/ruff check --quiet $(CODE)
	@$(VENV)/bin/lint-imports --no-cache
	@$(VENV)/bin/mypy

format: install-dev ## Format the code
	@$(VENV)/bin/ruff check --quiet --fix --select I $(CODE)
	@$(VENV)/bin/ruff format --quiet $(CODE)

shots: install-dev tools ## Take pictures of every screen; writes docs/images/screens and docs/screens.md
	@$(PY) -m tests.browser.shots $(SHOTS_ARGS)

PEERS := $(VENV)/bench-peers

$(PEERS)/.installed: requirements-bench.txt $(VENV)/.installed
	@echo "Fetching the packages that the engine is timed against ..."
	@mkdir -p $(PEERS)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(PEERS) -r requirements-bench.txt \
	  && touch $@ || echo "They cannot be installed here; the benchmark says which are missing and goes on."

bench: install-dev $(PEERS)/.installed ## Measure speed and memory as ratios; writes docs/benchmarks/*.json
	@$(PY) -m bench

prove: install-dev ## Run the long proofs at full size; writes docs/proofs/*.json
	@$(PY) -m bench.prove

lock: install-dev ## Resolve requirements.txt anew into requirements.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@{ echo '# The full set that requirements.txt resolves to, with hashes; `make lock` writes it. Not edited by hand.'; \
	   $(VENV)/bin/uv pip compile --quiet requirements.txt --generate-hashes --python-version 3.11 --no-header --no-annotate; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean: ## Remove what set-up and runs have made (var/ holds your data: it stays)
	rm -rf $(VENV) assets/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
