# make run    serve the site on http://127.0.0.1:8000 (PORT, HOST and BLOGSITE_DATA are honoured)
# make dev    the same with DEBUG on, restarting itself when code changes
# make test   the test suite, browser tests included where Chromium is found
# make check  format, lint, templates, types, migrations, deployment settings, lock files
# make bench  measure the site beside nginx and itself a thousand times larger (docs/performance.md)
# make screenshots  show every kind of page at three widths, light and dark, in docs/screenshots
# make messages  collect sentences for translators, and compile their catalogues (GNU gettext)
# make lock   make the lock files anew from pyproject.toml

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input
# One lock for every Python and platform, with hashes and without the address of any index.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url
RUNTIME := --extra postgres --extra redis --extra storage

# A virtual environment whose Python is gone or was replaced is made anew.
$(shell $(PYTHON) -c 'import pip' 2>/dev/null || rm -f $(VENV)/.made $(VENV)/.runtime $(VENV)/.dev)

.DEFAULT_GOAL := help
.PHONY: help run dev test check bench screenshots messages lock clean

help:
	@sed -n 's/^# make/make/p' Makefile

run: $(VENV)/.runtime
	@$(PYTHON) manage.py serve

dev: $(VENV)/.dev
	@BLOGSITE_DEBUG=on $(PYTHON) manage.py migrate --verbosity 0
	@BLOGSITE_DEBUG=on $(PYTHON) manage.py work --parent $$$$ & \
	BLOGSITE_DEBUG=on $(PYTHON) manage.py runserver "$${HOST:-127.0.0.1}:$${PORT:-8000}"

test: $(VENV)/.dev
	@$(PYTHON) -m pytest -n 2 --dist loadgroup

check: $(VENV)/.dev
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m djlint --quiet --lint templates accounts posts comments blogsite
	$(PYTHON) -m mypy .
	$(PYTHON) -m pytest -q -p no:randomly -p no:cacheprovider blogsite/tests/test_lock.py
	$(PYTHON) manage.py makemigrations --check --dry-run
	BLOGSITE_DEBUG=off SITE_URL=https://blog.example.org BLOGSITE_HSTS_SUBDOMAINS=on \
		$(PYTHON) manage.py check --deploy --fail-level WARNING --database default

bench: $(VENV)/.dev
	@$(PYTHON) -m bench $(BENCH)

screenshots: $(VENV)/.dev
	@$(PYTHON) -m bench.screenshots

messages: $(VENV)/.runtime
	@$(PYTHON) manage.py messages

lock: $(VENV)/.uv
	$(VENV)/bin/$(COMPILE) --upgrade $(RUNTIME) pyproject.toml -o requirements.txt
	$(VENV)/bin/$(COMPILE) --upgrade $(RUNTIME) --group dev -c requirements.txt pyproject.toml \
		-o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp is younger than what it was made from; an interrupted installation leaves none.
$(VENV)/.made:
	@sh .ci/environment $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.made
	@echo "Installing $$(grep -c '^[a-z]' requirements.txt) packages into $(VENV) (once) ..."
	@$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing the developers' packages into $(VENV) (once) ..."
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

$(VENV)/.uv: $(VENV)/.made
	@$(PIP) install --quiet uv
	@touch $@
