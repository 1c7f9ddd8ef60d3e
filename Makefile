# Two commands do everything on a fresh machine with Python ≥ 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
ENCODER := .venv-encoder
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := var/bench-venv/.installed
# Many tests start `rasoat` anew; without byte code each of these would compile the whole project again.
export PYTHONDONTWRITEBYTECODE =
AT_ONCE := --numprocesses auto --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long test-encoder bench bench-quick lint docs check lock notebook clean

help: ## Show these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## Create .venv with everything from the lock file (quick when nothing changed)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rà soát needs Python ≥ 3.11; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: install ## Run the main job end to end on the bundled sample province
	@$(BIN)/python -m pipeline.sample demo --out var/demo

test: install ## Pass the tests
	@$(BIN)/python -m pytest -m "not long" $(AT_ONCE)

test-long: install ## Pass the tests that take minutes too
	@$(BIN)/python -m pytest $(AT_ONCE)

test-encoder: ## Pass the tests of the extra rasoat[encoder], in an environment of its own: it weighs gigabytes
	test -x $(ENCODER)/bin/python || $(PYTHON) -m venv $(ENCODER)
	$(ENCODER)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(ENCODER)/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation --editable '.[encoder]'
	$(ENCODER)/bin/python -m pytest tests/models/test_encoder.py tests/pipeline/test_encoder_command.py

$(PEERS): pyproject.toml | install # what benches compare with, apart from what we depend on
	@test -x $(dir $@)bin/python || $(PYTHON) -m venv $(dir $@)
	@$(dir $@)bin/python -m pip install -qq --disable-pip-version-check --upgrade 'pip>=25.1' # knows groups from then on
	@$(dir $@)bin/python -m pip install -qq --disable-pip-version-check --group bench
	@touch $@

bench: install $(PEERS) ## Measure speed and memory up to 10^6 articles (hours), into var/bench.json
	@$(BIN)/python tests/bench/all.py

bench-quick: install $(PEERS) ## The same at small sizes, in minutes
	@$(BIN)/python tests/bench/all.py --quick

lint: install ## Check style, types and the directions of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: install ## Write the generated parts of the documents
	@$(BIN)/cog -r README.md README.vi.md

check: lint ## Check that the generated parts of the documents are fresh
	@$(BIN)/cog --check README.md README.vi.md

notebook: demo ## Execute the notebooks in place, over a fresh demo
	@$(BIN)/python notebooks/execute.py notebooks/*.ipynb

lock: ## Renew the lock file from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml --output-file requirements.lock

clean: ## Remove the environment and everything made
	rm -rf $(VENV) $(ENCODER) var build *.egg-info
