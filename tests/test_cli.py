"""The command line of the contract: what each command prints, and how it ends."""

import asyncio
import contextlib
import io
import json
import sqlite3
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from bot.audiences.place import PlaceSettings, own_name
from bot.cli import main
from bot.domain.schedule import USUALLY_ANNOUNCED, Destination
from bot.store import Ledger
from tests.domain.build import instant

ROOT = Path(__file__).parents[1]
CONFIG = """\
registry: postings
timezone: Europe/Berlin
reminders: [14d, 7d, 1d]
when_empty: "Nothing is open. Write to us."
platforms: {console: {}}
channels:
  - {name: terminal, platform: console}
  - {name: only-postdocs, platform: console, filter: postdoc, timezone: Asia/Tokyo, reminders: [36h]}
"""


@dataclass
class Ended:
    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("postings").mkdir()
    Path("config.yaml").write_text(CONFIG)
    return tmp_path


def callboard(*words: str) -> Ended:
    out, err = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["callboard", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = before
    return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def post(name: str, text: str = "", *, title: str | None = None, role: str = "phd") -> None:
    Path(f"postings/{name}.yaml").write_text(f"title: {title or name.title()}\nrole: {role}\n{text}")


def test_help_names_every_command_and_each_has_help_of_its_own():
    shown = callboard("--help")
    assert shown.code == 0
    for name in "run tick check ask timeline preview ledger schema slack-manifest".split():
        assert f"\n  {name} " in shown.out
        assert "Usage: callboard" in callboard(name, "--help").out


def test_check_is_silent_on_standard_output_when_all_is_well(lab):
    post("robots")
    assert (callboard("check").code, callboard("check").out) == (0, "")


def test_a_note_goes_to_standard_error_and_is_no_problem(lab):
    post("robots", "deadline: 2999-05-02\n")
    found = callboard("check")
    assert (found.code, found.out) == (0, "")
    noted, summed = found.err.splitlines()
    assert noted == ("postings/robots.yaml:3: note: deadline: 2999-05-02 is more than two years ahead; check the year")
    assert summed == "postings: 1, channels: 2: all is well"


def test_check_says_what_is_exposed_where_and_ends_with_1_only_when_something_is(lab):
    Path("config.yaml").write_text(CONFIG + "web: {health: 127.0.0.1:9090}\n")
    found = callboard("check", "--deployment")
    assert found.code == 0
    headings = [line for line in found.out.splitlines() if line.endswith(":")]
    assert headings[:2] == ["Where it listens:", "Files:"]
    assert "config.yaml:9: 127.0.0.1:9090: how it is" in found.out
    assert found.err.splitlines()[-1] == "deployment: nothing is exposed"
    Path("config.yaml").write_text(CONFIG + "web: {health: 0.0.0.0:9090}\n")
    found = callboard("check", "--deployment")
    assert found.code == 1
    assert "config.yaml:9: exposed: 0.0.0.0:9090: how it is" in found.out
    assert found.err.splitlines()[-1] == "deployment: 1 exposed; each such line says what to do"


def test_a_config_that_does_not_hold_up_says_so_before_what_is_exposed(lab):
    Path("config.yaml").write_text("colour: red\n")
    found = callboard("check", "--deployment")
    assert (found.code, len(found.out.splitlines())) == (1, 1)


def test_check_prints_one_line_per_problem_of_config_and_registry(lab):
    post("robots", "deadline: 2027-02-30\ncolour: red\n")
    found = callboard("check")
    assert found.code == 1
    assert found.out.splitlines()[0].startswith(
        'postings/robots.yaml:3: deadline: "2027-02-30" is no date; write YYYY-MM-DD'
    )
    assert found.out.splitlines()[1].startswith("postings/robots.yaml:4: ")
    assert "colour" in found.out
    Path("config.yaml").write_text("registri: postings\n")
    found = callboard("check")
    assert found.code == 1
    assert found.out.startswith("config.yaml:1: ")
    assert "registry" in found.out


@pytest.mark.parametrize("command", [["run"], ["tick"], ["ask", "phd"], ["timeline"], ["preview", "x"], ["ledger"]])
def test_a_config_that_cannot_be_used_ends_with_2_and_names_file_line_and_key(lab, command):
    Path("config.yaml").write_text("registry: postings\nlanguage: klingon\n")
    ended = callboard(*command)
    assert ended.code == 2
    assert "config.yaml:2: language: " in ended.err
    assert "klingon" in ended.err
    assert "Traceback" not in ended.err
    Path("config.yaml").unlink()
    ended = callboard(*command)
    assert ended.code == 2
    assert "config.yaml" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["ask"],
        ["tick", "--at", "yesterday"],
        ["tick", "--at", "2027-02-30"],
        ["tick", "--at", "9999-12-31T23:59:59-12:00"],
        ["timeline", "--from", "2027-01-02", "--to", "2027-01-01"],
        ["preview", "nobody"],
        ["preview", "robots", "--platform", "pigeon"],
        ["ask", "--language", "fr", "phd"],
        ["ledger", "--colour"],
    ],
)
def test_a_wrong_command_line_ends_with_2_and_no_traceback(lab, words):
    post("robots")
    ended = callboard(*words)
    assert ended.code == 2
    assert ended.err or ended.out
    assert "Traceback" not in ended.err + ended.out


