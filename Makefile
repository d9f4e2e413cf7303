# The verbs of dealqa. `make` alone lists them.
#
#   PYTHON=/usr/bin/python3.11 make run      another Python than the one that is found first (3.11 is tested)
#   DEALQA_PORT=8080 make run                any setting, by its environment variable
#   make eval SUITE=evals/city_deals         another evaluation suite
#
# Installing is left to scripts/install.sh, which remembers what it installed from which files: a second call takes
# a fraction of a second.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

BIN := .venv/bin
SUITE ?= evals/city_deals
WORKERS ?= 2

# Nothing here may ask anyone anything: no telemetry, no look-ups at model hubs.
export HF_HUB_DISABLE_TELEMETRY := 1
export GRADIO_ANALYTICS_ENABLED := False
export ANONYMIZED_TELEMETRY := False
export LANGSMITH_TRACING := false

.PHONY: help run test check test-browser test-faults test-llm format install install-dev install-providers eval baseline bench corpus lock clean

help: ## List these verbs
	@printf 'make …\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-17s %s\n", $$1, $$2 }' Makefile

run: install ## Install what is needed, index docs_corpus/ if it changed, serve the web app on 127.0.0.1:7860
	@$(BIN)/dealqa index || test $$? -eq 2  # 2: some file could not be read; the others can be asked
	@exec $(BIN)/dealqa serve

test: install-dev check ## Install what is needed and run every check but the two below

# All four run, whatever the others found, so that one run shows everything; pytest's last line comes last.
# The files of tests are shared between two processes; WORKERS=0 runs them in this one, for a debugger.
check: | $(BIN)/pytest ## Run the checks without installing: formatting, lint, types, tests
	@failed=(); \
	try() { local name=$$1; shift; printf '== %s\n' "$$name"; "$$@" || failed+=("$$name"); }; \
	try 'ruff format' $(BIN)/ruff format --check .; \
	try 'ruff check' $(BIN)/ruff check .; \
	try 'mypy --strict' $(BIN)/mypy; \
	try 'pytest' $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder; \
	if (( $${#failed[@]} )); then printf 'Failed: %s\n' "$${failed[@]}" >&2; exit 1; fi

test-browser: install-dev ## Use the web app in headless Chromium (about five minutes; needs the package chromium)
	@$(BIN)/python -m pytest -m browser

test-faults: install-dev ## Break things many times over (about half an hour); FAULTS_SCALE=0.1 for a tenth
	@$(BIN)/python -m pytest -m faults -n $(WORKERS) --dist loadfile

test-llm: install-dev ## Ask the real language model behind LLM_URL=http://127.0.0.1:8081/v1 (any OpenAI-compatible server)
	@$(BIN)/python -m pytest -m llm

format: | $(BIN)/pytest ## Format the code and repair what ruff can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

install: ## Build .venv with the pinned dependencies (two to four minutes the first time)
	@scripts/install.sh runtime

install-dev: ## The same with the tools for the checks
	@scripts/install.sh dev

install-providers: ## The same with the clients of language models at Anthropic and Mistral
	@scripts/install.sh providers

eval: install ## Answer the questions of an evaluation suite and print the figures
	@$(BIN)/dealqa eval --suite "$(SUITE)"

# Without text recognition, as in the test that compares with it: it is not installed everywhere, and versions differ.
baseline: export DEALQA_OCR := off
baseline: export DEALQA_INDEX := .scratch/baseline-index
baseline: install-dev ## Write the evaluation baseline of the dev split anew, on purpose
	@$(BIN)/dealqa index || test $$? -eq 2
	@$(BIN)/dealqa eval --split dev --write-baseline evals/baseline/city_deals-dev

# Each has a quarter of an hour at most; the indexes that changes.py and sizes.py make the first time are kept.
bench: install-dev ## Run the benchmarks on an idle machine (about 25 minutes; QUICK=1: 6; WRITE=1 keeps the figures)
	@failed=(); \
	for benchmark in benchmarks/[a-z]*.py; do \
		printf '== %s\n' "$$benchmark"; \
		timeout --foreground 900 $(BIN)/python "$$benchmark" $(if $(QUICK),--quick) $(if $(WRITE),--write) \
			|| failed+=("$$benchmark"); \
	done; \
	if (( $${#failed[@]} )); then printf 'Failed: %s\n' "$${failed[@]}" >&2; exit 1; fi

corpus: install-dev ## Write the documents of docs_corpus/ again from their sources
	@$(BIN)/python docs_corpus/build.py

lock: | $(BIN)/pytest ## Resolve the dependencies again; UPGRADE=1 takes the newest versions that fit
	@PATH="$$PWD/$(BIN):$$PATH" $(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

clean: ## Remove the environment, the caches and what was built; the index and the corpus stay
	rm -rf .venv .scratch .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage build dist src/*.egg-info
	find . -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/pytest:
	@printf '%s\n' 'Error: the tools for the checks are not installed. Run "make test", which installs them.' >&2; exit 2
