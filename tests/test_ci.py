"""What CI runs, with another program in place of the suite: where it is called, and what stands in the environment."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAKEFILE = """
.venv/installed-dev .venv/installed-docs:
\t@mkdir -p .venv/bin
\t@cp suite .venv/bin/python
docs:
\t@touch ../docs
test:
\t@./suite make test
"""
SUITE = """#!/bin/sh
{ echo "called: $*"; echo "in: $PWD"; echo "umask: $(umask)"; env; } > "$RECORDS/$(date +%N)-$$"
echo "9 passed in 1.00s"
exit "$(cat code)"
"""


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    (folder / ".ci").mkdir(parents=True)
    (tmp_path / "records").mkdir()
    shutil.copy(ROOT / ".ci/run", folder / ".ci/run")
    (folder / "Makefile").write_text(MAKEFILE)
    (folder / "code").write_text("0")
    suite = folder / "suite"
    suite.write_text(SUITE.replace("$RECORDS", str(tmp_path / "records")))
    suite.chmod(0o755)
    (folder / "demo").mkdir()
    (folder / "demo/mine.yaml").write_text("what somebody tries out is no part of it")
    return folder


def ci(repository):
    strange = {"PYTHONUNBUFFERED": "1", "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "TERM": "xterm", "MAKEFLAGS": ""}
    done = subprocess.run(
        [repository / ".ci/run"], env={**os.environ, **strange}, capture_output=True, text=True, check=False, timeout=60
    )
    records = []
    for path in (repository.parent / "records").iterdir():
        lines = path.read_text().splitlines()
        said = dict(line.split(": ", 1) for line in lines[:3])
        records.append(said | {"env": dict(line.split("=", 1) for line in lines[3:] if "=" in line)})
    return done, sorted(records, key=lambda record: "pytest" in record["called"])


def test_the_suite_has_a_fresh_machines_environment_here_and_elsewhere(repository):
    done, (here, elsewhere) = ci(repository)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "9 passed in 1.00s")
    assert (repository.parent / "docs").exists()  # they were built, and looked at
    for record in (here, elsewhere):
        own = {name for name in record["env"] if not name.startswith(("MAKE", "MFLAGS", "PWD", "SHLVL", "_", "OLDPWD"))}
        assert own - {"TZ"} == {"PATH", "HOME", "LC_ALL", "CI"}
        assert record["env"]["LC_ALL"] == "C.UTF-8"
        assert not Path(record["env"]["HOME"]).exists()  # it was made for this, and is gone
    assert here["called"] == "make test"
    assert (Path(here["in"]), "TZ" in here["env"]) == (repository, False)
    assert elsewhere["called"].startswith("-m pytest")
    assert (elsewhere["umask"], elsewhere["env"]["TZ"]) == ("0077", "Pacific/Apia")
    assert " " in Path(elsewhere["in"]).name
    assert not Path(elsewhere["in"]).exists()


def test_what_fails_fails_it(repository):
    (repository / "code").write_text("1")
    done, records = ci(repository)
    assert done.returncode != 0
    assert [record["called"] for record in records] == ["make test"]
