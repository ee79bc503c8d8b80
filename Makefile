# Every command goes through .venv/bin/python and a relative path, so that a checkout anywhere works,
# also one with a space in its path. A stamp under .venv makes a second run quick.

PYTHON ?= python3
# Exported rather than written before a command: without a shell between, make hands a signal on to the site itself.
export PORT ?= 8000
PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check

# The settings need these before they say a word; the tools below only read the code.
CHECKING := DEBUG=off DEMO=off SECRET_KEY=only-for-checking SITE_URL=http://testserver DATABASE_URL=sqlite:///var/checking.sqlite3

# For every supported Python and platform. Neither an index's address nor a path of this machine may get in.
COMPILE := $(PY) -m uv pip compile $(UPGRADE) --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"

.DEFAULT_GOAL := help
.PHONY: help run dev test weigh measure look chaos load slow bench lint lint-code lint-types lint-imports lint-migrations format lock messages clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile

run: .venv/.for-running ## the site as production serves it, with the demo program, on http://127.0.0.1:8000 (PORT=…)
	@$(PY) -m config.serve

dev: .venv/.for-testing ## the same with DEBUG on, reloading when the code changes
	@$(PY) -m config.serve --dev

test: .venv/.for-testing ## the whole suite: SQLite, PostgreSQL, Chromium (ARGS="-k words" for a part)
	@$(PY) -m tests.suite $(ARGS)

weigh: .venv/.for-testing ## what each page weighs as sent, on the demo program
	@DATABASE_URL=sqlite:///var/weighing.sqlite3 $(PY) -m pytest -q -s tests/test_page_weight.py

measure: .venv/.for-testing ## a first visit over an emulated 2G line, beside the same page with Bootstrap (from npm)
	@$(PY) -m tests.measure_2g

chaos: .venv/.for-testing ## kill the site 50 times and the database 20 times while people send, and lose nothing (ARGS="--app-kills 5")
	@$(PY) -m tests.chaos.chaos $(ARGS)

load: .venv/.for-testing ## a deadline's last evening: 50 sends and 200 reads a second, then five times that (ARGS="--seconds 30")
	@$(PY) -m tests.chaos.load $(ARGS)

slow: .venv/.for-testing ## a hundred uploads at 20 kB/s over lines that break, while others read (ARGS="--uploads 20")
	@$(PY) -m tests.chaos.slow_lines $(ARGS)

look: .venv/.for-testing ## every page as a picture under var/look, both widths and schemes, English and Arabic (LOOK="words of a name")
	@$(PY) -m pytest -q -m browser tests/browser/draw.py

bench: .venv/.for-testing ## a send beside a bare Django view that writes the same rows, and where its time goes
	@$(PY) -m tests.chaos.load --only-bench $(ARGS)
	@$(PY) -m tests.chaos.bench

lint: lint-code lint-types lint-imports lint-migrations ## ruff, mypy, the import contract, complete migrations

lint-code: .venv/.for-testing
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

lint-types: .venv/.for-testing
	$(CHECKING) $(PY) -m mypy

lint-imports: .venv/.for-testing
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

lint-migrations: .venv/.for-testing
	@mkdir -p var
	$(CHECKING) $(PY) -m manage makemigrations --check --dry-run

format: .venv/.for-testing ## put the code into its form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: .venv/.made ## pin requirements*.in in requirements*.txt (UPGRADE=--upgrade for newer versions)
	@$(PIP) uv
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt

# Where the words are and where none are. The admin's words are in the catalogues too; see tests/test_translations.py.
messages: .venv/.for-testing ## bring locale/*.po up to date with the code, then compile (needs gettext)
	$(CHECKING) $(PY) -m manage makemessages $(foreach po,$(wildcard locale/*/LC_MESSAGES/django.po),-l $(patsubst locale/%/LC_MESSAGES/django.po,%,$(po))) \
		$(foreach code,$(LANGUAGE),-l $(code)) --add-location file --no-obsolete --no-wrap -i .venv -i var -i tests
	$(CHECKING) $(PY) -m manage compilemessages -i .venv

clean: ## remove what can be made again; the data under var/ stays
	rm -rf .venv var/static var/checking.sqlite3 .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.made:
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) is missing. Install the packages python3 and python3-venv."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"This needs Python 3.11 or newer; $(PYTHON) is {sys.version.split()[0]}. Name another: make run PYTHON=python3.12")'
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make a virtual environment here. Install the package python3-venv."; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; echo "Python could not make .venv. Install the package python3-venv."; exit 1; }
	@touch $@

.venv/.for-running: requirements.txt | .venv/.made
	@echo "Installing what the site needs. This takes a minute, once."
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

.venv/.for-testing: requirements-dev.txt | .venv/.made
	@echo "Installing what the tests need. This takes a minute, once."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