def test_ask_gives_every_match_of_all_pages_in_order(lab):
    for number in range(20):
        post(f"p{number:02}", f"deadline: 2027-05-{28 - number:02}\n")
    answer = json.loads(callboard("ask", "--at", "2027-01-01", "--json", "phd").out)
    assert answer["postings"] == [f"p{number:02}" for number in reversed(range(20))]
    assert "Page 1 of 3" in answer["text"]


def test_ask_puts_what_is_named_because_nothing_matched_into_the_text_alone(lab):
    post("robots")
    post("owls", "status: closed\n")
    answer = json.loads(callboard("ask", "--json", "/positions", "owls").out)
    assert answer["postings"] == []
    assert "1 past position matches: /positions closed owls" in answer["text"]
    assert "Nichts passt: „xylophon“" in callboard("ask", "--language", "de", "xylophon").out


def test_ask_knows_the_labs_own_names_of_things(lab):
    post("robots")
    post("mind", "summary: Kognitionswissenschaft\n")
    assert json.loads(callboard("ask", "--json", "CogSci").out)["postings"] == []
    with lab.joinpath("config.yaml").open("a") as config:
        config.write("\nsynonyms: {cogsci: [cognitive science, kognitionswissenschaft]}\n")
    assert json.loads(callboard("ask", "--json", "CogSci").out)["postings"] == ["mind"]
    assert json.loads(callboard("ask", "--json", "without cogsci").out)["postings"] == ["robots"]


def test_ask_says_when_a_position_without_a_deadline_was_last_confirmed(lab):
    post("robots")
    assert "last confirmed" not in callboard("ask", "/position robots").out  # there is no database, and none is made
    assert not lab.joinpath("callboard.db").exists()

    async def confirm():
        ledger = await Ledger.open(f"sqlite:///{lab}/callboard.db")
        await ledger.owners.confirm("robots", instant("2027-05-03 12:00"))
        await ledger.close()

    asyncio.run(confirm())
    answer = json.loads(callboard("ask", "--json", "/position robots").out)
    assert "last confirmed 3 May 2027" in answer["text"]
    assert "zuletzt bestätigt am 3. Mai 2027" in callboard("ask", "--language", "de", "phd").out


