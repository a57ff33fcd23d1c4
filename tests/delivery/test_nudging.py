"""Owners are asked whether their postings still hold: whole rounds over a folder and a ledger, at made-up times."""

from collections import deque
from datetime import timedelta

import pytest

from bot.audiences.follower import Follower, Preferences
from bot.config.settings import SubmissionSettings
from bot.domain.draft import Action, AuditEntry, Contributor
from bot.domain.notice import Kind, State
from bot.domain.person import People, Person
from bot.domain.schedule import Destination, Lead
from bot.engine.board import real_clock
from bot.platforms.base import DeliveryError
from tests.delivery.build import busy, lost, refused
from tests.delivery.test_corrections import bot  # noqa: F401
from tests.domain.build import BERLIN, channel, instant

ADA, MIA, MAX = (Person("fake", name) for name in ("ada", "mia", "max"))
LEADS = tuple(Lead.parse(text, is_signed=True) for text in ("7d", "1d", "-1d"))
OWLS = {"deadline": "2097-05-31", "owner": "fake:mia"}
MAY = "Owls at night · Does this still hold?"
PASSED = "Owls at night · The deadline has passed. Is it to be extended, or is the position filled?"


class Lab:
    """A bot that asks owners, at whatever time a test says."""

    def __init__(self, bot):  # noqa: F811
        self.bot = bot
        bot.given = {
            "nudges": LEADS,
            "confirm_rolling": Lead(90, "d"),
            "people": People(frozenset((ADA,)), same=(frozenset((MAX, Person("fake", "max2"))),)),
        }

    async def at(self, text, *, again=False):
        """Rounds at that time in Berlin; by a new process, with `again`."""
        self.bot.ahead = instant(text, BERLIN) - real_clock()
        await (self.bot.restarts() if again else self.bot.goes_on())

    def heard(self, person):
        """The title and the question of each message that somebody got."""
        shown = (message for at, _, message in self.bot.platform.shown if at == person)
        texts = ([line for line in message.text.split("\n") if line] for message in shown)
        return [f"{lines[0]} · " + next((one[2:] for one in lines if one[0] == "👉"), lines[-1]) for lines in texts]


@pytest.fixture
def lab(bot):  # noqa: F811
    return Lab(bot)


@pytest.mark.parametrize("owner", [{}, {"owner": "fake:mia"}])
@pytest.mark.parametrize("kind", ["fixed", "rolling"])
async def test_where_nobody_could_hear_nothing_is_kept_of_postings(lab, owner, kind):
    lab.bot.given["people"] = People()
    lab.bot.writes("owl", deadline_kind=kind, **owner)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-20 14:00")
    assert list(lab.bot.rounds._nudges._next) == (["owl"] if owner else [])


