# What a developer types. `make demo` and `make test` need Python ≥ 3.11 and nothing else of ours;
# each does all set-up, and does again only what has changed.

PORT ?= 8000
VAR_DIR ?= var
SITE_URL ?= http://127.0.0.1:$(PORT)
export VAR_DIR SITE_URL

BIN := .venv/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
# npm of Node ≥ 20 where the machine has it, else the one that the virtual environment brings.
NPM = $(shell test "$$(node -p 'process.versions.node.split(".")[0] >= 20' 2>/dev/null)" = true \
	&& command -v npm || echo $(BIN)/npm)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po locale/library/*/LC_MESSAGES/*.po))
STATIC_SOURCES := $(shell find static -type f 2>/dev/null)
PYTEST := $(BIN)/pytest -n auto --dist loadgroup --durations=15 --durations-min=5
# Each worker, and each server that a test starts, reads our modules compiled.
unexport PYTHONDONTWRITEBYTECODE
UV_COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --no-header \
	--generate-hashes --universal --no-strip-extras --python-version 3.11

.PHONY: help setup demo test unit lint coverage screenshots messages stop clean lock port-is-free
.DELETE_ON_ERROR:

help:
	@echo 'make demo         everything on http://127.0.0.1:$(PORT), until Ctrl-C; PORT=8001 for another port'
	@echo 'make setup        all set-up; afterwards $(BIN)/python manage.py works by itself'
	@echo 'make test         all set-up and every test'
	@echo 'make unit         the quick tests: no browser, no server, no Redis, no scenario'
	@echo 'make lint         style, format and which app may import which'
	@echo 'make coverage     the tests with branch coverage, and a report in htmlcov/'
	@echo 'make screenshots  the eight main pages of the demo, phone and desktop, in docs/screenshots/'
	@echo 'make messages     gather the texts to translate into locale/ (needs gettext)'
	@echo 'make stop         stop the private PostgreSQL, which otherwise runs on'
	@echo 'make clean        remove all that was made here, the private database too'
	@echo 'make lock         resolve requirements/ and package-lock.json anew'

setup: $(BIN)/.installed node_modules/.installed $(CATALOGUES) $(VAR_DIR)/static/.collected
	@$(BIN)/python manage.py prepare_database

demo: port-is-free setup
	@exec $(BIN)/python manage.py demo --port $(PORT)

test: setup
	$(PYTEST)

unit: setup
	$(PYTEST) -m 'not (e2e or redis or server or scenario)'

lint: $(BIN)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYTHONPATH=. $(BIN)/lint-imports

coverage: setup
	$(PYTEST) --cov --cov-report=term --cov-report=html

screenshots: port-is-free setup
	$(BIN)/python -m tests.e2e.screenshots $(PORT)

messages: $(BIN)/.installed
	$(BIN)/python -m django makemessages --locale nb --locale nn --no-obsolete \
		--add-location file --ignore node_modules --ignore var --ignore tests

stop:
	@test ! -e $(BIN)/.installed || $(BIN)/python -m config.embedded stop

clean:
	@test ! -e $(BIN)/.installed || $(BIN)/python -m config.embedded remove
	rm -rf .venv node_modules htmlcov $(VAR_DIR) $(CATALOGUES)

lock: $(BIN)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check uv
	$(UV_COMPILE) --output-file requirements/base.txt
	$(UV_COMPILE) --group dev --constraint requirements/base.txt --output-file requirements/dev.txt
	PATH=$(CURDIR)/$(BIN):$$PATH $(NPM) install --package-lock-only

$(BIN)/.installed: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo 'No Python of version 3.11 or later was found; install python3.'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo '$(PYTHON) cannot make virtual environments; install python3-venv.'; exit 1; }
	test -e $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json $(BIN)/.installed
	PATH="$$PATH:$(CURDIR)/$(BIN)" $(NPM) ci --silent --ignore-scripts
	@touch $@

%.mo: %.po $(BIN)/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(VAR_DIR)/static/.collected: $(BIN)/.installed node_modules/.installed config/settings.py $(STATIC_SOURCES)
	$(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0
	@touch $@

# Asked first, so that nobody waits for a set-up that cannot be served.
port-is-free:
	@$(or $(PYTHON),python3) -c 'import socket, sys; taken = socket.socket().connect_ex(("127.0.0.1", $(PORT))) == 0; \
		sys.exit(taken and "Port $(PORT) is taken by another program. Stop it, or choose another: make demo PORT=8001")'
