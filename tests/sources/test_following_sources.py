"""`callboard import` of the config's sources: what is taken in, followed, held, and left to people."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from bot.app.sourcing import SourceReader
from bot.cli import callboard
from bot.config import read as read_config
from bot.domain.draft import Contributor
from bot.domain.person import Person
from bot.engine.board import Callboard
from bot.sources.kinds import from_path
from bot.store import Ledger
from bot.submissions.following import SourceFollower
from bot.submissions.submissions import Submissions

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


def entry(number, **more):
    """A position on a board."""
    return {
        "name": f"PhD position in {_FIELDS[number]}",
        "url": f"https://jobs.lab.example/{number}",
        "location": "Rostock, Germany",
        "expires": "2027-05-02",
        **more,
    }


_FIELDS = ["optics", "lasers", "owls", "robust imaging", "graph theory", "marine biology", "glaciers", "violins"]


class InThisProcess:
    """Reads files as the process apart does, and without one."""

    async def path(self, kind, path, now):
        return from_path(kind, path, now)


class Lab:
    """A folder with a config that names a board."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "postings").mkdir()
        self.board = folder / "jobs.json"
        self.now = NOON
        self.configure()

    def configure(self, *, trust=True, more=""):
        sources = f"  - {{name: board, kind: board, path: jobs.json, trust: {str(trust).lower()}}}\n{more}"
        (self.folder / "config.yaml").write_text(
            f"registry: postings\ntimezone: Europe/Berlin\nplatforms: {{console: {{}}}}\nsources:\n{sources}"
        )

    def has(self, *entries):
        self.board.write_text(json.dumps(list(entries)))

    def run(self, *arguments):
        return CliRunner().invoke(
            callboard, [arguments[0], "--config", str(self.folder / "config.yaml"), *arguments[1:]]
        )

    def page(self, until="by 31 January 2027 "):
        """Has the lab's page instead of the board."""
        config = self.folder / "config.yaml"
        config.write_text(config.read_text().replace("kind: board, path: jobs.json", "kind: page, path: jobs.html"))
        (self.folder / "jobs.html").write_text(
            f"<html><h1>Join us</h1><h2>PhD student in fungal networks</h2><p>Please apply {until}to Ada"
            " Moss (soil@lab.example).</p><p>You look below our feet.</p></html>"
        )

    async def _look(self, *, everything):
        board = Callboard(read_config(self.folder / "config.yaml"), lambda: self.now)
        board.read()
        ledger = await Ledger.open(board.config.database)

        async def written(_):
            board.take_in(board.registry.read())

        submissions = Submissions(board, ledger.drafts, uses_git=False, written=written)
        reader = SourceReader(SourceFollower(board, ledger.sources, submissions), None, InThisProcess(), board.clock)
        try:
            await reader.forget(board.config.sources)
            return [await reader.look(source, everything=everything) for source in board.config.sources]
        finally:
            await ledger.close()

    def revise(self, draft, changes):
        """A reviewer changes a draft."""

        async def revised():
            board = Callboard(read_config(self.folder / "config.yaml"), lambda: self.now)
            board.read()
            ledger = await Ledger.open(board.config.database)
            ada = Contributor(Person("console", "ada"), "Ada")
            await Submissions(board, ledger.drafts, uses_git=False).revise(draft, ada, changes)
            await ledger.close()

        asyncio.run(revised())

    def closings(self):
        """When a source has closed each posting, as far as the database knows."""

        async def asked():
            ledger = await Ledger.open(read_config(self.folder / "config.yaml").database)
            try:
                return await ledger.sources.closings(self.files)
            finally:
                await ledger.close()

        return asyncio.run(asked())

    def read(self, *, after=timedelta(hours=6), everything=False):
        """What comes of a reading so long after the last one: action and posting of each line; and what failed."""
        self.now += after
        outcomes = asyncio.run(self._look(everything=everything))
        lines = [(str(result.step.action), result.posting) for outcome in outcomes for result in outcome.results]
        return lines + [("failed", outcome.source.name) for outcome in outcomes if outcome.error]

    def file(self, name):
        return (self.folder / "postings" / f"{name}.yaml").read_text()

    @property
    def files(self):
        return sorted(file.stem for file in (self.folder / "postings").iterdir())

    def drafts(self):
        return [json.loads(line) for line in self.run("drafts", "--json").stdout.splitlines()]

    def waiting(self):
        return [draft for draft in self.drafts() if draft["state"] == "waiting"]


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)


