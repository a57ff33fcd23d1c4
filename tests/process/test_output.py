"""Whoever reads what callboard prints may stop reading, hang up, or have no room left: it ends as it would have, and
says when something is missed. The environment is a fresh machine's: Python's own output is buffered.
"""

import asyncio
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from shlex import quote

import pytest

pytestmark = pytest.mark.process

WIDE = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
FULL = Path("/dev/full")
PYTHON = quote(sys.executable)  # there may be a space on the way to it


@pytest.fixture
def lab(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "postings" / "robots.yaml").write_text("title: Robots\nrole: phd\n")
    (tmp_path / "config.yaml").write_text("channels: [{name: a, platform: console}]\n")
    return tmp_path


def shell(lab, command, program="-m bot", **more):
    """The exit status of `callboard`, whatever it is piped to, and what stands on standard error."""
    line = f"set -o pipefail; {command.replace('callboard', f'{PYTHON} {program}', 1)}"
    done = subprocess.run(["bash", "-c", line], cwd=lab, env=WIDE | more, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("away", ["| true", ">&-", ">&- 2>&-", "<&- >&- 2>&-", "2>&1 | true", "2>&-"])
@pytest.mark.parametrize("command", ["ask phd", "schema", "--help", "timeline --json", "check"])
def test_nobody_reads_it_any_more_and_that_is_no_fault(lab, command, away):
    code, errors = shell(lab, f"callboard {command} {away}")
    assert code == 0
    assert "Error" not in errors
    assert "unexpected" not in errors


@pytest.mark.parametrize("away", ["| true", "| head -1", ">&-", "2>&- | true", "<&- >&- 2>&-"])
def test_the_exit_status_is_the_commands_own(lab, away):
    for number in range(300):  # more than one write
        (lab / "postings" / f"p{number}.yaml").write_text("title: Fishes\nrole: phd\ncolour: red\n")
    assert shell(lab, f"callboard check {away}")[0] == 1
    assert shell(lab, f"callboard bogus {away}")[0] == 2


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("command", ["ask phd", "schema", "--help", "timeline"])
def test_a_full_disk_is_said_and_is_a_failure(lab, command):
    code, errors = shell(lab, f"callboard {command} >/dev/full")
    assert code == 1
    assert errors == "callboard: standard output cannot be written: No space left on device\n"
    assert shell(lab, f"callboard {command} 2>/dev/full")[0] == 0


@pytest.mark.parametrize("away", ["| true", *([">/dev/full"] if FULL.exists() else [])])
def test_what_could_not_be_printed_was_not_delivered(lab, away):
    (lab / "tick.py").write_text(
        "import asyncio, sys; from pathlib import Path; from bot.files import outlet; from bot.app.once import tick;"
        "from bot.engine.board import real_clock; from bot.config import read;"
        "outlet.open_all(); sys.exit(asyncio.run(tick(read(Path('config.yaml')), real_clock, patience=0)))"
    )
    code, _ = shell(lab, f"callboard {away}", "tick.py", PYTHONPATH=str(Path(__file__).parents[2]))
    assert code == 1  # one notice is left
    rows = shell(lab, "callboard ledger >&2")[1]
    assert "due again" in rows
    assert "could not be printed" in rows


async def test_a_pipe_that_does_not_block_gets_all_of_it(lab):
    ours, its = os.pipe()
    os.set_blocking(its, False)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "schema", stdout=its, env=WIDE, cwd=lab)
    os.close(its)
    whole = await asyncio.to_thread(Path(f"/dev/fd/{ours}").read_bytes)
    os.close(ours)
    assert await asyncio.wait_for(process.wait(), 20) == 0
    assert whole.rstrip().endswith(b"}")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("streams", [("stderr",), ("stdout", "stderr"), ("stdin", "stdout", "stderr")])
async def test_a_bot_whose_terminal_is_gone_ends_well(lab, streams, number):
    ours, its = pty.openpty()
    given = {name: its if name in streams else asyncio.subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", **given, env=WIDE, cwd=lab)
    os.close(its)
    shown = b""
    while b"ready" not in shown:
        shown += await asyncio.to_thread(os.read, ours, 65536)
        if b"\x1b[6n" in shown:
            os.write(ours, b"\x1b[1;1R")  # it asks where the cursor is
            shown = shown.replace(b"\x1b[6n", b"")
    os.close(ours)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_a_bot_that_was_started_without_streams_runs_and_ends_well(lab):
    line = f"exec {PYTHON} -m bot run <&- >&- 2>&-"
    process = await asyncio.create_subprocess_exec("bash", "-c", line, cwd=lab, env=WIDE)
    async with asyncio.timeout(20):
        while "delivered" not in (await asyncio.to_thread(shell, lab, "callboard ledger >&2"))[1]:
            assert process.returncode is None
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0
