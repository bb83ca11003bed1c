# The fleet twin. `make` lists the targets; `make run` and `make test` set up all they need.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3,$(shell $(p) -c 'import sys; print("$(p)" if (3,11) <= sys.version_info[:2] <= (3,12) else "")' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export TWIN_HOME ?= .twin

RUN_FLAGS := $(if $(PREMISES),--premises $(PREMISES)) $(if $(SEED),--seed $(SEED)) \
  $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO)) $(if $(PORT),--port $(PORT)) \
  $(if $(OPTION),--option $(OPTION)) $(if $(PIN),--pin-intervention $(PIN)) \
  $(if $(BROKER),--broker $(BROKER)) $(if $(PLAN),--plan $(PLAN)) $(if $(HEADLESS),--headless) \
  $(if $(RESTORE),--restore)

.DEFAULT_GOAL := help
.PHONY: help run test check test-faults test-browser docs bench whatif clean lock pictures spark

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "The fleet twin needs Python 3.11 or 3.12 (python3.11, python3.12 or python3 on the PATH); name one with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 12); sys.exit(None if ok else f"The fleet twin needs Python 3.11 or 3.12, and $(PYTHON) is {sys.version.split()[0]}; name one with PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q twin streams dashboards infra # as pip does with what it installs: a run starts many processes
	@touch $@

run: $(READY) ## Run the programme: PREMISES=10000 SEED=1 FROM= TO= OPTION=3 PORT=8501 BROKER=local HEADLESS=1 RESTORE=1
	@$(BIN)/twin run $(RUN_FLAGS)

test: $(READY) ## Run the tests, two files at once, each process with a Kafka of its own (no browser needed)
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not faults and not browser and not bench"

check: $(READY) ## Check format, lint, types and imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test-faults: $(READY) ## Run the long crash tests (kill -9 of every process), two files at once, and by themselves what is timed
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "faults and not alone"
	@$(BIN)/python -m pytest -m "faults and alone"

test-browser: $(READY) ## Run the tests that need chromium
	@$(BIN)/python -m pytest -m browser

docs: $(READY) ## Write the generated documents (schemas, events, AsyncAPI, rules)
	@$(BIN)/python -m infra.contract docs
	@$(BIN)/python -m twin.rules.book_page tests docs/rules.md
	@$(BIN)/python -m tests.peers.page tests docs/reference/peer-faults.md

pictures: $(READY) ## Take pictures of all pages of a finished run (TWIN_HOME) for docs/reference/pages.md; needs chromium
	@$(BIN)/python -m tests.browser.pictures docs/images

bench: $(READY) ## Measure: one table, and build/bench.json
	@$(BIN)/python -m tests.benchmarks

whatif: $(READY) ## Answer the ready questions: build/whatif/index.html
	@$(BIN)/twin whatif questions --out build/whatif

spark: $(READY) ## Install the extra `spark` (PySpark, 434 MB), for rebuilds beyond one machine
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock

lock: $(READY) ## Write requirements.lock and requirements-spark.lock anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra spark -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade -q -o requirements-spark.lock

clean: ## Remove TWIN_HOME (the history, its log and its lake)
	@if [ -e "$(TWIN_HOME)" ] && [ ! -e "$(TWIN_HOME)/history.json" ]; then echo "$(TWIN_HOME) holds no history of a twin; it is left alone" >&2; exit 1; fi
	@rm -rf "$(TWIN_HOME)"