def test_ask_tells_programs_how_it_was_understood(lab):
    post("robots", "deadline: 2027-05-02\n")
    told = json.loads(callboard("ask", "--json", "--at", "2027-04-26", "phd due this week").out)
    assert told["postings"] == ["robots"]
    assert told["understood"]["roles"] == ["phd"]
    assert told["understood"]["deadline"] == {"from": "2027-04-26", "to": "2027-05-02"}
    days = json.loads(callboard("ask", "--json", "--at", "2027-04-26", "/deadlines 7").out)["understood"]["deadline"]
    assert days == {"from": "2027-04-26", "to": "2027-05-03"}
    assert json.loads(callboard("ask", "--json", "/position", "robots").out)["understood"]["intent"] == "show"


def test_ask_as_of_an_instant_sees_what_was_open_then(lab):
    post("robots", "deadline: 2027-05-02\n")
    assert json.loads(callboard("ask", "--json", "--at", "2027-05-02T21:59:59", "phd").out)["postings"] == ["robots"]
    assert json.loads(callboard("ask", "--json", "--at", "2027-05-02T22:00:00", "phd").out)["postings"] == []
    assert "Nothing is open. Write to us." in callboard("ask", "--at", "2027-05-03", "which positions are open?").out


def test_timeline_lists_every_notice_in_order_a_json_object_a_line(lab):
    post("robots", "deadline: 2027-05-02\n")
    post("fishes", "deadline: 2027-04-30 12:00\nposted: 2027-04-01\n", role="postdoc")
    rows = callboard("timeline", "--from", "2027-03-31", "--to", "2027-05-03", "--json").rows
    assert rows[0] == {
        "at": "2027-03-31T00:00:00Z",
        "channel": "terminal",
        "platform": "console",
        "kind": "announcement",
        "posting": "robots",
        "lead": None,
    }
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    tokyo = [(row["at"], row["kind"], row["lead"]) for row in rows if row["channel"] == "only-postdocs"]
    assert tokyo == [("2027-04-01T00:00:00Z", "announcement", None), ("2027-04-28T22:00:00Z", "reminder", "36h")]
    assert callboard("timeline", "--from", "2027-03-31", "--to", "2027-05-03").out.count("\n") == len(rows)


def test_timeline_has_a_line_for_each_digest_with_all_that_stands_in_it(lab):
    config = Path("config.yaml")
    config.write_text(CONFIG.replace("channels:", "digest: weekly mon 09:00\nannounce: [opened]\nchannels:", 1))
    post("robots", "deadline: 2027-05-02\n")
    post("bees", "deadline: 2027-04-08\n")
    span = ("--from", "2027-03-31T10:00", "--to", "2027-04-06")
    rows = [row for row in callboard("timeline", *span, "--json").rows if row["channel"] == "terminal"]
    assert [(row["kind"], row["posting"]) for row in rows] == [
        ("announcement", "bees"),
        ("announcement", "robots"),
        ("digest", None),
    ]
    assert rows[-1] == {
        "at": "2027-04-05T07:00:00Z",
        "channel": "terminal",
        "platform": "console",
        "kind": "digest",
        "posting": None,
        "lead": None,
        "postings": ["robots", "bees"],
    }
    shown = callboard("timeline", *span).out.splitlines()
    own = "Mon 2027-04-05 07:00 UTC  Mon 09:00 Europe/Berlin  terminal          digest          robots, bees"
    assert own in shown


def test_a_digest_goes_out_by_hand_and_the_ledger_shows_it(lab):
    config = Path("config.yaml")
    config.write_text(CONFIG.replace("channels:", "digest: weekly mon 09:00\nannounce: []\nchannels:", 1))
    post("robots", "deadline: 2027-05-31\n")
    assert callboard("tick", "--at", "2027-04-30T10:00").err.endswith("nothing was due\n")
    ended = callboard("tick", "--at", "2027-05-03T07:00")
    assert "1 position at a glance" in ended.out
    assert ended.err.endswith("sent: 1 digest\n")
    assert callboard("tick", "--at", "2027-05-03T07:05").err.endswith("nothing was due\n")
    whole, robots = sorted(callboard("ledger", "--json").rows, key=lambda row: row["posting"] or "")
    assert (whole["kind"], whole["posting"], whole["key"]) == ("digest", None, "terminal/digest/2027-05-03T07:00:00Z")
    assert (robots["kind"], robots["posting"]) == ("announcement", "robots")
    assert {row["state"] for row in (whole, robots)} == {"delivered"}
    assert whole["reference"] == robots["reference"]
    assert "  1 position  " in callboard("ledger").out


