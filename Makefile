# Two commands matter: `make run` starts the hotline, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test lint format install install-test packages coqui train-tools train-recogniser clean

export UV_PYTHON ?= 3.11
export UV_PYTHON_DOWNLOADS ?= never

UV := $(or $(shell command -v uv),.uv/bin/uv)
# Two packages are compiled at install; Debian keeps Python's headers apart.
HEADERS := $(shell python3 -c 'import os, sysconfig as s; os.path.exists(s.get_path("include") + "/Python.h") or print("python3-dev")')
# WeasyPrint lays out with Pango; TeX Gyre Termes looks like Times and has all Vietnamese letters (Liberation 1.07 has not).
PRINTING := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-texgyre
PACKAGES := espeak-ng redis-server portaudio19-dev $(PRINTING) $(HEADERS)
TEST_PACKAGES := $(PACKAGES) chromium sip-tester postgresql

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: install ## start the hotline (installs what it needs the first time)
	@.venv/bin/voicebot run

# Whole calls take their time but little of the machine: they run beside the other tests.
test: install-test lint ## all tests, on real parts
	.venv/bin/python -m dialogs.training
	@mkdir -p var
	@.venv/bin/python -m pytest tests/whole >var/test-whole.log 2>&1 & whole=$$!; \
	  .venv/bin/python -m pytest --ignore tests/whole; others=$$?; \
	  wait $$whole; whole=$$?; cat var/test-whole.log; exit $$((whole | others))

lint: install-test ## ruff, mypy strict, import directions
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: ## let ruff mend what it can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

install: $(UV)
	@deploy/packages $(PACKAGES)
	@$(UV) sync --frozen --inexact --no-dev --extra mic
	@$(UV) sync --frozen --project dialogs

install-test: $(UV)
	@deploy/packages $(TEST_PACKAGES)
	@$(UV) sync --frozen --inexact --extra mic --extra coqui --extra train
	@$(UV) sync --frozen --project dialogs
	@$(MAKE) --no-print-directory torch

coqui: install ## the Coqui voice (large: brings PyTorch)
	@$(UV) sync --frozen --inexact --no-dev --extra mic --extra coqui
	@$(MAKE) --no-print-directory torch

train-tools: install ## what training and converting recognisers needs (large: brings PyTorch)
	@$(UV) sync --frozen --inexact --no-dev --extra mic --extra train
	@$(MAKE) --no-print-directory torch

SPEECH ?= var/speech/common_voice_vi
MINUTES ?= 90
RUN ?= 1
train-recogniser: train-tools ## train the recogniser further (SPEECH=folder with train.tsv, MINUTES=90, RUN=1)
	.venv/bin/python -m audio_models.recogniser.training $(SPEECH) --minutes $(MINUTES) --run $(RUN) $(TRAINING)

# Through pip, which takes the build that is configured for this machine; a lock file would pin gigabytes of CUDA.
.PHONY: torch
torch:
	@.venv/bin/python -c 'import torch' 2>/dev/null || \
	  { $(UV) pip install -q pip && .venv/bin/python -m pip install -q 'torch==2.13.0'; }

.uv/bin/uv:
	@deploy/packages python3-venv
	@python3 -m venv .uv && .uv/bin/pip install -q uv

clean: ## forget environments, models and everything the hotline has written
	rm -rf .venv .uv dialogs/.venv dialogs/models var .mypy_cache .ruff_cache .pytest_cache
