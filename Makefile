PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Compiled modules are kept: the tests start dozens of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-all bench province lint format docs lock

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-11s %s\n", $$1, $$2}'

# A bare venv filled from outside needs neither ensurepip nor python3-venv.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "chihoi needs Python 3.11 or newer")'
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/installed: $(BIN)/python requirements.lock pyproject.toml
	@echo "Installing (the first time takes a minute) ..."
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	@echo "Installing with the test tools (the first time takes a minute) ..."
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/installed

demo: $(VENV)/installed ## play a whole union in your browser (CHIHOI_DEMO_PORT, default 8080)
	@$(BIN)/chihoi demo

demo-reset: $(VENV)/installed ## forget the demo world and begin anew
	@$(BIN)/chihoi demo --reset

test: $(VENV)/installed-dev lint ## all gates and the fast tests (SQLite, no browser)
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m "not browser and not postgres and not slow and not torture"

test-all: $(VENV)/installed-dev ## everything on PostgreSQL, the browser and long checks too; coverage at least 95 %
	@$(BIN)/pytest -q -n 2 --dist loadgroup -m sqlite
	@CHIHOI_TEST_POSTGRES=1 $(BIN)/pytest -q -n 2 --dist loadgroup -m "not torture" --cov --cov-fail-under=95

torture: $(VENV)/installed-dev ## 10,000 evenings under faults and 200 real kills (goes on where it was stopped; TORTURE=--help)
	@$(BIN)/python -m tests.torture $(TORTURE)

bench: $(VENV)/installed-dev ## measure beside rival bots (about eight minutes); writes tests/bench/result.json
	@$(BIN)/python -m tests.bench

province: $(VENV)/installed-dev ## seed a province of 400,000 and measure life in it (about fifteen minutes); writes tests/bench/province.json
	@$(BIN)/python -m tests.bench.province_run

lint: $(VENV)/installed-dev ## format, lint, types, imports
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

format: $(VENV)/installed-dev ## put the code into shape
	@$(BIN)/ruff format -q . && $(BIN)/ruff check -q --fix .

docs: $(VENV)/installed-dev ## write the README's tables anew
	@$(BIN)/python -m bot.docs README.md

lock: ## write both lock files anew (needs uv)
	@uv pip compile -q --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