def test_timeline_shows_the_channels_own_time_and_what_is_one_digest_and_opens_no_database(lab):
    for number in range(6):
        post(f"owl-{number}", "deadline: 2027-05-02\n")
    post("bat", "deadline: 2027-05-03\n", role="postdoc")
    ended = callboard("timeline", "--from", "2027-04-25T06:30", "--to", "2027-05-02T20:00")
    rows = ended.out.splitlines()
    own = (
        "Sun 2027-04-25 06:30 UTC  Sun 08:30 Europe/Berlin  terminal          announcement    owl-0  (one digest of 7)"
    )
    assert rows[0] == own
    assert sum("(one digest of 7)" in row for row in rows) == 7
    assert sum("reminder 7d     owl" in row and row.endswith("(one digest of 6)") for row in rows) == 6
    assert "Sun 2027-04-25 06:30 UTC  Sun 15:30 Asia/Tokyo     only-postdocs     announcement    bat" in rows
    closes = "Sun 2027-05-02 09:59 UTC  Sun 18:59 Asia/Tokyo     only-postdocs     reminder 36h    bat"
    assert closes in rows
    assert (ended.code, ended.err) == (0, "")
    assert {path.name for path in lab.iterdir()} == {"postings", "config.yaml"}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("status: draft", "is a draft"),
        ("status: closed", "is not open: its status is closed"),
        ("status: filled", "is not open: its status is filled"),
        ("status: withdrawn", "is not open: its status is withdrawn"),
        (
            "deadline: 2027-03-31 12:00",
            "is not open: its deadline passed Wednesday, 31 March 2027, 12:00 (Europe/Berlin, UTC+2)",
        ),
        ("posted: 2027-04-02", "is not open yet: it is to be posted on 2027-04-02"),
        ("posted: 2027-04-01", None),
        ("deadline: 2027-03-31\ndeadline_kind: review-begins", None),
    ],
)
def test_preview_says_of_what_is_not_open_that_nobody_hears_of_it(lab, keys, said):
    post("owl", f"{keys}\n")
    ended = callboard("preview", "owl", "--at", "2027-04-01T08:00")
    expected = f'"owl" {said}; this is how its announcement would look\n' if said else ""
    assert (ended.code, ended.err) == (0, expected)
    assert "New position: " in ended.out
    assert callboard("preview", "owl", "--at", "2027-04-01T08:00", "--html", "x.html").err == expected


def test_tick_says_in_a_line_what_it_did_also_when_it_was_nothing(lab):
    def ticked(at):
        return callboard("tick", "--at", at).err.splitlines()[-1]

    post("owl", "deadline: 2027-05-02\n")
    post("bat", role="postdoc")
    assert ticked("2027-04-01T08:00") == "sent: 3 announcements"
    assert ticked("2027-04-01T08:05") == "nothing was due"
    for number in range(6):
        post(f"mouse-{number}")
    assert ticked("2027-04-02T08:10") == "sent: 1 digest"
    assert ticked("2027-04-25T08:10") == "sent: 1 reminder"
    post("owl", "deadline: 2027-05-09\n")
    assert ticked("2027-04-25T08:20") == "sent: 1 message that a deadline was moved"


