# Fengqiao. On a fresh machine with Python 3.11 or newer, make and git: `make demo`.

VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset migrate migration test check format lint types contracts drift schema schema-lint identity-provider lock graphiql

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/.installed ## Start everything with the sample place and serve it (PORT=8000)
	@exec $(BIN)/fengqiao demo

demo-reset: $(VENV)/.installed ## Stop the demo's database and delete its data
	@exec $(BIN)/fengqiao demo-reset

migrate: $(VENV)/.installed ## Bring the database to the newest schema
	@exec $(BIN)/fengqiao migrate

migration: $(VENV)/.installed ## Write the migration that the tables in code need: make migration name="add visits"
	@exec $(BIN)/python -m migrations.generate "$(name)"

test: $(VENV)/.installed ## Run every test, on a PostgreSQL of their own; those of the API also without the fast path
	@$(BIN)/pytest -n auto --dist worksteal
	@FENGQIAO_FAST_PATH=false $(BIN)/pytest -n auto --dist worksteal tests/api

check: lint types contracts drift schema schema-lint identity-provider test ## Everything that CI runs

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.installed
	$(BIN)/mypy

contracts: $(VENV)/.installed
	$(BIN)/lint-imports

drift: $(VENV)/.installed
	$(BIN)/fengqiao migrate --check

schema: $(VENV)/.installed
	$(BIN)/python -m api.graphql.print_schema --check

schema-lint: ## Lint the printed schema by the rules of graphql-eslint and Relay (needs Node 20 and npm)
	cd tests/schema_lint && npm ci --silent --no-fund --no-audit && node lint.mjs ../../api/graphql/schema.graphql

identity-provider: ## Install the OpenID Connect provider that tests bring tokens of (needs Node 20 and npm)
	cd tests/identity_provider && npm ci --silent --no-fund --no-audit

format: $(VENV)/.installed ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

lock: $(VENV)/.installed ## Lock the dependencies again (UPGRADE=--upgrade for newer ones)
	$(BIN)/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url \
		--universal --python-version 3.11 $(UPGRADE) --output-file requirements.lock

graphiql: ## Build GraphiQL's files again (needs npm)
	cd api/http/graphiql && npm ci && npm run build

# The newest Python that has what a virtual environment needs: some systems have a `python3.13`
# that only says how to install it, or one without `ensurepip`.
$(BIN)/python:
	@for python in python3.14 python3.13 python3.12 python3.11 python3 python; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "creating $(VENV) with $$($$python --version)"; \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "Python 3.11 or newer with venv is needed (on Debian and Ubuntu: apt install python3-venv)" >&2; \
	exit 1

$(VENV)/.dependencies: requirements.lock | $(BIN)/python
	@echo "installing the locked dependencies (once; a minute or two)"
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

# The project itself, without asking an index: its build back end is among the locked dependencies.
$(VENV)/.installed: $(VENV)/.dependencies pyproject.toml
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@