def test_what_a_trusted_source_has_is_published_at_once_and_a_second_reading_does_nothing(lab):
    lab.has(entry(0), entry(1))
    assert lab.read() == [("new", "phd-position-in-optics"), ("new", "phd-position-in-lasers")]
    text = lab.file("phd-position-in-optics")
    assert text.startswith("title: PhD position in optics\nrole: phd\n")
    assert "deadline: 2027-05-02\n" in text
    assert "source:\n  name: board\n  id: https://jobs.lab.example/0\n  url: https://jobs.lab.example/0\n" in text
    assert lab.read() == [("same", "phd-position-in-optics"), ("same", "phd-position-in-lasers")]
    audit = [json.loads(line) for line in lab.run("audit", "--json").stdout.splitlines()]
    assert [(one["action"], one["person"]) for one in audit] == [("imported", "source:board")] * 2


def test_what_may_be_no_position_waits_also_where_the_source_is_trusted(lab):
    lab.page()
    (lab.folder / "jobs.html").write_text(
        "<h1>Positions</h1><h2>PhD position: owls</h2><p>Motivated PhD students are "
        "always welcome. Pay: E13 TV-L. Apply at any time.</p>"
        "<h2>PhD position: seals</h2><p>We are looking for a PhD student. Apply by 2 May 2027.</p>"
    )
    assert lab.read() == [("new", "phd-position-owls"), ("new", "phd-position-seals")]
    assert lab.files == ["phd-position-seals"]
    [draft] = lab.waiting()
    assert draft["posting"]["title"] == "PhD position: owls"


def test_what_is_not_trusted_waits_and_follows_the_source_until_it_is_approved(lab):
    lab.configure(trust=False)
    lab.has(entry(0))
    assert lab.read() == [("new", "phd-position-in-optics")]
    assert lab.files == []
    lab.has(entry(0, expires="2027-05-31"))
    assert lab.read() == [("changed", "phd-position-in-optics")]
    [draft] = lab.waiting()
    assert draft["posting"]["deadline"] == "2027-05-31"
    assert lab.run("approve", draft["draft"]).exit_code == 0
    assert "deadline: 2027-05-31" in lab.file("phd-position-in-optics")
    lab.has(entry(0, expires="2027-06-30"))
    assert lab.read() == [("changed", "phd-position-in-optics")]
    assert "deadline: 2027-05-31" in lab.file("phd-position-in-optics")
    [change] = lab.waiting()
    assert change["posting"] == {"deadline": "2027-06-30"}
    assert change["action"] == "extended"


def test_a_draft_with_a_description_and_people_is_shown_once_as_long_as_the_source_says_the_same(lab):
    lab.configure(trust=False)
    lab.page()
    assert lab.read() == [("new", "phd-student-in-fungal-networks")]
    [draft] = lab.waiting()
    assert {"contact", "description"} & draft["posting"].keys()
    for _ in range(2):
        assert lab.read() == [("same", "phd-student-in-fungal-networks")]
        assert [again["draft"] for again in lab.waiting()] == [draft["draft"]]


@pytest.mark.parametrize("until", ["by 31 January 2027 ", "at any time "])
def test_what_was_imported_by_hand_and_is_followed_then_is_no_second_posting(lab, until):
    lab.page(until)
    ran = lab.run("import", "--kind", "page", str(lab.folder / "jobs.html"))
    assert ran.exit_code == 0
    before = lab.files
    assert len(before) == 1
    lab.configure(trust=False)
    lab.page(until)
    assert lab.read() == [("same", before[0])]
    assert (lab.files, lab.waiting()) == (before, [])


def test_what_was_rejected_does_not_come_back(lab):
    lab.configure(trust=False)
    lab.has(entry(0))
    lab.read()
    [draft] = lab.waiting()
    assert lab.run("reject", draft["draft"]).exit_code == 0
    lab.has(entry(0, expires="2027-06-30"))
    lab.read()
    lab.read()
    assert (lab.waiting(), lab.files) == ([], [])


def test_a_change_that_was_rejected_comes_only_when_the_source_says_something_else(lab):
    lab.has(entry(0))
    lab.read()
    lab.configure(trust=False)
    lab.has(entry(0, expires="2027-06-30"))
    lab.read()
    [draft] = lab.waiting()
    lab.run("reject", draft["draft"])
    assert lab.read() == [("same", "phd-position-in-optics")]
    lab.has(entry(0, expires="2027-07-31"))
    assert lab.read() == [("changed", "phd-position-in-optics")]
    assert [draft["posting"] for draft in lab.waiting()] == [{"deadline": "2027-07-31"}]


