"""A backup is made while the bot runs, and put in place after more was said: nothing twice where that can be asked."""

import pytest

from tests.process.lab import Lab

pytestmark = pytest.mark.process


async def test_after_an_old_backup_nothing_is_said_twice_where_the_platform_can_be_asked(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure()
        lab.post("owls", deadline="2199-05-02")
        running = await lab.start()
        await lab.until(lambda: len(lab.slack.sent) == len(lab.telegram.sent) == 1)
        file = str(tmp_path / "backup")
        written = await lab.callboard("backup", file)
        assert (written.code, written.err) == (0, "")
        assert f"callboard restore {file} puts it back" in written.out
        refused = await lab.callboard("restore", file)
        assert refused.code == 2
        assert "a bot or a command uses the database; stop it, then restore" in refused.err

        lab.post("bats", deadline="2199-06-02")
        await lab.until(lambda: len(lab.slack.sent) == len(lab.telegram.sent) == 2)
        await running.stop()
        restored = await lab.callboard("restore", file)
        assert restored.code == 0, restored.err
        assert "is the database now; it has what was said until " in restored.out
        assert restored.out.count("cannot be asked: what is still due there is said once more") == 1
        assert "Telegram cannot be asked" in restored.out

        assert (await lab.callboard("tick")).code == 0
        assert len(lab.slack.sent) == 2, "Slack has it, and says so"
        assert len(lab.telegram.sent) == 3, "Telegram cannot say what it has"
        rows = {(row["channel"], row["posting"]): row for row in (await lab.callboard("ledger", "--json")).rows}
        assert rows["lab-slack", "bats"]["state"] == "delivered"
        assert rows["lab-slack", "bats"]["reference"].endswith(lab.slack.sent[1].ts)
        lab.assert_no_problems()
