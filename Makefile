# `make demo` and `make test` are all a newcomer needs; each sets the environment up first.
.DEFAULT_GOAL := help
.PHONY: help setup spark demo up airflow test coverage test-slow record-registry survive fuzz mutants lint format dictionary lock

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Make .venv and install the locked dependencies, compiled to bytecode

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	@if command -v uv >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; then \
	  uv=$$(command -v uv || echo $(BIN)/uv); \
	  VIRTUAL_ENV=$(CURDIR)/.venv $$uv pip install --quiet --require-hashes --compile-bytecode -r requirements.lock && \
	  VIRTUAL_ENV=$(CURDIR)/.venv $$uv pip install --quiet --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	fi
	@touch $(READY)

spark: setup ## Add Spark, the second engine of the indicators, to .venv (several hundred MB; needs Java 17)
	uv=$$(command -v uv || echo $(BIN)/uv); \
	if [ -x "$$uv" ]; then \
	  VIRTUAL_ENV=$(CURDIR)/.venv $$uv pip install --quiet --require-hashes -r requirements-spark.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements-spark.lock; \
	fi

demo: setup ## Run a simulated national collection through the real DAGs and publish it
	WRES_HOME=$${WRES_HOME:-var} $(BIN)/python -m wres.orchestration.demo

PORT ?= 8080

up: setup ## Start Airflow on http://127.0.0.1:PORT and the page for senders on the next port; in an empty home a simulated collection is open
	WRES_HOME=$${WRES_HOME:-var} $(BIN)/python -m wres.orchestration.serve_airflow --port $(PORT)

airflow: setup ## Run a command of the local Airflow: make airflow ARGS="dags list"
	WRES_HOME=$${WRES_HOME:-var} $(BIN)/python -m wres.orchestration.airflow_home $(ARGS)

test: setup ## Run the tests that are for every change (under ten minutes on two cores)
	$(BIN)/python -m pytest -m "not slow"

coverage: setup ## Run the same tests and count the lines that they run: about two fifths slower, fails below the floor
	$(BIN)/python -m pytest -m "not slow" --cov --cov-report=term

test-slow: setup ## Run the others: whole Airflows, clusters, kills, long samples; CI runs them too
	$(BIN)/python -m pytest -m slow

record-registry: setup ## Record the registry as this version makes it, for the tests of upgrades
	$(BIN)/python -m tests.upgrades.record_registry

survive: setup ## Kill, fail, stall and soak the pipeline some hundred times (about an hour)
	@rm -f .pytest_cache/survive.jsonl; mkdir -p .pytest_cache
	SURVIVE=$(CURDIR)/.pytest_cache/survive.jsonl $(BIN)/python -m pytest tests/survival --numprocesses=2 --dist=load
	@cat .pytest_cache/survive.jsonl

WITH = $$(command -v uv || echo $(BIN)/uv)
MINUTES ?= 60
FUZZ := var/fuzz/environment

fuzz: setup $(FUZZ)/.ready ## Feed crooked files and texts to readers, reports and template, guided by coverage: MINUTES=60 in all
	nice -n 10 $(FUZZ)/bin/python tests/fuzzing --minutes $(MINUTES)

$(FUZZ)/.ready: requirements.lock tests/fuzzing/requirements.lock
	$(PYTHON) -m venv --clear $(FUZZ)
	$(WITH) pip install --quiet --python $(FUZZ) --require-hashes -r requirements.lock -r tests/fuzzing/requirements.lock
	@touch $@

SAMPLE ?= 20
MUTANTS := var/mutation/environment

mutants: setup $(MUTANTS)/.ready ## Change three rooms in small ways, and count what the tests notice: SAMPLE=20 in each, RUN=--recorded
	nice -n 10 $(BIN)/python -m tests.mutation --cosmic-ray $(MUTANTS)/bin/cosmic-ray --sample $(SAMPLE) $(RUN)

$(MUTANTS)/.ready: tests/mutation/requirements.lock
	$(PYTHON) -m venv --clear $(MUTANTS)
	$(WITH) pip install --quiet --python $(MUTANTS) --require-hashes -r tests/mutation/requirements.lock
	@touch $@

SIZE ?= small
BENCH := var/bench

bench: setup $(BENCH)/.ready ## Measure speed and memory, and say what changed: SIZE=small (minutes) or full, ONLY=start, KEEP=1
	$(BIN)/python -m benchmarks --size $(SIZE) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

$(BENCH)/.ready: benchmarks/requirements.lock benchmarks/requirements-dve.lock benchmarks/requirements-locust.lock
	mkdir -p $(BENCH)
	$(PYTHON) -m venv --clear $(BENCH)/alternatives
	$(PYTHON) -m venv --clear $(BENCH)/dve
	$(PYTHON) -m venv --clear $(BENCH)/locust
	$(WITH) pip install --quiet --python $(BENCH)/alternatives --require-hashes -r benchmarks/requirements.lock
	$(WITH) pip install --quiet --python $(BENCH)/dve --require-hashes -r benchmarks/requirements-dve.lock
	$(WITH) pip install --quiet --python $(BENCH)/locust --require-hashes -r benchmarks/requirements-locust.lock
	@touch $@

lint: setup ## Format check, lint, types, import contracts, SQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar sql/indicators

format: setup ## Put code and SQL in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --disable-progress-bar sql/indicators

dictionary: setup ## Write docs/data-dictionary.md from the schema of the published tables
	$(BIN)/python -m wres.outputs.data_dictionary docs/data-dictionary.md

COMPILE = $(WITH) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-header --no-annotate

lock: ## Compile the lock files again from pyproject.toml (needs uv)
	$(COMPILE) --extra national --extra airflow --extra production --extra mesh --extra web --group dev \
	  --output-file requirements.lock
	cp requirements.lock docker/requirements.lock
	$(COMPILE) --extra national --extra airflow --extra production --extra mesh --extra web --group image \
	  --output-file docker/requirements.lock
	$(COMPILE) --extra spark --constraint requirements.lock --output-file requirements-spark.lock
	$(COMPILE:pyproject.toml=) tests/fuzzing/requirements.in --output-file tests/fuzzing/requirements.lock
	$(COMPILE:pyproject.toml=) benchmarks/requirements-locust.in --output-file benchmarks/requirements-locust.lock
	$(COMPILE:pyproject.toml=) tests/mutation/requirements.in --output-file tests/mutation/requirements.lock
