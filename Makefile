# make demo: a made-up lab with open positions, in the folder demo.  make run: the bot on config.example.yaml.
# Both with no token at all.  make check: the quick look before a commit.  make test: lint, types and every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: run demo install wheel check pure test lint types coverage release installs audit sbom bench fuzz replay soak kills processes judges container docs man pictures format clean

# what needs no server, no process and no browser
PURE := tests/audiences tests/chat tests/domain tests/language tests/planning tests/questions tests/wording tests/schema tests/test_config.py

run: $(VENV)/installed
	$(BIN)/callboard run --config config.example.yaml

demo: $(VENV)/installed
	@$(BIN)/callboard demo demo > /dev/null
	$(BIN)/callboard run --config demo/config.yaml

install: $(VENV)/installed

# for a repository that installs Callboard in its CI: the wheel, and the hashes of it and of all that it needs
wheel: $(VENV)/python
	rm -rf build dist
	$(PIP) uv
	$(BIN)/python -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --constraint constraints.txt --output-file dist/callboard.txt pyproject.toml
	cd dist && for wheel in callboard-*.whl; do \
	    ../$(BIN)/python -m pip hash "./$$wheel" | sed "1d;s|^|./$$wheel |" >> callboard.txt; done

# lint, types, and the tests of what is pure, with fewer inputs made at random, beside each other: some ten seconds
check: $(VENV)/installed-dev
	@$(MAKE) --no-print-directory -j 3 lint types pure

pure: $(VENV)/installed-dev
	HYPOTHESIS_PROFILE=quick PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n auto -m "not slow" $(PURE)  # what was compiled once stays so

test: $(VENV)/installed-dev lint types
	$(BIN)/python -m pytest -n 4 --dist worksteal  # half of them wait for something

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/installed-dev
	$(BIN)/mypy

# every test, and which lines none of them runs, in whole processes too: a table, and pages in htmlcov
coverage: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n 4 --dist worksteal --cov --cov-report=term:skip-covered --cov-report=html

# looks whether version, changelog and tag agree, then builds wheel and sdist into dist/ and looks at what is in them
release: $(VENV)/installed-dev
	$(BIN)/python .ci/release
	rm -rf build dist
	$(PIP) uv
	$(BIN)/uv build --quiet --out-dir dist
	$(BIN)/uv run --quiet --isolated --no-project --with dist/callboard-*.whl callboard --version

# what an installation weighs and takes, by pipx and by uv, of a wheel and of a checkout: some minutes
installs: $(VENV)/installed-dev
	$(PIP) uv
	$(BIN)/python -m benchmarks.installing

# known vulnerabilities in all that is pinned, by PyPI's own list of them: it asks pypi.org, and what cannot be asked for is
# a failure, too. AUDIT="--vulnerability-service osv" asks api.osv.dev
audit: $(VENV)/python
	$(PIP) uv
	$(BIN)/uv tool run --quiet pip-audit==2.10.1 --strict --no-deps --disable-pip --progress-spinner off --requirement constraints.txt $(AUDIT)

# all that an installation consists of, as dist/callboard.cdx.json, held against the schema of CycloneDX
sbom: $(VENV)/python
	rm -rf build/sbom
	mkdir -p dist
	$(PIP) uv
	$(BIN)/uv venv --quiet --python $(BIN)/python build/sbom
	$(BIN)/uv pip install --quiet --python build/sbom --constraint constraints.txt .
	$(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
	    --output-reproducible --validate --output-file dist/callboard.cdx.json build/sbom

bench: $(VENV)/installed-bench
	$(BIN)/python -m benchmarks

# 200 times kill -9 in the midst of 3,000 notices: about eight minutes
kills: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.kills
	$(BIN)/python -m benchmarks.submissions

# four processes on PostgreSQL, 20,000 notices, two killed: about three minutes
processes: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.processes

# all pages, judged by html-validate and structured-data-validator: needs node and npm
judges: $(VENV)/installed-dev
	npm install --prefix tests/judges --no-package-lock --no-audit --no-fund --silent
	$(BIN)/python -m tests.judges

soak: $(VENV)/installed-dev
	$(BIN)/python -m tests.soak

# a million inputs to every way in: about an hour; FUZZ="--seed 1 --from 20000" goes on where a run was broken off
fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz $(FUZZ)

# a recorded board, version by version, through the product: REPLAY=board.jsonl.gz, as benchmarks/replay.py describes it
replay: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks.replay $(REPLAY)

# the documentation as pages in build/docs, which need no server; each is looked at as a reader does, if Chromium is here
docs: $(VENV)/installed-docs
	rm -rf build/docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --nitpicky -c docs . build/docs
	$(BIN)/python -m tests.judges.site build/docs

# the man page, from what --help says; the wheel brings it
man: $(VENV)/installed-dev
	$(BIN)/python docs/man/make.py

# the bot in the image of deploy/Containerfile, made by Podman, and under systemd by the unit of deploy/: about three minutes;
# needs root, podman, docker-compose and mmdebstrap
container: $(VENV)/installed-dev
	.ci/container

pictures: $(VENV)/installed-dev
	$(BIN)/python docs/pictures/make.py
	$(BIN)/python docs/pictures/posting.py
	$(BIN)/python docs/pictures/readers.py
	$(BIN)/python docs/pictures/pages.py

format: $(VENV)/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/python:
	$(PYTHON) -c 'import sys; sys.exit("Callboard needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/installed: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev]'
	touch $@ $(VENV)/installed

$(VENV)/installed-bench: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev,bench]'
	touch $@ $(VENV)/installed $(VENV)/installed-dev

$(VENV)/installed-docs: $(VENV)/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev,docs]'
	touch $@ $(VENV)/installed $(VENV)/installed-dev

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
