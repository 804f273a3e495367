# Hushgate. `make help` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=

.PHONY: help install demo test quick soak fuzz check docs lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

install: .venv/.run ## set up what running needs; the command is then .venv/bin/hushgate

demo: .venv/.run ## the court case over real SMTP (ARGS=--once: stop at the end)
	@$(BIN)/hushgate demo $(ARGS)

test: .venv/.dev ## set up everything and run all tests (ARGS="-k name" to choose)
	@[ -n "$(ARGS)" ] || sh deploy/test-packages.sh
	@sh deploy/tests.sh $(ARGS)

quick: .venv/.dev ## what was changed since main, in under a minute: no browser, no peers (ARGS=tests/text to choose)
	@$(BIN)/python deploy/quick.py $(ARGS)

soak: .venv/.dev ## the kill and load tests at full length, with their figures
	@sh deploy/test-packages.sh
	@HUSHGATE_SOAK=1 $(BIN)/python -m pytest -s tests/world/test_storms.py tests/world/test_load.py $(ARGS)

fuzz: .venv/.dev ## the property tests with many more examples, drawn anew (ARGS="-k name" to choose), then atheris on each reader
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m hypothesis $(ARGS)
	@for kind in archive html image mbox media mime ole ooxml pdf rtf sealed svg text tnef vcard; do \
		echo "fuzz: atheris, $$kind, a minute"; \
		$(BIN)/python tests/fuzz/readers.py $$kind -max_total_time=60 -print_final_stats=1 || exit 1; \
	done

check: .venv/.dev ## ruff (lint and format), mypy --strict, import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

docs: .venv/.dev ## write docs/settings.md, the tables of docs/rules.md and config/policy.schema.json anew from the code
	@$(BIN)/python deploy/settings_page.py
	@$(BIN)/python deploy/rules_page.py
	@$(BIN)/python deploy/policy_schema.py

lock: .venv/.dev ## write lock files, bill of materials and third-party notices anew from pyproject.toml
	@$(BIN)/python deploy/lock.py

clean: ## remove what was set up; leaves var/ alone
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/.run: requirements.lock pyproject.toml deploy/setup.sh
	@sh deploy/setup.sh requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml deploy/setup.sh
	@sh deploy/setup.sh requirements-dev.lock
	@touch $@ .venv/.run
