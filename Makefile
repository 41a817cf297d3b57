export RABBITMQ_PORT ?= 5672
export POSTGRES_PORT ?= 5432
export TEST_BUS_URL ?= amqp://guest:guest@127.0.0.1:$(RABBITMQ_PORT)/
export TEST_DATABASE_URL ?= postgresql://postgres@127.0.0.1:$(POSTGRES_PORT)

python := .venv/bin/python
version = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

.DEFAULT_GOAL := help
.PHONY: help setup run demo screenshots preview unit unit-rules unit-handlers unit-web test test-real test-embedded mutants lint format check chaos bench bench-bus docs release-contracts lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 20

setup: ## install what is missing: .venv, system libraries
	@scripts/setup.sh

run: setup ## serve everything at http://127.0.0.1:8000 (ARGS="--port 8080")
	@scripts/web.sh
	@$(python) -m services --captcha 2468 $(ARGS)

demo: setup ## play the ten steps against a system of its own
	@$(python) -m examples.demo

screenshots: setup ## take a picture of every screen into var/screenshots (ARGS="home review")
	@scripts/browser.sh
	@$(python) -m tests.web.screenshots $(ARGS)

preview: setup ## serve every paper on sample data at http://127.0.0.1:8010, as its layout is now
	@$(python) -m tests.documents.preview $(ARGS)

test: setup ## test everything: embedded, and beside it faults, flows and the bus on RabbitMQ
	@scripts/servers.sh
	@scripts/browser.sh
	@scripts/libreoffice.sh
	@$(MAKE) --no-print-directory --jobs=2 test-real test-embedded

unit: setup ## test rules, handlers, contracts and the pages' logic, in seconds, with coverage
	@mkdir -p var
	@$(MAKE) --no-print-directory --jobs=3 unit-rules unit-handlers unit-web
	@$(python) -m coverage combine --quiet --data-file=var/coverage var/coverage.rules var/coverage.handlers
	@$(python) -m coverage report --data-file=var/coverage

unit-rules:
	COVERAGE_FILE=var/coverage.rules $(python) -m pytest tests/shared tests/contracts tests/*/domain --cov --cov-report=

unit-handlers:
	COVERAGE_FILE=var/coverage.handlers $(python) -m pytest tests/*/handlers --cov --cov-report=

unit-web:
	scripts/web.sh --test

test-real:
	$(python) -m pytest tests/faults tests/broker
	$(python) -m pytest tests/flows tests/bus --mode real
	$(python) -m pytest tests/schema
	$(python) -m pytest tests/permissions

test-embedded:
	$(python) -m pytest --ignore tests/faults --ignore tests/broker --ignore tests/schema --ignore tests/permissions
	scripts/web.sh --test

mutants: setup ## change the pure rules and see that tests notice (ARGS="--sample 100 --seed 7")
	@$(python) -m tests.mutants $(ARGS)

lint: setup ## check style, types, walls, lock files, documents, the web
	@scripts/lint.sh

format: setup ## mend what linters can mend by themselves
	$(python) -m ruff check --fix-only
	$(python) -m ruff format
	@scripts/web.sh --fix

check: lint test ## all that must pass: linters, types, walls, locks, documents, tests

chaos: setup ## break a system of its own at random (ARGS="--applications 1000 --seed 7")
	@$(python) -m tests.faults $(ARGS)

bench: setup ## measure (ARGS=lists for lists of 300,000 applications, ARGS=imports for rosters, ARGS=documents for papers)
	@$(python) -m bench $(ARGS)

bench-bus: setup ## measure the bus beside raw aio-pika (ARGS=--long for a million messages)
	@scripts/servers.sh
	@$(python) -m bench.bus $(ARGS)

docs: setup ## write AsyncAPI, JSON Schemas and OpenAPI into docs/api
	@$(python) -m services docs

release-contracts: docs ## take the schemas of the events as those of the release
	$(python) -m pytest tests/contracts/test_released.py
	rm -rf docs/api/released
	mkdir -p docs/api/released/$(version)
	cp docs/api/events/*.schema.json docs/api/released/$(version)

lock: setup ## write the lock files from pyproject.toml (ARGS=--upgrade for the newest)
	@scripts/lock.sh $(ARGS)

clean: ## stop the servers of the tests; remove what was made here, the data in var too
	@scripts/servers.sh stop
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf services/gateway/web/dist
	find . \( -name __pycache__ -o -name node_modules \) -prune -exec rm -rf {} +