def test_timeline_and_preview_go_by_what_administrators_have_set(lab):
    Path("config.yaml").write_text("timezone: Europe/Berlin\nchannels: [{name: all, platform: console}]\n")
    post("phd-owls")
    post("postdoc-owls", role="postdoc")

    async def arrange():
        ledger = await Ledger.open("sqlite:///callboard.db")
        await ledger.places.arrange("all", Destination("console", "all"), PlaceSettings("de", filter="postdoc"), ())
        hall, agreed = Destination("console", "hall"), PlaceSettings(announce=USUALLY_ANNOUNCED)
        await ledger.places.arrange(own_name("console", "hall"), hall, agreed, ())
        await ledger.close()

    asyncio.run(arrange())
    rows = callboard("timeline", "--json", "--from", "2027-03-01", "--to", "2027-03-02").rows
    assert sorted((row["channel"], row["posting"]) for row in rows) == [
        ("all", "postdoc-owls"),
        ("place:console:hall", "phd-owls"),
        ("place:console:hall", "postdoc-owls"),
    ]
    assert "Neue Stelle" in callboard("preview", "postdoc-owls").out
    assert callboard("tick").code == 0
    again = callboard("resend", "phd-owls", "--channel", "place:console:hall")
    assert (again.code, "place:console:hall" in again.out) == (0, True)
    refused = callboard("resend", "phd-owls", "--channel", "place:console:hell")
    assert 'did you mean "place:console:hall"' in refused.err


def test_timeline_draws_what_was_said_and_what_is_to_come_and_the_list_goes_on_ignoring_the_ledger(lab):
    post("robots", "deadline: 2126-05-02\n", title="Robots <b>at</b> night")
    # so far ahead that all of it is still to come whenever this runs
    span = ("--from", "2126-03-01", "--to", "2126-05-03")
    callboard("tick", "--at", "2126-04-01T09:00")
    drawn = callboard("timeline", *span, "--html", "timeline.html")
    assert (drawn.code, drawn.out) == (0, "")
    assert drawn.err.endswith("timeline.html: 4 messages, 1 deadlines\n")
    page = Path("timeline.html").read_text(encoding="utf-8")
    assert "Mon 1 Apr 2126, 11:00 · terminal · announcement: Robots &lt;b&gt;at&lt;/b&gt; night · delivered" in page
    assert "reminder (14d)" in page
    assert callboard("timeline", *span).out.count("announcement") == 1
    refused = callboard("timeline", *span, "--html", "nowhere/timeline.html")
    assert (refused.code, "nowhere" in refused.err) == (2, True)
    assert callboard("timeline", "--json", "--html", "x.html").code == 2


def test_preview_draws_how_it_will_look_on_all_platforms(lab):
    post("robots", "status: draft\n", title='"Robots <b>*_& <!channel>"')
    assert callboard("preview", "robots", "--html", "preview.html").code == 0
    page = Path("preview.html").read_text(encoding="utf-8")
    assert page.count("Robots &lt;b&gt;*_&amp; &lt;!channel&gt;") >= 3  # heading, Telegram, Slack
    assert "A draft: nobody hears of it" in page
    assert callboard("preview", "robots", "--html", "x.html", "--platform", "slack").code == 2
    assert callboard("preview", "robots", "--html", "nowhere/x.html").code == 2


def test_preview_prints_each_platforms_own_payload_with_no_token_at_all(lab):
    post("robots", "deadline: 2027-05-02\nurl: https://lab.example/robots\n", title='"Robots <b>*_& <!channel>"')
    telegram = json.loads(callboard("preview", "robots", "--platform", "telegram").out)
    assert "Robots <b>*_& <!channel>" in telegram["text"]
    assert telegram["reply_markup"]["inline_keyboard"][0][0]["url"] == "https://lab.example/robots"
    slack = json.loads(callboard("preview", "robots", "--platform", "slack").out)
    assert "&lt;!channel&gt;" in slack["text"]
    assert slack["blocks"]
    assert "Robots <b>*_& <!channel>" in callboard("preview", "robots").out


