# Statuscast. `make help` lists what there is.

DATA ?= ./data
LISTEN ?= localhost:3000
PREFIX ?= /usr/local
OUT ?= .build/load
SWIFT ?= swift
JOBS ?= 2
# What runs is optimised; tests are built once, for debugging, which is also all that CI builds.
# Product by product: without a product SwiftPM also builds every tool of the packages we depend on, protoc among them.
RELEASE := $(SWIFT) build -c release -j $(JOBS)
build-products = @set -e; for product in $(1); do echo "building $$product"; $(RELEASE) --product $$product; done
PROGRAMS := statuscast $(addprefix statuscast-,queue receive store deliver route api load)
BIN := .build/release
PYTHON := .build/python/bin/python

.DEFAULT_GOAL := help
.PHONY: help dependencies python build run cluster demo test test-history fuzz fuzz-front test-crash test-upgrade \
	test-streams openapi install uninstall deb test-deb bench compare load format lint clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

dependencies: ## system packages (apt), where they are missing
	@scripts/install-dependencies.sh

python: dependencies
	@scripts/install-dependencies.sh chromium || { [ "$$CI" != true ] && echo "No chromium: its test is skipped" >&2; }
	@scripts/prepare-python.sh
	@scripts/prepare-clients.sh
	@scripts/prepare-promtool.sh

build: dependencies ## all executables, optimised
	$(call build-products,$(PROGRAMS))

run: dependencies ## serve http://localhost:3000 from ./data (DATA=, LISTEN=, RATE_LIMITS=on|off)
	$(call build-products,statuscast)
	@scripts/try-this.sh "$(LISTEN)" "$(DATA)"
	@exec $(BIN)/statuscast up --data "$(DATA)" --listen "$(LISTEN)" --rate-limits "$(or $(RATE_LIMITS),on)"

cluster: build ## the same as separate processes, three queue nodes among them
	@scripts/cluster.sh "$(BIN)" "$(DATA)" "$(LISTEN)"

demo: python ## two people, a follow, a post and a mailbox, with the real toot client
	$(call build-products,statuscast)
	@scripts/demo.sh "$(BIN)/statuscast" "$(PYTHON)" "$(LISTEN)" "$(DATA)"

test: python ## everything that must hold for a change to land
	$(SWIFT) build --build-tests -j $(JOBS)
	@STATUSCAST_TEST_PYTHON="$(CURDIR)/$(PYTHON)" SWIFT="$(SWIFT)" scripts/run-tests.sh

test-history: python ## the history test with ten times the statuses (STATUSCAST_SEED= repeats a run)
	$(SWIFT) build --build-tests -j $(JOBS)
	STATUSCAST_TEST_PYTHON="$(CURDIR)/$(PYTHON)" STATUSCAST_HISTORY_STATUSES=20000 \
		$(SWIFT) test --skip-build --filter HistoryTests

fuzz: dependencies ## mutated inputs for every decoder (STATUSCAST_FUZZ_SECONDS= each, STATUSCAST_FUZZ_SEED= repeats)
	STATUSCAST_FUZZ_SECONDS=$(or $(STATUSCAST_FUZZ_SECONDS),120) $(SWIFT) test --no-parallel --filter FuzzTests

fuzz-front: python ## Schemathesis against the front (STATUSCAST_FRONT_FUZZ_SECONDS=600, STATUSCAST_FRONT_FUZZ_SEED repeats)
	$(SWIFT) build --build-tests -j $(JOBS)
	STATUSCAST_TEST_PYTHON="$(CURDIR)/$(PYTHON)" \
		STATUSCAST_FRONT_FUZZ_SECONDS=$(or $(STATUSCAST_FRONT_FUZZ_SECONDS),600) \
		$(SWIFT) test --skip-build --no-parallel --filter FrontFuzzTests

test-crash: dependencies ## crash tests of the segment log, a hundred thousand of them
	STATUSCAST_CRASH_RUNS=100000 $(SWIFT) test --filter SegmentLogTests

test-upgrade: python ## roll a cluster from OLD= (a git ref) to this tree and back while statuses flow
	$(SWIFT) build --build-tests -j $(JOBS)
	@STATUSCAST_TEST_PYTHON="$(CURDIR)/$(PYTHON)" SWIFT="$(SWIFT)" JOBS="$(JOBS)" scripts/test-upgrade.sh "$(or $(OLD),HEAD~1)"

openapi: python ## write docs/api/openapi.yaml from docs/api/source
	@$(PYTHON) scripts/openapi.py

test-streams: python ## ten thousand idle streams on a front, and what they take in memory (STREAMS=)
	$(RELEASE) --product statuscast
	@scripts/test-streams.sh "$(BIN)/statuscast" "$(PYTHON)" "$(or $(STREAMS),10000)"

install: ## what `make build` built (PREFIX=/usr/local, DESTDIR=)
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh install $(BIN)

uninstall: ## take it away again; configuration and data stay
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" scripts/install.sh uninstall

deb: dependencies ## a Debian package under .build/deb that needs no Swift
	$(call build-products,$(PROGRAMS))
	@scripts/build-deb.sh $(BIN) .build/deb

test-deb: ## install the package of `make deb` into a fresh Debian (root, debootstrap, a mirror)
	@scripts/test-deb.sh .build/deb/statuscast_*.deb

bench: dependencies ## floors and parts in one table (PARTS=, SECONDS= of a phase of the floors, 0 without, JSON=)
	$(call build-products,statuscast statuscast-queue floors-benchmark parts-benchmark)
	@scripts/bench.sh $(BIN) "$(or $(SECONDS),90)" "$(JSON)" $(PARTS)

compare: dependencies ## beside Redis, NATS, beanstalkd, nginx and SQLite (SUBJECTS=, ROUNDS=3, JSON=)
	$(call build-products,statuscast statuscast-queue statuscast-deliver compare-benchmark)
	@scripts/fetch-peers.sh .build/peers
	@$(BIN)/compare-benchmark --bin $(BIN) --peers .build/peers --rounds $(or $(ROUNDS),3) \
		$(if $(JSON),--json "$(JSON)") $(SUBJECTS)

load: dependencies ## a world, a run of 60 s, its verification and a report in OUT= (ACCOUNTS=, MEAN=, RATE=, SECONDS=)
	$(call build-products,statuscast statuscast-load)
	@scripts/load.sh "$(BIN)" "$(OUT)" "$(or $(ACCOUNTS),10000)" "$(or $(MEAN),75)" "$(or $(RATE),200)" "$(or $(SECONDS),60)"

format: ## lay the sources out
	$(SWIFT) format -i -r Sources Tests Benchmarks Package.swift

lint: ## say where the layout differs
	$(SWIFT) format lint -r Sources Tests Benchmarks Package.swift

clean: ## remove what was built, not the data
	rm -rf .build
