"""The two labs that the project started from, walked day by day with `callboard tick --at` on both platforms."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.once import tick
from bot.config import read as read_config
from bot.engine.board import rehearsal_clock
from tests.process.lab import Lab

pytestmark = pytest.mark.process

SHIPPED = Path(__file__).parents[2] / "postings"
TUEBINGEN = ["tuebingen-phd-interpretable-ml", "tuebingen-phd-robust-ml", "tuebingen-postdoc-medical-ml"]
ROSTOCK = ["rostock-ml-german", "rostock-ml-themis"]
INVITATION = "rostock-open-invitation"


@pytest.mark.parametrize(
    ("names", "start", "days", "reminded"),
    [
        (TUEBINGEN, "2021-04-01", 33, {"14d": "2021-04-18", "7d": "2021-04-25", "1d": "2021-05-01"}),
        ([*ROSTOCK, INVITATION], "2024-01-01", 32, {"14d": "2024-01-17", "7d": "2024-01-24", "1d": "2024-01-30"}),
    ],
    ids=["Tübingen 2021", "Rostock 2024"],
)
async def test_every_notice_goes_out_on_its_day_and_once(tmp_path, names, start, days, reminded):
    async with Lab(tmp_path) as lab:
        lab.configure()
        for path in SHIPPED.iterdir():
            if path.stem in names:
                shutil.copy(path, lab.postings)
        first = datetime.fromisoformat(start).replace(hour=8, tzinfo=UTC)  # after 09:00 in Berlin, summer and winter
        config = read_config(lab.config_path)
        spoken = {start, *reminded.values()}
        for number in range(days):
            day = first + timedelta(days=number)
            if number in {0, 1, days - 1}:
                ticked = await lab.callboard("tick", "--at", day.isoformat())
                assert ticked.code == 0, ticked.err
            elif f"{day:%Y-%m-%d}" in spoken or number % 3 == 0:  # the same round, without a process of its own
                assert await tick(config, rehearsal_clock(day)) == 0

        expected = {(start, name, "announcement", None) for name in names}
        expected |= {
            (day, name, "reminder", lead) for lead, day in reminded.items() for name in names if name != INVITATION
        }
        rows = (await lab.callboard("ledger", "--json")).rows
        edited = {row["at"][:10] for row in rows if row["kind"] == "edit"}
        assert edited == ({(first + timedelta(days=days - 1)).strftime("%Y-%m-%d")} if days else set())
        rows = [row for row in rows if row["kind"] != "edit"]
        for channel in ("lab-telegram", "lab-slack"):
            found = [(r["at"][:10], r["posting"], r["kind"], r["lead"]) for r in rows if r["channel"] == channel]
            assert sorted(found, key=str) == sorted(expected, key=str)
        assert {row["state"] for row in rows} == {"delivered"}
        assert len(lab.telegram.sent) == len(lab.slack.sent) == len(expected)
        openings = [call.params["text"].split("\n")[0] for call in lab.telegram.calls if call.method == "sendMessage"]
        with_deadline = [name for name in names if name != INVITATION]
        for left in ("14 days left", "7 days left", "1 day left"):
            assert sum(left in opening for opening in openings) == len(with_deadline)
        struck = [message for message in lab.telegram.sent if message.marked("strikethrough")]
        assert len(struck) == 4 * len(with_deadline)  # the deadlines have passed
        lab.assert_no_problems()


async def test_the_timeline_shows_what_the_walk_does(tmp_path):
    async with Lab(tmp_path) as lab:
        lab.configure([{"name": "terminal", "platform": "console"}], registry=str(SHIPPED))
        spring = (await lab.callboard("timeline", "--from", "2021-04-01", "--to", "2021-05-03", "--json")).rows
        assert [(row["at"], row["lead"]) for row in spring if row["posting"] == TUEBINGEN[1]] == [
            ("2021-04-01T00:00:00Z", None),
            ("2021-04-18T07:00:00Z", "14d"),
            ("2021-04-25T07:00:00Z", "7d"),
            ("2021-05-01T07:00:00Z", "1d"),
        ]
        winter = (await lab.callboard("timeline", "--from", "2024-01-01", "--to", "2024-02-01", "--json")).rows
        assert [(row["at"], row["lead"]) for row in winter if row["posting"] == ROSTOCK[0]] == [
            ("2024-01-01T00:00:00Z", None),
            ("2024-01-17T08:00:00Z", "14d"),
            ("2024-01-24T08:00:00Z", "7d"),
            ("2024-01-30T08:00:00Z", "1d"),
        ]
        assert [row["lead"] for row in winter if row["posting"] == INVITATION] == [None]
        assert not any(row["posting"] in TUEBINGEN for row in winter)