def test_tick_settles_and_says_so_and_the_ledger_has_it(lab):
    post("robots", "deadline: 2027-05-02\n")
    first = callboard("tick", "--at", "2027-04-01")
    assert (first.code, first.out.count("New position")) == (0, 1)
    assert callboard("tick", "--at", "2027-04-01").out == ""
    assert "14 days left" in callboard("tick", "--at", "2027-04-18T07:00:00Z").out
    rows = callboard("ledger", "--json").rows
    assert [(row["kind"], row["lead"], row["state"]) for row in rows] == [
        ("announcement", None, "delivered"),
        ("reminder", "14d", "delivered"),
    ]
    assert rows[0]["at"].startswith("2027-04-01T00:00:0")
    assert "delivered" in callboard("ledger").out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ledger", "nothing was sent yet"),
        ("ledger --posting robots", "the ledger has nothing of that"),
        ("drafts", "nothing waits for approval"),
        ("audit", "nobody has handed in or changed anything yet"),
        ("people", "nobody follows or is reminded yet"),
        (
            "sources",
            "config.yaml names no sources; `callboard import --kind page ADDRESS --dry-run` shows what a page has",
        ),
        (
            "timeline --from 2027-03-01 --to 2027-03-02",
            "nothing falls due from 2027-03-01 00:00 to 2027-03-02 00:00 UTC",
        ),
    ],
)
def test_a_list_with_nothing_in_it_says_so_at_the_terminal_and_a_program_reads_nothing(lab, command, said):
    listed = callboard(*command.split())
    assert (listed.code, listed.out, listed.err) == (0, "", f"{said}\n")
    as_json = callboard(*command.split(), "--json")
    assert (as_json.code, as_json.err) == (0, "")
    assert "nothing" not in as_json.out


def test_a_touched_or_reformatted_file_is_no_news(lab):
    post("robots", "deadline: 2027-05-02\n")
    callboard("tick", "--at", "2027-04-01")
    post("robots", "\n\n# a comment\ndeadline: '2027-05-02'\n")
    assert callboard("tick", "--at", "2027-04-02").out == ""