def test_a_change_that_the_source_takes_back_asks_nobody_any_more(lab):
    lab.has(entry(0))
    lab.read()
    lab.configure(trust=False)
    lab.has(entry(0, expires="2027-06-30", location="Berlin, Germany"))
    lab.read()
    lab.has(entry(0, location="Berlin, Germany"))
    lab.read()
    assert [draft["posting"] for draft in lab.waiting()] == [{"location": "Berlin, Germany"}]
    lab.has(entry(0))
    lab.read()
    assert lab.waiting() == []
    assert [draft["state"] for draft in lab.drafts()] == ["rejected", "rejected"]


def test_what_a_reviewer_changed_in_a_draft_stays_while_the_rest_follows_the_source(lab):
    lab.configure(trust=False)
    lab.has(entry(0))
    lab.read()
    [draft] = lab.waiting()
    lab.revise(draft["draft"], {"pay": "TV-L E13", "location": "Kiel, Germany"})
    lab.has(entry(0, expires="2027-05-31", location="Berlin, Germany"))
    lab.read()
    [newer] = lab.waiting()
    assert newer["draft"] != draft["draft"]
    said = {key: newer["posting"][key] for key in ("pay", "location", "deadline")}
    assert said == {"pay": "TV-L E13", "location": "Kiel, Germany", "deadline": "2027-05-31"}
    lab.run("approve", newer["draft"])
    lab.has(entry(0, expires="2027-05-31", location="Hamburg, Germany"))
    lab.read()
    assert "location: Kiel, Germany" in lab.file("phd-position-in-optics")


def test_a_file_that_a_person_has_deleted_does_not_come_back(lab):
    lab.has(entry(0), entry(1))
    lab.read()
    (lab.folder / "postings" / "phd-position-in-optics.yaml").unlink()
    lab.has(entry(0, expires="2027-06-30"), entry(1))
    lab.read()
    lab.read()
    assert lab.files == ["phd-position-in-lasers"]


def test_what_a_person_wrote_stays_key_by_key_and_the_reviewers_are_told(lab):
    lab.has(entry(0))
    lab.read()
    file = lab.folder / "postings" / "phd-position-in-optics.yaml"
    file.write_text(file.read_text().replace("deadline: 2027-05-02", "deadline: 2027-05-09  # as agreed"))
    lab.has(entry(0, expires="2027-05-31", location="Berlin, Germany"))
    assert lab.read() == [("changed", "phd-position-in-optics")]
    assert "deadline: 2027-05-09  # as agreed" in file.read_text()
    assert "location: Berlin, Germany" in file.read_text()
    assert [draft["posting"] for draft in lab.waiting()] == [{"deadline": "2027-05-31"}]
    assert lab.read() == [("same", "phd-position-in-optics")]
    assert len(lab.waiting()) == 1
    lab.has(entry(0, expires="2027-05-09", location="Berlin, Germany"))
    lab.read()
    assert lab.waiting() == []


def test_gone_is_believed_when_two_readings_an_hour_apart_agree(lab):
    lab.has(entry(0), entry(1))
    lab.read()
    lab.has(entry(1))
    assert ("gone", "phd-position-in-optics") not in lab.read()
    assert ("gone", "phd-position-in-optics") not in lab.read(after=timedelta(minutes=59))
    assert ("gone", "phd-position-in-optics") in lab.read(after=timedelta(minutes=1))
    assert "status: closed" in lab.file("phd-position-in-optics")
    assert lab.read() == [("same", "phd-position-in-lasers")]
    lab.has(entry(0), entry(1))
    assert ("changed", "phd-position-in-optics") in lab.read()
    assert "status" not in lab.file("phd-position-in-optics")
    assert len(lab.files) == 2


def test_reviewers_are_not_asked_again_and_again_of_what_comes_and_goes(lab):
    lab.configure(trust=False)
    lab.has(entry(0), entry(1))
    lab.read()
    for draft in lab.waiting():
        lab.run("approve", draft["draft"])
    lab.read()
    actions = []
    for _ in range(5):
        lab.has(entry(0, status="filled"), entry(1))
        actions += [action for action, name in lab.read(after=timedelta(hours=1)) if name == "phd-position-in-optics"]
        lab.has(entry(0), entry(1))
        lab.read(after=timedelta(hours=1))
    assert actions == ["changed", "changed", "held", "held", "held"]
    assert len([draft for draft in lab.drafts() if draft["action"] == "closed"]) == 2
    lab.has(entry(0, status="filled"), entry(1))
    lab.read(after=timedelta(hours=1))
    assert "comes and goes" in lab.run("sources").stdout
    assert lab.waiting() == []
    lab.read(after=timedelta(days=1))
    [draft] = lab.waiting()
    assert draft["posting"] == {"status": "closed"}
    assert "held" not in lab.run("sources").stdout


