# run: set up, load raw/, publish, print the scorecard · ui: Dagster on http://127.0.0.1:3000 · test · lint · bench
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run ui test lint bench lock clean

run: .venv/.installed
	$(BIN)/housing load

ui: .venv/.installed
	mkdir -p .dagster
	ln -sf ../dagster.yaml .dagster/dagster.yaml
	DAGSTER_HOME="$(CURDIR)/.dagster" $(BIN)/dagster dev --host 127.0.0.1 --port 3000

test: .venv/.installed
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed
	$(BIN)/python -m pytest tests/benchmarks -q -s

# Exactly the versions and hashes of the lock; the project itself is linked in, without resolving anything.
.venv/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

# Needs uv; run after a change of the dependencies in pyproject.toml.
lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
		--python-version 3.11 --all-extras pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .dagster .mypy_cache .ruff_cache .pytest_cache .hypothesis
