# What one does with this checkout. `make` alone prints the targets.
#
# Needs Python 3.11 or newer, Node 20 or newer, make and git; everything else is installed by the
# targets themselves, into .venv, .venv-clients and dashboard/ui/node_modules.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Every system package that the tests need, for Debian. Elsewhere what is missing is skipped.
# libatomic1 is for the Node that the browser tests bring along, curl for the documentation, the
# compiler with its headers for the compiled core.
SYSTEM_PACKAGES := chromium curl fonts-liberation gcc libatomic1 libc6-dev postgresql python3-dev \
	python3-venv
# Clients of `make test-clients` alone.
CLIENT_PACKAGES := restic
# What the benchmark measures beside us, and counts instructions with; a missing one is left out.
# Under systemd an installed server is also started: there nginx and haproxy are yours to install.
BENCH_PACKAGES := chromium fonts-liberation openssl valgrind $(if $(wildcard /run/systemd/system),,haproxy nginx)

# Every program that the tests start would otherwise compile all of Stowage anew.
unexport PYTHONDONTWRITEBYTECODE

ARGS ?=
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
BIN := $(VENV)/bin
UI := dashboard/ui
PAGE := dashboard/static/index.html
PROVIDER := tests/support/oidc_provider
MODULES := $(UI)/node_modules/.package-lock.json
UI_SOURCES := $(shell find $(UI) -type f -not -path '*/node_modules/*' 2>/dev/null)
GENERATED := docs/reference $(UI)/src/api/schema.gen.ts

PIP := pip --disable-pip-version-check install --quiet --require-hashes
# Seconds instead of a minute. It does not read pip's settings: where it finds no packages, pip may.
UV := uv pip install --quiet --require-hashes
packages = $(BIN)/$(UV) -p $(VENV) -r $(1) || $(BIN)/$(PIP) -r $(1)
EDITABLE := pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- set-up -------------------------------------------------------------------------------------

.PHONY: install
install: $(VENV)/.installed $(PAGE) ## Set up .venv with Stowage in it, and build the web interface

.PHONY: run
run: install ## Run Stowage on a managed S3 store; flags in ARGS="…"
	@exec $(BIN)/stowage quickstart $(ARGS)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Stowage needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: requirements-uv.lock | $(BIN)/python
	$(BIN)/$(PIP) -r requirements-uv.lock
	@touch $@

# Only what is needed to run. The tests' environment holds the same versions and more.
# With a C compiler it also builds the compiled twin of the proxy's core; without one it works, slower.
$(VENV)/.installed: requirements.lock pyproject.toml setup.py proxy/core/_fast.pyx $(BIN)/uv
	$(call packages,requirements.lock)
	$(BIN)/$(EDITABLE)
	@touch $@

# An environment made before there was a compiler gets its compiled core now.
.PHONY: compiled-core
compiled-core: $(VENV)/.installed
	@$(BIN)/python -c 'import proxy.core._fast' 2>/dev/null || $(BIN)/$(EDITABLE)

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(call packages,requirements-dev.lock)
	@touch $@

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed-dev
	$(call packages,requirements-bench.lock)
	@touch $@

