# make demo   set everything up, pay the demo company, explain one payment, verify all of them
# make test   set everything up, pass all tests
#
# Which registry packages come from is this machine's business: pip and uv read it from the environment.
# Every package is checked against the hash in locks/. Each target can be repeated, from any state.

PYTHON ?= python3
BIN := .venv/bin
UV := .tools/bin/uv

export UV_SYSTEM_CERTS ?= 1
export UV_PYTHON_DOWNLOADS ?= never
export UV_LINK_MODE ?= copy
export PYTHONHASHSEED ?= 0

LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

.PHONY: help setup demo test test-long test-spark format docs lock clean

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile
	@echo "also: make setup, make test-long, make test-spark, make format, make docs, make lock, make clean"

.tools/ready: locks/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Attain needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making .tools: the installer, from locks/tools.txt"
	@$(PYTHON) -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/tools.txt
	@touch $@

# $(call environment,FOLDER,LOCK): FOLDER holds exactly the packages of LOCK, and attain as an editable.
define environment
	@$(1)/bin/python -c '' 2>/dev/null || { echo "Making $(1)"; $(UV) venv --quiet --clear --python .tools/bin/python $(1); }
	@$(UV) pip sync --quiet --require-hashes --python $(1)/bin/python $(2)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(1)/bin/python --editable .
	@echo "$(1) holds $(2)"
endef

setup: .tools/ready
	$(call environment,.venv,locks/test.txt)

demo: setup
	@rm -rf build/demo
	@$(BIN)/attain demo --out build/demo

test: setup
	@$(BIN)/python tests/steps.py

test-long: setup
	@$(BIN)/python -m pytest -n auto -m long
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n auto tests/agreement

test-spark: .tools/ready setup
	$(call environment,.venv-spark,locks/spark.txt)
	@$(BIN)/python tests/backends/spark_cluster.py

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs: setup
	@$(BIN)/python -m attain.engine.language.reference docs/language docs/errors

lock: .tools/ready
	@$(LOCK) pyproject.toml --output-file locks/run.txt
	@$(LOCK) pyproject.toml --group test --output-file locks/test.txt
	@$(LOCK) pyproject.toml --group cluster --output-file locks/spark.txt
	@echo uv | $(LOCK) - --output-file locks/tools.txt
	@! grep -n '://' locks/*.txt

clean:
	rm -rf .tools .venv .venv-spark build .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