def test_reviewers_are_not_asked_again_and_again_of_what_is_new_and_gone(lab):
    lab.configure(trust=False)
    lab.has(entry(1))
    lab.read()
    for _ in range(4):
        lab.has(entry(0), entry(1))
        lab.read(after=timedelta(hours=1))
        lab.has(entry(0, status="filled"), entry(1))
        lab.read(after=timedelta(hours=1))
    assert len(lab.drafts()) == 3
    lab.has(entry(0), entry(1))
    lab.read(after=timedelta(days=1))
    assert len(lab.waiting()) == 2


def test_when_a_source_has_closed_a_posting_is_known_and_that_a_person_has_is_none_of_it(lab):
    lab.has(entry(0), entry(1), entry(2))
    lab.read()
    assert lab.closings() == dict.fromkeys(lab.files)
    file = lab.folder / "postings" / "phd-position-in-lasers.yaml"
    file.write_text(file.read_text() + "status: closed\n")
    lab.has(entry(2))
    lab.read()
    lab.read()
    closings = {"phd-position-in-optics": lab.now, "phd-position-in-lasers": None, "phd-position-in-owls": None}
    assert lab.closings() == closings
    lab.has(entry(0), entry(2))
    lab.read()
    assert lab.closings() == dict.fromkeys(closings)


def test_a_closing_that_had_to_be_approved_is_the_source_s_as_of_when_it_was_gone(lab):
    lab.configure(trust=False)
    lab.has(entry(0), entry(1))
    lab.read()
    for draft in lab.waiting():
        lab.run("approve", draft["draft"])
    lab.has(entry(1))
    lab.read()
    lab.read()
    gone_at = lab.now
    assert lab.closings()["phd-position-in-optics"] is None
    [draft] = lab.waiting()
    assert lab.run("approve", draft["draft"]).exit_code == 0
    assert lab.closings()["phd-position-in-optics"] == gone_at
    lab.read()
    assert lab.closings()["phd-position-in-optics"] == gone_at


def test_a_status_that_a_person_wrote_stays(lab):
    lab.has(entry(0), entry(1))
    lab.read()
    file = lab.folder / "postings" / "phd-position-in-optics.yaml"
    file.write_text(file.read_text().replace("role: phd\n", "role: phd\nstatus: filled\n"))
    lab.has(entry(1))
    lab.read()
    lab.read()
    assert "status: filled" in file.read_text()
    lab.has(entry(0), entry(1))
    lab.read()
    assert "status: filled" in file.read_text()


@pytest.mark.parametrize("broken", ["[{", "", '{"error": "not found"}'])
def test_a_reading_that_failed_closes_nothing(lab, broken):
    lab.has(entry(0), entry(1))
    lab.read()
    lab.board.write_text(broken)
    for _ in range(3):
        assert lab.read() == [("failed", "board")]
    assert "status" not in lab.file("phd-position-in-optics")


def test_an_entry_that_cannot_be_read_holds_what_is_missing(lab):
    lab.has(entry(0), entry(1))
    lab.read()
    lab.has(entry(1), {"url": "https://jobs.lab.example/0"})
    for _ in range(3):
        assert ("held", "phd-position-in-optics") in lab.read()
    assert "status" not in lab.file("phd-position-in-optics")


def test_more_than_half_of_four_at_once_is_held_and_a_person_is_asked_of_each(lab):
    lab.has(*map(entry, range(5)))
    lab.read()
    lab.has(entry(0), entry(1))
    for _ in range(3):
        assert sorted(lab.read())[:3] == [
            ("held", "phd-position-in-graph-theory"),
            ("held", "phd-position-in-owls"),
            ("held", "phd-position-in-robust-imaging"),
        ]
    assert not any("status" in lab.file(name) for name in lab.files)
    waiting = {draft["id"]: draft for draft in lab.waiting()}
    assert sorted(waiting) == [
        "phd-position-in-graph-theory",
        "phd-position-in-owls",
        "phd-position-in-robust-imaging",
    ]
    assert all(draft["posting"] == {"status": "closed"} for draft in waiting.values())
    lab.run("approve", waiting["phd-position-in-owls"]["draft"])
    lab.has(entry(0), entry(1), entry(3))
    lab.read()
    assert "status: closed" in lab.file("phd-position-in-owls")
    assert [draft["id"] for draft in lab.waiting()] == ["phd-position-in-graph-theory"]