async def test_the_owner_hears_at_each_distance_and_after_the_deadline_once_each(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 08:59")
    assert lab.heard("mia") == []
    await lab.at("2097-05-24 09:00")
    await lab.at("2097-05-25 09:00", again=True)
    assert lab.heard("mia") == [MAY]
    await lab.at("2097-05-30 09:00")
    await lab.at("2097-06-01 09:00", again=True)
    await lab.at("2097-06-20 09:00", again=True)
    assert lab.heard("mia") == [MAY, MAY, PASSED]
    assert lab.heard("ada") == []
    records = await lab.bot.ledger.records(channels=["private:fake:mia"])
    assert [(one.kind, one.lead, one.state) for one in records] == [
        (Kind.NUDGE, lead, State.DELIVERED) for lead in ("7d", "1d", "-1d")
    ]


async def test_who_has_chosen_a_language_and_a_zone_is_asked_in_them(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    chosen = Preferences(language="de", timezone="Pacific/Auckland")
    await lab.bot.ledger.followers.put([Follower(str(MIA), Destination("fake", "mia"), preferences=chosen)])
    await lab.at("2097-05-24 09:00", again=True)
    [(_, _, message)] = [shown for shown in lab.bot.platform.shown if shown[0] == "mia"]
    assert "Stimmt das noch?" in message.text
    assert "noch 8 Tage" in message.text  # there the deadline is on the first of June


async def test_the_buttons_say_what_is_to_be_done(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    [(_, _, message)] = [shown for shown in lab.bot.platform.shown if shown[0] == "mia"]
    assert [(one.label, one.request) for row in message.buttons for one in row] == [
        ("Extend", "extend.1 owl"),
        ("Filled", "close.1 owl filled"),
        ("Close", "close.1 owl closed"),
        ("Change", "edit.1 owl"),
        ("All is well", "confirm.1 owl"),
    ]


@pytest.mark.parametrize("step", [busy(), lost()])
async def test_what_fails_on_the_way_is_asked_once(lab, step):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    lab.bot.platform.at("mia", step)
    await lab.at("2097-05-24 09:00")
    await lab.at("2097-05-24 09:01", again=True)
    assert lab.heard("mia") == [MAY]


async def test_after_an_outage_only_the_nearest_is_asked_and_much_is_one_message(lab):
    for number in range(7):
        lab.bot.writes(f"owl{number}", **OWLS)
    await lab.at("2097-05-01 12:00")
    await lab.bot.stops()
    lab.bot.rounds = None
    await lab.at("2097-05-30 12:00")
    assert lab.heard("mia") == ["Do these 7 positions still hold? · 7. Owls at night · 1 day left"]
    [(_, _, message)] = [shown for shown in lab.bot.platform.shown if shown[0] == "mia"]
    assert message.buttons[1][1].request == "holds.1 owl6"


async def test_who_has_just_handed_in_or_moved_a_deadline_is_not_asked_at_once(lab):
    await lab.at("2097-05-20 12:00")
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-26 12:00")  # seven days before have passed
    await lab.at("2097-05-26 12:01")
    assert lab.heard("mia") == []
    await lab.at("2097-05-30 09:00")
    lab.bot.writes(**OWLS | {"deadline": "2097-06-02"})
    await lab.at("2097-05-30 12:00")
    assert lab.heard("mia") == [MAY]
    await lab.at("2097-06-01 09:00")  # the new deadline has questions of its own
    assert lab.heard("mia") == [MAY, MAY]


async def test_what_is_closed_withdrawn_or_gone_is_not_asked_about(lab):
    for name in ("closed", "gone", "withdrawn"):
        lab.bot.writes(name, **OWLS)
    await lab.at("2097-05-20 12:00")
    lab.bot.writes("closed", **OWLS, status="filled")
    lab.bot.deletes("gone")
    await lab.bot.ledger.withdraw("withdrawn", real_clock())
    await lab.at("2097-05-24 09:00", again=True)
    await lab.at("2097-06-01 09:00")
    assert lab.heard("mia") == []


async def test_a_renamed_file_is_not_asked_about_again(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    lab.bot.renames("owl", "owls")
    await lab.at("2097-05-24 09:01", again=True)
    assert lab.heard("mia") == [MAY]


async def test_without_an_owner_the_admins_hear_it_or_the_review_channel(lab):
    lab.bot.writes(deadline="2097-05-31")
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    assert lab.heard("ada") == [MAY]
    assert "Whoever owns this position is not known" in lab.bot.platform.shown[-1][2].text
    lab.bot.given["submissions"] = SubmissionSettings(review=channel("admins", platform="fake", address="r"))
    await lab.at("2097-05-30 09:00", again=True)
    assert lab.heard("r") == [MAY]
    assert lab.heard("ada") == [MAY]


async def test_an_owner_who_cannot_be_reached_counts_as_unknown(lab):
    lab.bot.platform.away["mia"] = deque([DeliveryError("has not started the bot", permanent=True, of_chat=True)])
    lab.bot.writes(**OWLS)
    lab.bot.writes("bat", title="Bats", deadline="2097-05-31", owner="fake:max")
    lab.bot.platform.at("max", refused("blocked"))
    lab.bot.platform.at("max2", refused("blocked"))
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    await lab.at("2097-05-24 09:01", again=True)
    assert sorted(lab.heard("ada")) == ["Bats · Does this still hold?", MAY]
    assert lab.heard("max") == lab.heard("mia") == []


async def test_nothing_is_tried_with_an_owner_who_follows_and_has_blocked_the_bot(lab, monkeypatch):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    monkeypatch.setattr(lab.bot.rounds.followers, "_blocked", {"fake:mia"})
    await lab.at("2097-05-24 09:00")
    assert lab.heard("ada") == [MAY]
    assert await lab.bot.ledger.records(channels=["private:fake:mia"]) == []


async def test_the_log_names_nobody(lab, caplog):
    caplog.set_level("DEBUG")
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    assert "somebody on fake: delivered nudge 7d of owl as a private message" in caplog.text
    assert "mia" not in "".join(record.getMessage() for record in caplog.records if "callboard" in record.name)


async def test_who_handed_it_in_owns_it_and_one_human_being_hears_it_once(lab):
    lab.bot.writes(deadline="2097-05-31", owner="[fake:max, fake:max2]")
    entries = [AuditEntry(instant("2097-05-01 12:00"), Contributor(MIA, "Mia"), Action.PUBLISHED, "owl", "")]
    await lab.bot.ledger.drafts.write(entries)
    async with lab.bot.ledger._connect() as connection:
        from bot.store.tables import owners

        row = {"posting": "owl", "person": str(MIA), "at": instant("2097-05-01 12:00")}
        await connection.execute(owners.insert().values(row))
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    assert (lab.heard("mia"), lab.heard("max"), lab.heard("max2")) == ([MAY], [MAY], [])


async def test_another_channel_of_the_registry_is_told_nothing_of_it(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    assert [at for at, _, _ in lab.bot.platform.shown] == ["a", "mia"]


async def test_two_processes_ask_once(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    first = lab.bot.rounds
    lab.bot.starts()
    lab.bot.rounds._lock.is_mine = False
    await lab.at("2097-05-20 12:01")
    lab.bot.ahead = instant("2097-05-24 09:00", BERLIN) - real_clock()
    await lab.bot.rounds.tick()
    await lab.bot.rounds.delivery.idle()
    assert lab.heard("mia") == []  # who stands by says nothing
    await lab.bot.stops()
    lab.bot.rounds = first
    await lab.at("2097-05-24 09:00")
    assert lab.heard("mia") == [MAY]


async def test_when_the_clock_is_set_back_nobody_is_asked_again(lab):
    lab.bot.writes(**OWLS)
    await lab.at("2097-05-20 12:00")
    await lab.at("2097-05-24 09:00")
    await lab.at("2097-05-24 08:00")
    await lab.at("2097-05-24 09:00")
    assert lab.heard("mia") == [MAY]


# --- Without a deadline

ROLLING = "Owls at night · Is this position still open?"


async def test_without_a_deadline_it_is_asked_about_every_so_often(lab):
    lab.bot.writes(deadline_kind="rolling", owner="fake:mia", deadline="2097-12-31")
    (lab.bot.folder / "owl.yaml").write_text("title: Owls at night\nrole: phd\nowner: fake:mia\n")
    await lab.at("2097-01-01 12:00")
    await lab.at("2097-04-01 08:59", again=True)
    assert lab.heard("mia") == []
    await lab.at("2097-04-01 09:00")
    await lab.at("2097-04-02 09:00", again=True)
    assert lab.heard("mia") == [ROLLING]
    await lab.bot.ledger.owners.confirm("owl", instant("2097-04-10 12:00"))
    await lab.at("2097-06-30 09:00", again=True)
    assert lab.heard("mia") == [ROLLING]
    await lab.at("2097-07-09 09:00")
    assert lab.heard("mia") == [ROLLING, ROLLING]


async def test_what_nobody_confirms_says_when_it_was_last_known_to_hold(lab):
    (lab.bot.folder / "owl.yaml").write_text("title: Owls at night\nrole: phd\nowner: fake:mia\n")

    def said():
        from bot.chat.request import Request

        return lab.bot.board.ask(Request("position", "owl")).message.text

    await lab.at("2097-01-01 12:00")
    await lab.at("2097-04-01 09:00")
    await lab.at("2097-04-30 12:00", again=True)
    assert "last confirmed" not in said()
    await lab.at("2097-05-02 12:00", again=True)
    assert "last confirmed 1 January 2097" in said()
    await lab.bot.ledger.owners.confirm("owl", instant("2097-05-03 12:00"))
    await lab.at("2097-05-04 12:00", again=True)
    assert "last confirmed 3 May 2097" in said()
    assert lab.bot.ahead > timedelta()
