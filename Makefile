# Two environments would drift apart: one .venv serves run, test and check.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CRM_HOME ?= ./var

.PHONY: run test check format bench clean

$(VENV)/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

run: $(VENV)/.run  ## build the sample company when there is no data yet, then start the app
	$(BIN)/python -m cli demo --if-empty
	$(BIN)/python -m cli serve

# Workers wait for browsers, servers and disks: three on two cores finish before two do, and of
# more than four each would collect and set up for too few tests. What a run compiles is kept, or
# every process of it would compile the sources again.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS := $(shell echo $$(( $(CORES) * 3 / 2 < 4 ? ($(CORES) * 3 + 1) / 2 : 4 )))

test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev  ## every test that this machine can run; what it cannot, it names
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder

check: $(VENV)/.dev  ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev  ## timings as ratios; see benchmarks/README.md
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
