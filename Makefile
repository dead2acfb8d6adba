PYTHON ?= python3
BIN := .venv/bin

# how far the tests of faults look: tests/support/bounds.py says what each bound means
export FUZZ_ROUNDS ?= 300
export FAULT_CALLS ?= 42
export FAULT_KILLS ?= 40
export FAULT_DAMAGES ?= 15
export FAULT_DISKS ?= 3
export FAULT_PUBLISHES ?= 5
export FAULT_NIGHTS ?= 16
export HOST_WORKBOOKS ?= 2000
export HOST_CUT_SECONDS ?= 60
export HOST_FAULTS ?= 5
SCALE_FIGURES ?= 1000000
ALL_FAULTS := FUZZ_ROUNDS=600 FAULT_CALLS=0 FAULT_KILLS=300 FAULT_DAMAGES=0 FAULT_DISKS=20 FAULT_PUBLISHES=100 FAULT_NIGHTS=100

.PHONY: help run ui test journeys faults faults-all hosts scale lint bench bench-compare coverage generated answers lock wheel clean
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: .venv/.installed ## set up, load raw/, publish, print the scorecard, make the bulletins; refused cells stop nothing
	$(BIN)/housing load || test $$? -eq 1
	@$(BIN)/housing bulletin || true
	@$(BIN)/housing export || true

ui: .venv/.installed ## Dagster on http://127.0.0.1:3000
	DAGSTER_HOME="$(CURDIR)" $(BIN)/python -m assets.starting --host 127.0.0.1 --port 3000

test: .venv/.installed ## units and whole loads, on all cores
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

journeys: .venv/.installed ## a real browser, the wheel in an empty folder, CONTRIBUTING.md walked in a copy: minutes
	$(BIN)/python -m pytest tests/ui tests/journeys --numprocesses auto --dist loadfile

faults: .venv/.installed ## kills, full disks, damage, several at once, hostile and random files: a bounded part
	$(BIN)/python -m pytest tests/faults --numprocesses auto --dist worksteal

hosts: .venv/.installed ## hosts that share an installation or a lake; three with addresses of their own, and each fault: needs root
	$(BIN)/python -m pytest tests/hosts --numprocesses auto --dist loadgroup

scale: .venv/.installed ## a lake of SCALE_FIGURES made-up figures: what publishing and asking cost; docs/scale.md
	$(BIN)/python -m tests.benchmarks.scale $(SCALE_FIGURES)

faults-all: .venv/.installed ## the same at every call, in all ways: hours; docs/reliability.md has the outcomes
	$(MAKE) faults $(ALL_FAULTS)

lint: .venv/.installed ## style, types, the layers of the house and what is unsafe
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml pipeline assets tools

bench: export BENCH_RATIOS ?= tests/benchmarks/last.json
bench: .venv/.installed ## speed, as ratios measured side by side; tests/benchmarks/last.json keeps them
	$(BIN)/python -m pytest tests/benchmarks/bench_nights.py tests/benchmarks -q -s

bench-compare: .venv/.installed ## the same measured again: which ratios moved by more than a tenth
	found=$$(mktemp) && trap 'rm -f "$$found"' EXIT && BENCH_RATIOS="$$found" $(BIN)/python -m pytest \
		tests/benchmarks/bench_nights.py tests/benchmarks -q -s && $(BIN)/python -m tests.benchmarks.ratios "$$found"

coverage: .venv/.installed ## the unit tests, and the lines that none of them runs
	$(BIN)/python -m pytest tests/unit --numprocesses auto --cov --cov-report=term-missing:skip-covered

generated: .venv/.installed answers ## write anew what is made: dictionary, reasons, contradictions, questions, schema, snapshot of Dagster
	$(BIN)/housing dictionary
	$(BIN)/housing dictionary --reasons
	$(BIN)/housing layout schema sources/layout.schema.json
	$(BIN)/python -m tools.layout_reference
	$(BIN)/python -m tests.unit.assets.test_definitions

# Those of the workbooks of raw/ as a new warehouse reads them, whatever was loaded before.
answers: .venv/.installed ## write docs/contradictions.md and docs/questions.md anew, from raw/
	aside=$$(mktemp -d) && trap 'rm -rf "$$aside"' EXIT && export HOUSING_WAREHOUSE="$$aside" \
		&& { $(BIN)/housing load > /dev/null || test $$? -eq 1; } && $(BIN)/housing dictionary --contradictions \
		&& $(BIN)/housing dictionary --questions

wheel: .venv/.installed ## the wheel, in dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist .

# Exactly the versions and hashes of the lock; the project itself is linked in, without resolving anything.
.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

lock: ## renew requirements.lock after a change of the dependencies (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
		--python-version 3.11 --all-extras pyproject.toml -o requirements.lock

clean: ## remove what was set up, not what was received
	rm -rf .venv .dagster .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist
