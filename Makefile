# Every target works on a fresh machine with Python 3.11+ and make; what it needs, it installs.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := .tools
OPA := $(TOOLS)/bin/opa
OPA_VERSION := v1.22.2
T ?=

.PHONY: help dev demo test check lint format types rego docs docs-check samples bench bench-quick executors opa clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.ready: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

dev: $(VENV)/.ready ## set up the environment

demo: $(VENV)/.ready ## tell the story on a real Terraform
	@$(BIN)/guardrail demo

test: check ## set everything up and run every check

check: lint types docs-check rego ## lint, types, docs drift, Rego and Python tests; what CI runs
	@$(BIN)/python tests/run.py $(T)

lint: $(VENV)/.ready ## style, format, layers
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

format: $(VENV)/.ready ## put the style right
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

types: $(VENV)/.ready ## strict types
	@$(BIN)/mypy --no-error-summary

rego: $(VENV)/.ready opa ## format, strict check and tests of the Rego rules, where OPA can be had
	@if [ -x "$$(command -v opa || echo $(OPA))" ]; then \
	  PATH="$$PATH:$(TOOLS)/bin"; \
	  test -z "$$(opa fmt --list rego)" && opa check --strict rego && opa test rego | tail -n 1; \
	else echo "opa was not found and could not be built: its checks are skipped"; \
	  case "$$GUARDRAIL_REQUIRE" in *opa*) echo "but GUARDRAIL_REQUIRE names opa"; exit 1;; esac; fi

docs: $(VENV)/.ready ## write the generated parts of the docs anew
	@$(BIN)/python tests/docs.py --write
	@$(BIN)/python tests/rego/rule_index.py
	@$(BIN)/python tests/origin/test_origin_doc.py

docs-check: $(VENV)/.ready ## fail where docs and program differ
	@$(BIN)/python tests/docs.py

samples: $(VENV)/.ready ## make every sample plan anew with a real Terraform
	@$(BIN)/python sample_plans/regenerate.py

bench: $(VENV)/.ready ## measure speed side by side and keep the result in docs/benchmarks.md
	@$(BIN)/python tests/bench/run.py

bench-quick: $(VENV)/.ready ## the small sizes only, in under a minute
	@$(BIN)/python tests/bench/run.py --quick

executors: $(VENV)/.ready ## try real agent executors against a pretend model; needs npm
	@tests/agents/executors/run.sh $(TOOLS)/executors $(BIN)/python $(T)

opa: ## build OPA with the Go on this machine, unless there is one
	@if command -v opa >/dev/null || [ -x $(OPA) ]; then :; \
	elif command -v go >/dev/null; then \
	  echo "building opa $(OPA_VERSION) (about two minutes, once)"; \
	  GOBIN="$(CURDIR)/$(TOOLS)/bin" go install github.com/open-policy-agent/opa@$(OPA_VERSION) || \
	    echo "opa could not be built: tests with an OPA server will be skipped"; \
	else echo "neither opa nor go is here: tests with an OPA server will be skipped"; fi

clean: ## remove what the other targets made
	@rm -rf $(VENV) $(TOOLS) dist build .coverage .coverage.*
