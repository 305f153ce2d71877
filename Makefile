# Each target first prepares what it needs (scripts/setup); the second time that takes a moment.
# Programs are started as modules of .venv's Python: the scripts in .venv/bin break in a path with a space.
PY := .venv/bin/python
CODE := evently_desktop tests scripts $(wildcard benchmarks migrations)

# Without a screen Qt draws into memory, and so do the tests everywhere.
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY),)
ifeq ($(shell uname -s),Linux)
export QT_QPA_PLATFORM ?= offscreen
endif
endif

.PHONY: help demo test chaos soak mutants readers bench pictures lint types contracts unit setup setup-test

help:
	@echo "make demo       sell seats in a sample theatre"
	@echo "make test       everything that is checked: lint, types, contracts, unit"
	@echo "make chaos      sell through every kind of failure (MINUTES=60), and check all against all"
	@echo "make soak       leave a counter open for days, in minutes (MINUTES=10), and see that nothing leaks"
	@echo "make mutants    plant a fault in each guard and see that it is caught"
	@echo "make readers    walk the seat map as a screen reader does, over AT-SPI (needs xvfb, dbus, at-spi2-core)"
	@echo "make bench      the ratios of benchmarks/, measured side by side"
	@echo "make pictures   the screens as pictures, light and dark"
	@echo "make setup      only prepare this folder"

demo: setup
	$(PY) -m evently_desktop demo

pictures: setup
	$(PY) -m evently_desktop.demo.pictures

# How long: make chaos MINUTES=60; the same schedule again: SEED=7.
MINUTES ?= 60
chaos: setup-test
	$(PY) -m tests.chaos --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

# A counter looks about a hundred times a second here: MINUTES=50 is a week of looks.
soak: setup-test
	$(PY) -m tests.soak --minutes $(if $(filter file,$(origin MINUTES)),10,$(MINUTES))

mutants: setup-test
	$(PY) -m tests.mutants

readers: setup-test
	$(PY) -m tests.readers.walk

bench: setup-test
	$(PY) -m benchmarks

test: lint types contracts unit

lint: setup
	$(PY) -m ruff check --quiet
	$(PY) -m ruff format --quiet --check

types: setup
	$(PY) -m mypy --no-error-summary $(CODE)

contracts: setup
	$(PY) .venv/bin/lint-imports --no-logo --cache-dir .cache/import_linter

unit: setup-test
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 -q

setup:
	@sh scripts/setup

setup-test:
	@sh scripts/setup test
