# The two commands of a newcomer are `make demo` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= 2
# Some machines say that Python is to keep no bytecode: then each of some hundred programs of a test run is compiled anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup client browser demo test lint bench soak mutate portable lock clean

setup: $(STAMP) client

# Builds the web client when one of its sources has changed. The lock's packages come first, once.
client: $(STAMP)
	$(BIN)/python hatch_build.py

# For the tests of the voters' page: installs a browser where none is found, or says in one line what to install.
browser: $(STAMP)
	$(BIN)/python -m tests.browser.chromium

# Installs exactly what the lock file names, checked by hash, then this project in place.
$(STAMP): requirements/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup
	$(BIN)/ballot-service demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python hatch_build.py check

test: lint browser
	$(BIN)/python hatch_build.py test
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m 'not soak'

soak: setup browser
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m soak --timeout 7200

bench: setup
	$(BIN)/python -m tests.bench

# Each place where the verifier finds a fault taken out, then small mistakes put into the counting, one at a time: which
# of them does no test notice? Half an hour, then a few hours.
mutate: setup
	$(BIN)/python -m tests.mutation.checks
	$(BIN)/python -m tests.mutation --jobs $(JOBS)

# Every screen of the voters' page and of a venue's terminal in both languages and their sizes, into build/screenshots.
screenshots: setup browser
	$(BIN)/python -m tests.browser.screenshots
	$(BIN)/python -m tests.browser.terminal.screenshots

# Both verifiers, the first as one file for each platform, and their hashes in SHA256SUMS, into build/portable. The same
# sources and locks give the same bytes.
portable: $(STAMP) client
	$(BIN)/python -m verify.portable --out build/portable

# Renews the locks. The files name no registry: pip's own configuration decides where packages come from.
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements/runtime.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV) build dist out