def test_a_database_that_cannot_be_used_is_said_in_words(lab):
    Path("callboard.db").write_text("this is no database, and long enough to be seen as none " * 20)
    ended = callboard("tick")
    assert ended.code == 2
    assert "callboard.db" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "words",
    ["tick", "run", "ledger", "people", "drafts", "withdraw robots", "export --format ics --out site"],
)
def test_a_database_of_a_newer_callboard_stays_as_it_is_and_it_is_said_what_to_do(lab, words):
    post("robots")
    callboard("tick")
    with contextlib.closing(sqlite3.connect("callboard.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
        before = list(database.iterdump())
        ended = callboard(*words.split())
        assert list(database.iterdump()) == before
    assert ended.code == 2
    [line] = [line for line in ended.err.splitlines() if line.startswith("callboard: ")]
    assert "callboard.db was written by a newer Callboard" in line
    assert "callboard restore FILE" in line
    assert "Traceback" not in ended.err


def test_a_database_that_a_newer_callboard_has_changed_can_be_gone_back_from(lab):
    post("robots")
    callboard("tick")
    assert callboard("backup", "before.db").code == 0
    with contextlib.closing(sqlite3.connect("callboard.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.execute("ALTER TABLE notices ADD COLUMN news TEXT")
        database.commit()
    ended = callboard("backup", "after.db")
    assert (ended.code, "only a newer Callboard can put it back" in ended.out) == (0, True)
    assert callboard("restore", "after.db").code == 2
    assert callboard("restore", "before.db").code == 0
    ended = callboard("tick")
    assert (ended.code, ended.out) == (0, "")


def test_restore_states_no_instant_of_a_backup_in_which_nothing_was_said_and_names_platforms_with_channels(lab):
    callboard("tick")
    assert callboard("backup", "lab.backup").code == 0
    ended = callboard("restore", "lab.backup")
    assert ended.code == 0
    assert ended.out.splitlines()[0] == "lab.backup: is the database now; it has nothing said yet"
    assert "Console cannot be asked" in ended.out
    Path("config.yaml").write_text(CONFIG.partition("channels:")[0])
    assert "cannot be asked" not in callboard("restore", "lab.backup").out


@pytest.mark.parametrize(
    "question", ["/position robots", "who supervises robots?", "/positions closed", "whom to contact about robots?"]
)
def test_answers_name_nobody_who_was_erased(lab, question):
    post(
        "robots",
        "supervisors: [Erika Muster]\nsummary: Ask Max Beispiel.\ncontact: {name: Max Beispiel}\nstatus: closed\n",
    )
    callboard("tick")
    before = callboard("ask", question).out
    assert callboard("erase", "robots").code == 0
    after = callboard("ask", question).out
    assert "Robots" in after
    assert not {"Muster", "Beispiel"} & set(after.replace(".", " ").split())
    assert question == "/positions closed" or "Muster" in before or "Beispiel" in before


def test_schema_is_a_json_schema_that_takes_the_shipped_postings(lab):
    schema = json.loads(callboard("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    assert judge.is_valid({"title": "Robots", "role": ["phd", "postdoc"], "deadline": "2027-05-02 12:00"})
    assert not judge.is_valid({"title": "Robots", "role": "phd", "deadline": "2027-02-30"})


def test_the_slack_manifest_has_the_command_and_the_mode(lab):
    socket = json.loads(callboard("slack-manifest").out)
    assert socket["settings"]["socket_mode_enabled"] is True
    assert socket["features"]["slash_commands"][0]["command"] == "/positions"
    http = json.loads(callboard("slack-manifest", "--url", "https://bot.lab.example/slack/events").out)
    assert http["settings"]["event_subscriptions"]["request_url"] == "https://bot.lab.example/slack/events"


def test_the_slack_manifest_knows_the_board_of_the_config_or_of_the_command_line(lab):
    def domains(*options):
        return json.loads(callboard("slack-manifest", *options).out)["features"].get("unfurl_domains")

    Path("config.yaml").write_text("web: {base_url: https://jobs.lab.example/open}\n")
    assert domains() == ["jobs.lab.example"]
    assert domains("--board", "https://other.lab.example") == ["other.lab.example"]
    Path("config.yaml").write_text("web: {base_url: https://jobs.lab.example}\nhue: blue\n")
    ended = callboard("slack-manifest")
    assert (ended.code, "name it with --board" in ended.err) == (0, True)
    Path("config.yaml").unlink()
    assert domains() is None
    assert "is no web address" in callboard("slack-manifest", "--board", "jobs.lab.example").err


@pytest.mark.parametrize("words", [["-phd"], ["- phd"], ["-5", "phd"], ["-", "phd"], ["--", "--phd"], ["-c"]])
def test_what_is_asked_may_begin_with_a_hyphen(lab, words):
    post("robots")
    ended = callboard("ask", "--json", *words, *([] if "--" in words else ["--language", "de"]))
    assert (ended.code, ended.err) == (0, "")
    assert "text" in json.loads(ended.out)


def test_options_of_ask_are_still_options_wherever_they_stand(lab):
    assert "Nothing is open" in json.loads(callboard("ask", "-", "--at=2027-01-01", "phd", "--json").out)["text"]
    assert callboard("ask", "phd", "-h").out.startswith("Usage: callboard ask")
    for words, said in {
        ("phd", "--langauge", "de"): "--langauge",
        ("phd", "--at"): "requires an argument",
        ("--json",): "TEXT",
    }.items():
        ended = callboard("ask", *words)
        assert ended.code == 2
        assert said in ended.err


def test_an_instant_out_of_reach_says_which_years_there_are(lab):
    assert "from 1970 to 2999" in callboard("tick", "--at", "3000-01-01").err


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://bot.lab.example/slack/events", True),
        ("https://bot.lab.example:8443/callboard/slack/events", True),
        ("https://bot.lab.example/slack/lab-slack/events", True),
        ("http://bot.lab.example/slack/events", False),
        ("bot.lab.example", False),
        ("https://bot.lab.example/", False),
        ("https://bot.lab.example/slack/events/", False),
        ("https://bot.lab.example/slack/events?x=1", False),
        ("https:///slack/events", False),
        ("", False),
    ],
)
def test_the_address_in_the_slack_manifest_is_one_that_slack_takes(lab, url, fits):
    ended = callboard("slack-manifest", "--url", url)
    assert ended.code == (0 if fits else 2)
    if not fits:
        assert "write https://YOUR-HOST/slack/events" in ended.err


def test_preview_takes_platforms_of_the_config_and_kinds(lab):
    Path("config.yaml").write_text(
        "platforms:\n"
        "  lab-slack: {kind: slack, bot_token: xoxb-1}\n"
        "  physics: {kind: telegram, token: '1:a'}\n"
        "channels:\n"
        "- {name: a, platform: physics, address: '@physics'}\n"
        "- {name: b, platform: lab-slack, address: '#jobs'}\n"
    )
    post("robots")
    assert json.loads(callboard("preview", "robots").out)["chat_id"] == "@physics"
    for name in ("physics", "telegram"):
        assert json.loads(callboard("preview", "robots", "--platform", name).out)["chat_id"] == "@physics"
    for name in ("lab-slack", "slack"):
        assert json.loads(callboard("preview", "robots", "--platform", name).out)["channel"] == "#jobs"
    assert "New position" in callboard("preview", "robots", "--platform", "console").out
    ended = callboard("preview", "robots", "--platform", "phisics")
    assert (ended.code, 'is no platform; did you mean "physics"?' in ended.err) == (2, True)


FORGED = "x\n::error file=config.yaml::forged\x1b[31m\x9b"


def test_no_name_of_a_file_forges_a_line_of_output(lab):
    Path(f"postings/{FORGED}.yaml").write_text("title: A\nrole: phd\n")
    Path(f"postings/{FORGED}").mkdir()
    Path(f"postings/{FORGED}/a.yaml").write_text('title: "A\\e[31m"\nrole: "b\\n::warning::c"\n')
    post("owls", "tags: ['a\\x1b']\n")
    for command in (("check",), ("--log-json", "ask", "owls"), ("ask", "owls"), ("timeline",)):
        ended = callboard(*command)
        lines = (ended.out + ended.err).splitlines()
        assert not [line for line in lines if line.lstrip().startswith("::")], lines
        assert all(line.isprintable() for line in lines), lines
    assert len(callboard("check").out.splitlines()) == 3


def test_no_argument_forges_a_line_of_output(lab):
    for command in (
        ("preview", FORGED),
        ("new", FORGED),
        ("new", "a", "--copy", FORGED),
        ("resend", FORGED, "--channel", "b"),
    ):
        ended = callboard(*command)
        assert ended.code == 2
        assert not [line for line in ended.err.splitlines() if line.lstrip().startswith("::")], ended.err
        assert "\x1b" not in ended.err


def test_what_is_left_of_a_repeated_announcement_is_not_asked_for_again(lab, monkeypatch):
    """The same command would announce it once more."""

    async def _left(*_arguments: object, **_options: object) -> tuple[list, int]:
        return [], 1

    monkeypatch.setattr("bot.app.once.on_request", _left)
    Path("postings/owls.yaml").write_text("title: PhD on owls\nrole: phd\ndeadline: 2099-05-02\n")
    left = callboard("resend", "owls", "--channel", "terminal")
    assert left.code == 3
    assert "and so does `callboard tick`" in left.err
    assert "same command" not in left.err


LATE = """\
import sys
class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == "bot.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from bot.__main__ import main
main()
"""


def test_ctrl_c_while_the_commands_are_being_read_ends_without_a_traceback():
    ended = subprocess.run([sys.executable, "-c", LATE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def test_the_installed_command_reads_nothing_before_it_listens_for_ctrl_c():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {"callboard": "bot.__main__:main"}
