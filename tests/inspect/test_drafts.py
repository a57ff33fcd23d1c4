"""What was handed in, as whoever runs the bot sees it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.draft import Action, AuditEntry, Contributor, Draft, DraftState, Step
from bot.domain.person import Person
from bot.inspect.drafts import LATEST, age, page
from bot.store import Ledger
from tests.domain.build import instant

NOW = instant("2027-04-15 13:00")
MIA = Contributor(Person("slack", "U0MIA"), "Mia <Example>")
ADA = Contributor(Person("telegram", "4711"), "Ada")
OWLS = Draft(
    id="abc234",
    at=NOW - timedelta(days=3, hours=2),
    by=MIA,
    action=Action.PUBLISHED,
    changes={"title": "PhD in <b>Owls</b>", "role": ["phd", "postdoc"]},
)
BATS = Draft(
    id="def567",
    at=NOW - timedelta(minutes=5),
    by=MIA,
    action=Action.CHANGED,
    posting="bats",
    changes={"pay": "E13", "url": None},
    base={"pay": "E12", "url": "https://lab.example/b"},
    trouble="`git commit` failed: not today",
)
REJECTED = replace(
    OWLS, id="ghk789", state=DraftState.REJECTED, decided_at=NOW - timedelta(hours=1), decided_by=ADA, why="Too late"
)


def text(shown):
    return re.sub(r"<[^>]+>|\s+", " ", shown.html.partition("<body>")[2])


def test_what_waits_is_shown_with_what_it_says_who_wants_it_and_since_when():
    shown = page([OWLS, BATS], [], "Europe/Berlin", NOW)
    said = " ".join(text(shown).split())
    assert "2 drafts wait for approval, the oldest for 3 days." in said
    assert "PhD in &lt;b&gt;Owls&lt;/b&gt;" in shown.html
    assert "Mia &lt;Example&gt; (slack:U0MIA): a new position, 2027-04-12 13:00, 3 days ago" in said
    assert "phd, postdoc" in said
    assert "a change for bats, 2027-04-15 14:55, 5 minutes ago" in said
    assert "pay E12 E13 url https://lab.example/b taken away" in said
    assert "could not be done: `git commit` failed: not today" in said
    assert "callboard approve def567" in said


def test_what_was_decided_says_by_whom_and_why():
    shown = page([REJECTED], [AuditEntry(NOW, ADA, Action.REJECTED, None, "Too late", "ghk789")], "AoE", NOW)
    said = " ".join(text(shown).split())
    assert "Nothing waits for approval." in said
    assert "rejected Ada (telegram:4711) Too late" in said
    assert "2027-04-15 01:00 Ada (telegram:4711) rejected" in said
    under_way = replace(REJECTED, state=DraftState.APPROVED, step=Step.WRITTEN)
    assert "approved, and being done" in text(page([under_way], [], "Europe/Berlin", NOW))
    assert "being done" not in text(page([replace(under_way, step=Step.DONE)], [], "Europe/Berlin", NOW))


def test_every_action_has_a_word_and_the_latest_comes_first():
    audit = [AuditEntry(NOW + timedelta(hours=hour), ADA, one, one, "") for hour, one in enumerate(Action)]
    shown = text(page([], audit, "Europe/Berlin", NOW))
    assert shown.index("imported") < shown.index("handed in")


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=60), "1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(days=1), "1 day"),
    ],
)
def test_how_long_ago(span, said):
    assert age(span) == said


async def test_the_latest_of_the_audit_are_read_oldest_first(tmp_path):
    ledger = await Ledger.open(f"sqlite:///{tmp_path}/callboard.db")
    await ledger.drafts.write([AuditEntry(NOW, ADA, Action.CLOSED, f"owls-{number}", "") for number in range(5)])
    assert [entry.posting for entry in await ledger.drafts.audit(latest=2)] == ["owls-3", "owls-4"]
    assert len(await ledger.drafts.audit()) == 5
    await ledger.close()
    assert f"latest {LATEST}" in text(page([], [AuditEntry(NOW, ADA, Action.CLOSED, "a", "")] * LATEST, "AoE", NOW))
