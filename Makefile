# PARS. Type `make` to see what there is; everything installs what it needs first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PY := .venv/bin/python
PORT ?= 8000
DATA ?=
SPEED ?= 60
VENDOR := src/pars/web/static/vendor
# Compiled modules are kept, whatever this machine's habit is: the tests start `pars` a hundred times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo test test-debian check format lock bench peers soak documents images clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: .venv/installed $(VENDOR)/installed ## a virtual environment with everything, and the pages' assets

.venv/installed: requirements/dev.txt pyproject.toml
	tools/venv.sh .venv
	$(PY) -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENDOR)/installed: package-lock.json tools/assets.py .venv/installed
	$(PY) tools/assets.py
	touch $@

demo: install ## a synthetic city, its cast and their sign-ins, on http://127.0.0.1:8000 (PORT=, DATA=, SPEED=)
	.venv/bin/pars demo --port $(PORT) --speed $(SPEED) $(if $(DATA),--data $(DATA))

test: install ## every test, on the embedded PostgreSQL and a real browser
	tools/chromium.sh
	tools/go.sh
	$(PY) -m pytest -n 3 --dist load --no-loadscope-reorder

test-debian: install ## the tests that touch the database once more, on Debian's PostgreSQL
	$(PY) -m tools.debian_postgres 2 $(PY) -m pytest -n 2 --dist load --no-loadscope-reorder -m "database and not soak"

check: install ## lint, format, types and the arrows between the rooms
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

format: install ## put the code in order
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

documents: install ## write the documents that are generated from tables
	.venv/bin/pars document

images: install ## the pictures of the README, taken anew by the browser tests
	tools/chromium.sh
	$(PY) -m pytest -q tests/journeys/test_images.py tests/journeys/test_main_line.py tests/journeys/test_sharing.py
	for one in docs/images/*.png; do cp "build/images/$$(basename "$$one")" "$$one"; done

lock: ## lock the requirements anew
	tools/venv.sh build/lock
	build/lock/bin/python -m pip install --quiet pip-tools
	cd requirements && for f in run dev; do ../build/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	  --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host $$f.in -o $$f.txt; done

bench: install ## the figures of docs/figures.md, measured on this machine
	.venv/bin/pars bench

peers: install ## what the long campaigns compare us with, by its lock file
	cd tests/peers/postgraphile && PATH=$(CURDIR)/.venv/bin:$$PATH npm ci --ignore-scripts --silent

soak: install peers ## the long campaigns
	$(PY) -m pytest -m soak --timeout 7200 -o addopts=
	$(PY) -m pytest -n 2 --hypothesis-profile dice -m "not soak" tests/record tests/sharing tests/ledger tests/watch
	ODD_REQUESTS=400 $(PY) -m pytest --timeout 7200 tests/web/test_no_fault.py

clean: ## remove what was installed and built here
	rm -rf .venv node_modules tests/peers/postgraphile/node_modules build $(VENDOR) .mypy_cache .ruff_cache .pytest_cache .hypothesis