def test_a_new_address_a_slip_and_another_order_make_no_new_posting(lab):
    lab.has(entry(0), entry(1), entry(2, name="PhD position in nocturnal owls' behavoir"))
    lab.read()
    moved = entry(0, url="https://karriere.lab.example/4711")
    lab.has(entry(2, name="PhD position in nocturnal owls' behaviour"), entry(1), moved)
    assert {action for action, _ in lab.read()} == {"changed", "same"}
    assert len(lab.files) == 3
    assert "url: https://karriere.lab.example/4711" in lab.file("phd-position-in-optics")


def test_two_addresses_with_one_title_and_place_are_two_postings(lab):
    twins = [entry(0), entry(0, url="https://jobs.lab.example/other")]
    lab.has(*twins)
    assert lab.read() == [("new", "phd-position-in-optics"), ("new", "phd-position-in-optics-2")]
    lab.has(*reversed(twins))
    assert lab.read() == [("same", "phd-position-in-optics-2"), ("same", "phd-position-in-optics")]


def test_gone_for_a_month_and_back_elsewhere_with_another_deadline_is_a_new_call(lab):
    lab.has(entry(0), entry(1))
    lab.read()
    lab.has(entry(1))
    lab.read()
    lab.read()
    back = entry(0, url="https://jobs.lab.example/2028", expires="2027-12-31")
    lab.has(entry(1), back)
    assert ("new", "phd-position-in-optics-2") in lab.read(after=timedelta(days=31))
    assert "status: closed" in lab.file("phd-position-in-optics")


def test_two_sources_that_carry_one_position_make_one_posting_which_closes_with_the_last(lab):
    other = lab.folder / "other.json"
    lab.configure(more="  - {name: other, kind: board, path: other.json, trust: true}\n")
    lab.has(entry(0), entry(1))
    other.write_text(json.dumps([entry(0, url="https://www.lab.example/join#optics"), entry(2)]))
    lab.read()
    assert lab.files == ["phd-position-in-lasers", "phd-position-in-optics", "phd-position-in-owls"]
    lab.has(entry(1))
    lab.read()
    lab.read()
    assert "status" not in lab.file("phd-position-in-optics")
    other.write_text(json.dumps([entry(2)]))
    lab.read()
    lab.read()
    assert "status: closed" in lab.file("phd-position-in-optics")


def test_a_file_that_a_person_wrote_of_the_same_position_is_that_posting(lab):
    text = "title: PhD position in optics\nrole: phd\nlocation: Rostock, Germany\npay: TV-L E13\n"
    (lab.folder / "postings" / "optics.yaml").write_text(text)
    lab.has(entry(0))
    assert lab.read() == [("same", "optics")]
    assert lab.file("optics") == text


def test_what_is_closed_there_is_taken_in_only_with_all(lab):
    lab.has(entry(0, status="filled"), entry(1))
    assert lab.read() == [("new", "phd-position-in-lasers")]
    assert lab.read(everything=True) == [("new", "phd-position-in-optics"), ("same", "phd-position-in-lasers")]
    assert "status: closed" in lab.file("phd-position-in-optics")
    lab.has(entry(0), entry(1, status="filled"))
    assert lab.read() == [("changed", "phd-position-in-optics"), ("changed", "phd-position-in-lasers")]
    assert "status" not in lab.file("phd-position-in-optics")
    assert "status: closed" in lab.file("phd-position-in-lasers")


def test_a_filter_and_defaults_hold_for_what_is_new(lab):
    (lab.folder / "config.yaml").write_text(
        "registry: postings\nplatforms: {console: {}}\nsources:\n  - name: board\n    kind: board\n"
        "    path: jobs.json\n    trust: true\n    filter: optics\n"
        "    defaults: {organization: Example University, tags: [ml]}\n"
    )
    lab.has(entry(0), entry(1, organization="Another University"))
    assert lab.read() == [("new", "phd-position-in-optics")]
    assert "organization: Example University\n" in lab.file("phd-position-in-optics")
    assert "tags: [ml]\n" in lab.file("phd-position-in-optics")


