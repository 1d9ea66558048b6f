# Every verb works alone on a fresh Debian 12 machine: each one installs what it needs first.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
JOBS ?= $(shell nproc)
NODE_PATH_PREFIX := $(CURDIR)/tools/node/bin
export PATH := $(NODE_PATH_PREFIX):$(PATH)
# Paths relative to the clone, so that a second clone finds what the first one compiled.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
SETUP := tools/setup/setup.sh

.DEFAULT_GOAL := help

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## install every Debian and npm package that is needed (root or sudo)
	@$(SETUP)

build: setup ## build/paymeter and the console
	@$(MAKE) --no-print-directory _program _console

demo: build ## the reference site, simulated, with its console in the browser
	@./build/paymeter demo

run: build ## the station with ./paymeter.toml (or defaults)
	@./build/paymeter serve

test: build ## everything that must hold: units, sanitizers, peers, console, browser
	@tools/run_tests.sh

lint: setup ## layers, style, formatting, clang-tidy, eslint
	@tools/lint.sh

format: setup ## rewrite sources with clang-format
	@git ls-files 'src/*.cpp' 'src/*.hpp' 'test/*.cpp' 'test/*.hpp' 'bench/*.cpp' | xargs clang-format-19 -i

fuzz: setup ## fuzz the codecs, TIME=seconds for each target (default 60), ONLY=name for one
	@tools/fuzz.sh $${TIME:-60} $${ONLY:-}

sim: build ## deterministic simulation of the real code, SEEDS=n (default 1000), cut DECISIONS=n (default 1000000), PAYMETER_TOWN=money, cuts or further alone
	@cmake --build build --target sim sim_cut_rules_test -j$(JOBS) 2>&1 | tools/quiet_build.sh
	@PAYMETER_SEEDS=$${SEEDS:-1000} JOBS=$(JOBS) ./build/test/sim/sim
	@PAYMETER_DECISIONS=$${DECISIONS:-1000000} ./build/test/sim/sim_cut_rules_test --gtest_brief=1

soak: build ## MINUTES=60 with 10,000 meters on 313 gateways, dead meters and a gateway that hangs each minute
	@ulimit -n 20000 && /usr/bin/python3 test/soak/soak.py --minutes $${MINUTES:-60}

bench: build ## measure beside the yardsticks, ONLY=name for one
	@tools/bench.sh $${ONLY:-}

check: lint test ## lint and test

_program:
	@cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
	@cmake --build build --target paymeter -j$(JOBS) 2>&1 | tools/quiet_build.sh

_console:
	@cd web && [ dist/index.html -nt package-lock.json ] && [ -z "$$(find . -path ./node_modules -prune -o -path ./dist -prune -o -newer dist/index.html -type f -print -quit)" ] || npm run --silent build

clean: ## remove what was built
	@rm -rf build build-* web/dist

.PHONY: help setup build demo run test lint format fuzz sim soak bench check clean _program _console