.venv-clients/.installed: requirements-clients.lock $(VENV)/.installed-dev
	@test -n "$(PYTHON)" || { echo "Stowage needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	$(PYTHON) -m venv .venv-clients
	$(BIN)/$(UV) -p .venv-clients -r requirements-clients.lock
	@touch $@

# The rest of the client matrix; two of them pin a botocore of their own.
MATRIX := tests/conformance/clients
.venv-clients/.installed-matrix: $(wildcard $(MATRIX)/*.lock) $(MATRIX)/package-lock.json .venv-clients/.installed
	$(BIN)/$(UV) -p .venv-clients -r $(MATRIX)/more.lock
	for name in async before-checksums; do \
		rm -rf .venv-clients/$$name; \
		$(BIN)/$(UV) -p .venv-clients --no-deps --target .venv-clients/$$name -r $(MATRIX)/$$name.lock; done
	cd $(MATRIX) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(MODULES): $(UI)/package.json $(UI)/package-lock.json
	@node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null \
		|| { echo "Stowage's web interface needs Node 20 or newer to build"; exit 1; }
	cd $(UI) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGE): $(MODULES) $(UI_SOURCES)
	cd $(UI) && npm run --silent bundle
	@touch $@ dashboard/static/.gitkeep

# --- checks and tests ---------------------------------------------------------------------------

# Two processors are kept busy.
BESIDE := $(MAKE) --no-print-directory --jobs 2
CHECKS := check-lint check-python check-types

.PHONY: check $(CHECKS)
check: $(VENV)/.installed-dev $(MODULES) ## Check format, types, imports and generated files
	@$(BESIDE) $(CHECKS)
	@$(MAKE) --silent check-generated

check-python:
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check-lint:
	cd $(UI) && npm run --silent lint

check-types:
	cd $(UI) && npm run --silent types && npm run --silent format:check

.PHONY: check-generated
check-generated: $(VENV)/.installed-dev
	@before=$$(find $(GENERATED) -type f -exec cksum {} + | sort); \
	$(MAKE) --silent generate; \
	after=$$(find $(GENERATED) -type f -exec cksum {} + | sort); \
	test "$$before" = "$$after" || { echo "generated files were stale; commit what make generate wrote"; exit 1; }

.PHONY: test
test: system-packages ## Set up what is missing, check, and run every test
	@$(BESIDE) test-parts
	@$(BESIDE) $(CHECKS) test-ui
	@$(MAKE) --silent check-generated
	$(BIN)/pytest -q --numprocesses 3 --dist loadfile --no-loadscope-reorder

.PHONY: test-parts test-ui
test-parts: install compiled-core $(VENV)/.installed-dev .venv-clients/.installed test-provider

test-ui: $(MODULES)
	cd $(UI) && npm run --silent test

.PHONY: test-provider
test-provider: $(PROVIDER)/node_modules/.package-lock.json ## Install the OpenID provider of the tests

$(PROVIDER)/node_modules/.package-lock.json: $(PROVIDER)/package.json $(PROVIDER)/package-lock.json
	cd $(PROVIDER) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: coverage
coverage: $(VENV)/.installed-dev ## Check that every branch of signing, deciding and rights is tested
	$(BIN)/pytest -q -p no:randomly tests/unit/proxy tests/unit/app/rbac --cov=proxy.sigv4 --cov=proxy.core --cov=app.rbac \
		--cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

.PHONY: test-clients
test-clients: client-packages install $(VENV)/.installed-dev .venv-clients/.installed-matrix ## Run stock S3 clients through the endpoint
	$(BIN)/pytest -q tests/integration/commands/test_printed_commands.py tests/conformance tests/conformance/matrix.py \
		tests/conformance/snippets.py

# Go builds the suite once.
SUITE := github.com/versity/versitygw/cmd/versitygw@v1.8.0
.venv-clients/go/versitygw: .venv-clients/.installed
	@command -v go >/dev/null || { echo "the public suite is built with Go: https://go.dev/dl"; exit 1; }
	GOBIN=$(CURDIR)/.venv-clients/go go install $(SUITE)

.PHONY: test-suite
test-suite: system-packages install compiled-core $(VENV)/.installed-dev .venv-clients/go/versitygw ## Hold a public suite of S3 tests, direct and through
	$(BIN)/pytest -q tests/conformance/public_suite.py

.PHONY: fuzz
fuzz: install compiled-core $(VENV)/.installed-dev ## Hold the compiled core against Python for minutes, and under AddressSanitizer; ask the API anything
	FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20000} $(BIN)/pytest -q tests/fuzz
	STOWAGE_API_EXAMPLES=$${STOWAGE_API_EXAMPLES:-50} $(BIN)/pytest -q tests/integration/dashboard/test_any_input.py
	PYTHONPATH=tests FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-5000} $(BIN)/python -m fuzz.sanitized

.PHONY: bench
bench: bench-packages install compiled-core $(VENV)/.installed-bench ## Measure memory at rest, then every proxy side by side; ARGS="--short"
	PYTHONPATH=tests $(BIN)/python -m bench.idle
	PYTHONPATH=tests $(BIN)/python -m bench.lifetime
	PYTHONPATH=tests $(BIN)/python -m bench.reload
	PYTHONPATH=tests $(BIN)/python -m bench.flood
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)
	PYTHONPATH=tests $(BIN)/python -m bench.dashboard $(ARGS)
	PYTHONPATH=tests $(BIN)/python -m bench.screens $(ARGS)

.PHONY: crowd
crowd: install compiled-core $(VENV)/.installed-dev ## Measure a worker's memory at rest and under 200 transfers, and its start
	PYTHONPATH=tests $(BIN)/python -m bench.crowd

.PHONY: bench-many
bench-many: install $(VENV)/.installed-dev ## Measure a million keys, 5 GiB and a long log in 25 minutes, and write the page; ARGS="--keys 10000"
	PYTHONPATH=tests $(BIN)/python -m bench.many $(ARGS)

.PHONY: soak
soak: install $(VENV)/.installed-dev ## Watch the memory for ten minutes, transfers for twenty, kill each kind of job twenty times, apply at random; ARGS="--minutes 60"
	PYTHONPATH=tests $(BIN)/python -m bench.soak $(ARGS)
	PYTHONPATH=tests $(BIN)/python -m bench.endurance
	STOWAGE_KILLS=20 $(BIN)/pytest -q tests/integration/jobs/test_kills.py
	STOWAGE_EXAMPLES=25 $(BIN)/pytest -q tests/integration/plan/test_any_to_any.py

# Only Debian as root is helped; a part that is missing elsewhere is skipped with its reason.
# RUNLEVEL keeps init scripts from starting what is installed; the tests start it themselves.
define apt_install
	@command -v apt-get >/dev/null && test "$$(id -u)" = 0 || exit 0; \
	missing=$$(for name in $(1); do \
		dpkg-query -W -f '$${Status}' "$$name" 2>/dev/null | grep -q 'ok installed' || echo "$$name"; done); \
	test -z "$$missing" && exit 0; \
	echo "installing" $$missing; \
	export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1; \
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

.PHONY: system-packages bench-packages client-packages
system-packages:
	$(call apt_install,$(SYSTEM_PACKAGES))

client-packages:
	$(call apt_install,$(SYSTEM_PACKAGES) $(CLIENT_PACKAGES))

bench-packages:
	$(call apt_install,$(BENCH_PACKAGES))

# --- development --------------------------------------------------------------------------------

.PHONY: ui
ui: $(MODULES) ## Build the web interface, changed or not
	cd $(UI) && npm run --silent build
	@touch dashboard/static/.gitkeep

.PHONY: ui-dev
ui-dev: $(VENV)/.installed $(MODULES) ## Serve the web interface from its sources, before a quickstart
	@$(BIN)/stowage quickstart $(ARGS) & server=$$!; \
	trap 'kill $$server 2>/dev/null; wait $$server' EXIT; \
	cd $(UI) && npm run --silent dev

.PHONY: demo
demo: install $(VENV)/.installed-dev ## Run a Stowage full of things: three backends, 40 buckets, 60 users; flags in ARGS="…"
	@PYTHONPATH=tests exec $(BIN)/python -m demo $(ARGS)

.PHONY: pictures
pictures: install $(VENV)/.installed-dev ## Take the pictures of README and documentation anew
	STOWAGE_WRITE_IMAGES=1 $(BIN)/pytest -q -p no:randomly tests/browser/test_first_journey.py \
		tests/browser/test_sharing.py tests/browser/test_administration.py

.PHONY: generate
generate: $(VENV)/.installed ## Write the files that come from code
	$(BIN)/python -m app.commands.reference docs/reference
	$(BIN)/python -m dashboard.typescript

# Needs the network. No file names where packages come from.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --upgrade --custom-compile-command 'make lock'

.PHONY: lock
lock: $(BIN)/uv ## Take the newest versions of every dependency into the lock files
	$(LOCK) pyproject.toml --group build --extra quickstart --output-file requirements.lock
	$(LOCK) pyproject.toml --group build --extra quickstart --extra redis --extra dev \
		--constraint requirements.lock --output-file requirements-dev.lock
	echo uv | $(LOCK) - --constraint requirements-dev.lock --output-file requirements-uv.lock
	$(LOCK) --group clients --output-file requirements-clients.lock
	$(LOCK) --group clients-more --constraint requirements-clients.lock --output-file $(MATRIX)/more.lock
	$(LOCK) --group clients-async --output-file $(MATRIX)/async.lock
	$(LOCK) --group clients-before-checksums --output-file $(MATRIX)/before-checksums.lock
	$(LOCK) --group bench --output-file requirements-bench.lock

.PHONY: build
build: $(VENV)/.installed-dev $(PAGE) ## Build wheel and sdist into dist/
	rm -rf dist build
	$(BIN)/python -m build --no-isolation

.PHONY: clean
clean: ## Remove what the targets made; ./data stays
	rm -rf .venv .venv-clients $(UI)/node_modules dist build *.egg-info proxy/core/_fast*.so
	find dashboard/static -mindepth 1 -not -name .gitkeep -delete