def test_the_command_prints_what_the_contract_says_and_a_dry_run_writes_nothing(lab):
    lab.has(entry(0))
    ran = lab.run("import", "--json", "--dry-run")
    assert ran.exit_code == 0
    [line] = map(json.loads, ran.stdout.splitlines())
    assert list(line) == ["source", "action", "posting", "as_found", "fields", "evidence", "uncertain"]
    assert (line["source"], line["action"], line["as_found"]) == ("board", "new", "open")
    assert (lab.files, (lab.folder / "callboard.db").exists()) == ([], False)
    lab.board.unlink()
    ran = lab.run("import", "--json")
    assert ran.exit_code == 3
    assert json.loads(ran.stdout) == {"source": "board", "action": "held", "posting": None, "error": line_of(ran)}


def test_sources_are_listed_with_how_they_were_read_last(lab):
    listed = json.loads(lab.run("sources", "--json").stdout)
    assert listed == {"source": "board", "read": None, "count": 0, "error": None}
    lab.has(entry(0), entry(1))
    lab.read()
    listed = json.loads(lab.run("sources", "--json").stdout)
    assert listed == {"source": "board", "read": "2027-01-04T18:00:00Z", "count": 2, "error": None}
    lab.board.unlink()
    lab.read()
    listed = json.loads(lab.run("sources", "--json").stdout)
    assert (listed["read"], listed["error"][-26:]) == ("2027-01-05T00:00:00Z", ": No such file or directory"[1:])


def test_what_is_held_and_when_each_is_read_next_is_listed(lab):
    assert lab.run("sources").stdout == "board  not read yet\n"
    lab.has(*map(entry, range(5)))
    lab.read()
    lab.has(entry(0), entry(1))
    lab.read()
    first, *held = lab.run("sources").stdout.splitlines()
    assert re.fullmatch(r"board  2027-01-05 00:00 UTC  2 positions  next 2027-01-05 0[3-6]:\d\d", first)
    assert sorted(held) == [
        f"  held: phd-position-in-{field}: 3 of 5 positions are gone at once"
        for field in ("graph-theory", "owls", "robust-imaging")
    ]


OTHER = "  - {name: other, kind: board, path: other.json, trust: true}\n"


def test_what_a_source_had_that_is_no_longer_in_the_config_counts_for_nothing(lab):
    (lab.folder / "other.json").write_text(json.dumps([entry(0)]))
    lab.configure(more=OTHER)
    lab.has(entry(0), entry(1))
    lab.read()
    lab.configure()
    lab.has(entry(1))
    lab.read()
    lab.read()
    assert "status: closed" in lab.file("phd-position-in-optics")


def test_a_source_that_is_back_within_a_month_goes_on_and_after_that_is_forgotten(lab):
    def names():
        async def asked():
            ledger = await Ledger.open(read_config(lab.folder / "config.yaml").database)
            try:
                items = await ledger.sources.items()
                return sorted(await ledger.sources.states()), sorted({item.source for item in items})
            finally:
                await ledger.close()

        return asyncio.run(asked())

    (lab.folder / "other.json").write_text(json.dumps([entry(2)]))
    lab.configure(more=OTHER)
    lab.has(entry(0))
    lab.read()
    lab.configure()
    lab.read(after=timedelta(days=29))
    assert names() == (["board", "other"], ["board", "other"])
    lab.read(after=timedelta(days=2))
    assert names() == (["board"], ["board"])
    assert "status" not in lab.file("phd-position-in-owls")
    lab.configure(more=OTHER)
    assert ("same", "phd-position-in-owls") in lab.read()
    assert len(lab.files) == 2


def line_of(ran):
    """What standard error says of the source."""
    return ran.stderr.strip().removeprefix("board: ")


def test_an_unknown_source_is_named_with_the_nearest(lab):
    ran = lab.run("import", "bord")
    assert ran.exit_code == 2
    assert 'the config has no source "bord"; did you mean "board"?' in ran.stderr


@pytest.mark.parametrize("what", ["{folder}/jobs.md", "https://lab.example/jobs"])
def test_a_file_or_address_in_a_sources_place_is_told_how_it_is_read(lab, tmp_path, what):
    (tmp_path / "jobs.md").write_text("# Jobs\n")
    what = what.format(folder=tmp_path)
    ran = lab.run("import", what)
    assert ran.exit_code == 2
    assert f"callboard import --kind page {what}" in " ".join(ran.stderr.split())
