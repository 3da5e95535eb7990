# What can be done here; plain `make` prints this list.
#
#   make demo     build for release, read a simulated log, print a report and a check that fires
#   make test     build and run all tests (debug); what CI runs
#   make check    format, warnings, imports, generated pages, Python syntax
#   make build    the program, for release: .build/release/agentwatch
#   make bench    against DuckDB, chDB and a Python script, up to 1M events (SCALE=10M, HOSTS=10M,
#                 FILLED=100M); latency and load of tail
#   make soak     kill loops, rotations and the model for an hour (MINUTES=60)
#   make cases    what people report of other tools, each with what is right
#   make attack   the worst posts, queries and files against a server, with memory and waits; what
#                 ingest costs a line of many names; a thousand damaged databases (SCALE=1.0)
#   make pictures every page of the dashboard in light, in dark and on a phone: .build/pictures;
#                 those that docs show are copied there
#   make docs     write docs/METRICS.md, docs/CLI.md and docs/alerts.schema.json anew
#   make format   format the Swift sources in place
#   make deps     install the system packages that are missing
#   make clean    remove what was built and generated
#
# A Swift 6.3 toolchain is needed and is the one thing that no target installs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help deps build demo test soak cases attack pictures check lint docs bench format clean

swift_sources := Package.swift Sources Tests
release := .build/release/agentwatch
debug := .build/debug/agentwatch

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

deps:
	@scripts/install-deps.sh

build: deps
	@scripts/build-release.sh

demo: build
	@scripts/demo.sh $(release)

# In four runs: tests that measure waiting need the two cores that others keep busy, and what waits for a server or a
# browser is run apart, one test after the other, since those keep them busiest. The last lines
# of each are those of `swift test`: how many tests, how long, passed or failed.
test:
	@scripts/install-deps.sh test
	@echo "Building for the tests (debug)."
	@SECONDS=0; swift build --build-tests; echo "Built in $$SECONDS s. Running the tests."
	@swift test --skip-build --skip '^(EndToEndTests|NotificationsTests)\.'
	@swift test --skip-build --filter '^NotificationsTests\.'
	@swift test --skip-build --filter '^EndToEndTests\.' --skip '^EndToEndTests\.(ClusterTests|BrowserTests|ServeTests)/'
	@swift test --skip-build --no-parallel --filter '^EndToEndTests\.(ClusterTests|BrowserTests|ServeTests)/'

soak: build
	swift build --build-tests
	@scripts/soak.sh $(or $(MINUTES),60)

cases: build
	@scripts/cases.sh $(release)

attack: build
	python3 Tests/Attack/attack.py $(release) --scale $(or $(SCALE),1.0)
	python3 Tests/Attack/linear.py $(release)
	python3 Tests/Damage/damage.py $(release) 1000

pictures: build
	@scripts/install-deps.sh test
	.build/venv/bin/python3 Tests/Browser/pictures.py $(release) .build/pictures
	@mkdir -p docs/pictures
	@cp .build/pictures/*-light.webp .build/pictures/overview-dark.webp \
		.build/pictures/overview-phone.webp docs/pictures/
	@rm docs/pictures/report-light.webp

# Warnings are errors in Package.swift, so the build is the check for them.
check: lint
	swift build --build-tests
	scripts/check-docs.sh $(debug)

lint:
	swift format lint --strict --parallel --recursive --configuration .swift-format $(swift_sources)
	scripts/check-imports.py
	scripts/check-python.sh

docs: deps
	swift build --product agentwatch
	$(debug) docs metrics > docs/METRICS.md
	$(debug) docs cli > docs/CLI.md
	$(debug) docs schema > docs/alerts.schema.json

bench: build
	@scripts/install-deps.sh bench
	@scripts/build-release.sh benchfill
	python3 bench/compare.py --binary $(release) --scale $(or $(SCALE),1M) \
		$(if $(HOSTS),--hosts $(HOSTS)) $(if $(FILLED),--filled $(FILLED)) --page
	python3 bench/follow.py --binary $(release)
	python3 bench/follow.py --binary $(release) --files 4 --rate 10000 --busy 50

format:
	swift format --in-place --parallel --recursive --configuration .swift-format $(swift_sources)

clean:
	rm -rf .build fixtures/generated bench/work bench/venv
