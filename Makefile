# What a person does here. Everything lands in .venv and .tools, both ignored.
.PHONY: help setup run dev test check bench bench-safety fuzz bundle lock clean

help:
	@echo "make setup   install into .venv; needs git, make and any Python 3"
	@echo "make run     setup, then the whole system in the foreground"
	@echo "make test    every test; those that need a tool that is missing say so"
	@echo "make check   format, lint, types, architecture, fast tests: about a minute"
	@echo "make bench   the benchmarks"
	@echo "make bench-safety CORPORA=DIR  the reviewer on commands that others labelled"
	@echo "make fuzz SECONDS=60  texts made at random: no crash, no hang, no other reading than the shell's"
	@echo "make bundle  terminals.mcpb for Claude Desktop; needs npx"
	@echo "make lock    resolve the dependencies again"

setup: .venv/.installed
	@echo "Ready: .venv/bin/eim"

run: setup
	.venv/bin/eim up --follow

dev: .venv/.installed-dev

test: dev
	.venv/bin/pytest

check: dev
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/basedpyright --pythonpath .venv/bin/python
	.venv/bin/lint-imports
	.venv/bin/pytest -m pure -q

bench: dev
	.venv/bin/python -m benchmarks

CORPORA ?= corpora
bench-safety: dev
	.venv/bin/python -m benchmarks.safety $(CORPORA) --causes

SECONDS ?= 60
SEED ?= 1
fuzz: dev
	.venv/bin/python -m benchmarks.fuzz --seconds $(SECONDS) --seed $(SEED)

bundle: dev
	.venv/bin/python ops/claude-desktop/pack.py terminals.mcpb

lock:
	@lock="$$(ops/uv.sh) pip compile -q pyproject.toml --universal --generate-hashes --no-header"; \
	lock="$$lock --python-version 3.12 --group build"; \
	$$lock -o requirements.lock && $$lock --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .tools

INSTALL = pyproject.toml .python-version ops/setup.sh ops/uv.sh

.venv/.installed: requirements.lock $(INSTALL)
	@ops/setup.sh requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@ops/setup.sh requirements-dev.lock
	@touch $@
