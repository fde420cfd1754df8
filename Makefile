PYTHON ?= python3
JOBS ?= 2
PORT ?= 8080
BIN := .venv/bin
READY := .venv/ready

# what has a database
ON_BOTH := tests/chaos/test_several.py tests/handlers tests/storage tests/bot/test_backup.py tests/bot/test_intake.py tests/bot/test_worker.py

.DEFAULT_GOAL := help
.PHONY: help venv demo test both check-fast lint bench long month chaos drill migration browser clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

venv: $(READY) ## .venv with exactly the pinned libraries

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## the bot and a Telegram of its own; open the address that it prints
	$(BIN)/lanxun demo --port $(PORT)

test: check-fast browser ## layers, lint, types and all tests, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup
	$(BIN)/python -m pytest -q -n 3 --dist loadgroup --postgres -m "not simulation" $(ON_BOTH)

both: $(READY) ## all that has a database once more on PostgreSQL, with every talk and every simulation
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadgroup --postgres $(ON_BOTH) tests/bot tests/test_talks.py

check-fast: $(READY) ## layers, lint and types, without tests
	$(BIN)/lint-imports --no-logo
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy

lint: $(READY) ## put right what can be put right without thinking
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) ## measure what the README and the docs quote
	$(BIN)/python -m bench

long: $(READY) ## the property tests of tickets and reminders with 2,000 examples each
	$(BIN)/python -m pytest -q --hypothesis-profile=long tests/domain/test_moves_at_random.py tests/handlers/test_reminders_at_random.py

month: $(READY) ## replay a month of the team through the bot; transcript and closing table in data/month/
	$(BIN)/python -m tests.month

chaos: $(READY) ## kill real processes, again and again
	$(BIN)/python -m tests.chaos.kills --kills 200 --reports 2000
	$(BIN)/python -m tests.chaos.races --rounds 1000
	$(BIN)/python -m tests.chaos.kills --bots 3 --kills 60 --reports 600 --pauses 2

drill: $(READY) ## copy 100,000 reports while more come, restore them elsewhere, check them
	$(BIN)/python -m tests.drill --reports 100000

migration: $(READY) ## write down a change of storage/schema/: make migration WHAT="what changed"
	@test -n "$(WHAT)" || { echo 'say what changed: make migration WHAT="what changed"' >&2; exit 1; }
	WHAT="$(WHAT)" $(BIN)/python -c 'import os; from storage.migrate import write_revision; write_revision(os.environ["WHAT"])'
	$(BIN)/ruff format --quiet storage/migrations

browser: # for the tests of the chat page, which are skipped without one
	@test -x /usr/bin/chromium || \
		{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "installing Chromium for the tests of the chat page" && \
		apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive timeout 600 \
		apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null; } || \
		echo "no Chromium: the tests of the chat page are skipped"

clean: ## everything that was made, but not data/
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
