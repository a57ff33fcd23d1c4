"""The log: one line a thing, as text or as JSON, and no secret in either."""

import json
import logging
import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.observe import logs
from tests.domain.build import instant

TOKEN = "123456789:AAE-t0p_s3cretAAE-t0p_s3cretAAE-t0p"


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for name in ("raiseExceptions", "_srcfile", "logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks"):
        monkeypatch.setattr(logging, name, getattr(logging, name, None), raising=False)
    yield
    logs.seal(())
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def record(message, *arguments, fields=None, error=None, level=logging.INFO):
    made = logging.LogRecord("callboard.x", level, "x.py", 1, message, arguments, error and (type(error), error, None))
    if fields is not None:
        made.fields = fields
    return made


def as_text(*given, **more):
    return logs._Text().format(record(*given, **more))


def as_json(*given, **more):
    line = logs._Json().format(record(*given, **more))
    assert "\n" not in line
    return json.loads(line)


# ---------------------------------------------------------------------------- shapes


def test_text_is_a_line_with_its_level():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO    2 owls", as_text("%d owls", 2))


def test_json_is_an_object_with_what_a_program_needs():
    said = record("delivered %s", "x", fields={"channel": "lab", "seconds": 0.5, "postings": ["a", "b"], "lead": None})
    said.created = 1795290484.25
    assert json.loads(logs._Json().format(said)) == {
        "at": "2026-11-21T19:48:04.250000Z",
        "level": "info",
        "logger": "callboard.x",
        "message": "delivered x",
        "channel": "lab",
        "seconds": 0.5,
        "postings": ["a", "b"],
        "lead": None,
    }


def test_fields_cannot_take_the_place_of_what_every_line_has():
    found = as_json("x", fields={"message": "y", "at": 1, "level": "z", "logger": "w", "own": True})
    assert (found["message"], found["level"], found["logger"], found["own"]) == ("x", "info", "callboard.x", True)
    assert datetime.fromisoformat(found["at"]).tzinfo == UTC


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, True),
        (3, 3),
        (2.5, 2.5),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (Colour.RED, "red"),
        ((1, "a", None), [1, "a", None]),
        ({"a": {1: Path("x")}}, {"a": {"1": "x"}}),
        (instant("2027-04-01 12:00"), "2027-04-01T12:00:00Z"),
        ("Ä\u2028\x00\ud800\n", "Ä\u2028\x00\ud800\n"),
    ],
)
def test_any_value_can_be_a_field(value, shown):
    line = logs._Json().format(record("x", fields={"it": value}))
    assert json.loads(line)["it"] == shown
    assert line.encode() + b"\n"  # nothing in it that UTF-8 cannot hold
    assert not as_json("x", fields="no mapping").get("fields")


def test_what_is_set_up_writes_lines_to_standard_error(capsys):
    logs.set_up(logging.INFO, as_json=True)
    logging.getLogger("callboard").info("one\ntwo", extra={"fields": {"key": "a/b"}})
    logging.getLogger("callboard").debug("not this")
    logging.getLogger("telegram").error("nor this")
    try:
        int(TOKEN)
    except ValueError:
        logging.getLogger("callboard").exception("trouble")
    logging.getLogger("callboard").info("%d", "does not fit")  # a bug must not print past the formatter
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in err.splitlines())
    assert (first["message"], first["key"], out) == ("one\ntwo", "a/b", "")
    assert second["exception"].startswith("Traceback")
    assert second["exception"].endswith("with base 10: '…'")


def test_what_no_line_shows_is_not_found_out(caplog):
    logs.set_up(logging.INFO)
    logging.getLogger().addHandler(caplog.handler)
    logging.getLogger("callboard.x").info("one posting")
    [found] = caplog.records
    assert (found.pathname, found.lineno) == ("(unknown file)", 0)
    assert {found.thread, found.threadName, found.process, found.processName} == {None}


def test_a_warning_of_pythons_is_a_line_too(capsys):
    import warnings

    logs.set_up(logging.INFO, as_json=True)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=False)
        logging.captureWarnings(capture=True)
        warnings.warn(f"odd: {TOKEN}", stacklevel=1)
    [line] = capsys.readouterr().err.splitlines()
    assert "odd: …" in json.loads(line)["message"]


# ---------------------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    "text",
    [
        f"https://api.telegram.org/bot{TOKEN}/getMe",
        "https://api.telegram.org/bot123:ABC/getMe",
        "http://127.0.0.1:8081/bot123%3AABC%2Dd/getMe",
        f"token {TOKEN}.",
        f"bot{TOKEN}",
        f"{quote(TOKEN, safe='')}",
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
        "xapp-1-A123-456-abcdefabcdef",
        "xoxe.xoxp-1-Mi0yLTEyMzQ",
        "wss://wss-primary.slack.com/link/?ticket=5b4b7c9e-1234&app_id=8c",
        "postgresql+asyncpg://user:hunter2-9@db.lab.example/callboard",
        "https://x.example/?a=b&token=Zx81yq",
    ],
)
def test_what_looks_like_a_secret_is_left_out(text):
    for secret in re.findall(r"AAE[\w-]+|ABC\S*(?=/)|(?<=-)[\w-]{12,}|Mi0\w+|5b4b7c9e-1234|hunter2-9|Zx81yq", text):
        assert secret not in logs.sealed(text)
    assert "…" in logs.sealed(text)
    assert "…" in as_text("%s", text)
    assert logs.sealed(text) == as_json("x", fields={"a": [text]})["a"][0]


@pytest.mark.parametrize(
    "text",
    [
        "lab-slack/phd-robust-ml/reminder/7d/2027-05-02T21:59:59Z",
        "C0123456789/1795290484.055420",
        "-1001234567890/17",
        "http://127.0.0.1:8080/slack/events",
        "sqlite:////var/lib/callboard.db",
        "2026-11-21 19:48:03",
        "https://lab.example/bots/12: owls",
    ],
)
def test_what_is_no_secret_stays(text):
    assert logs.sealed(text) == text


ODD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40).filter(
    lambda secret: len(set(secret)) > 5
)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(ODD, ANY, ANY)
@example("a\"b\\c/d'e", "", "")
@example("\\n\\u2026\\", "", "\\")
@example(TOKEN, "https://x/bot", "/getMe")
def test_no_secret_of_the_config_gets_through(secret, before, after):
    logs.seal([secret, "another-" + secret[::-1]])
    said = before + secret + after
    error = ValueError(said)
    values = {
        "plain": said,
        secret: 1,
        "shown": repr(said),
        "twice": [repr([said]), repr(repr(said))],
        "json": {"a": json.dumps({"b": said})},
        "url": f"https://x.example/{quote(secret, safe='')}/?x={quote(secret)}",
        "error": error,
    }
    shapes = [secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="")]

    for text in (
        as_text("%s %r %s", said, said, error, error=error),
        *(as_text("%s", value) for value in values.values()),
        logs.sealed(said),
    ):
        assert not [shape for shape in shapes if shape in text]

    line = logs._Json().format(record("%s %r", said, said, fields=values, error=error))
    strings = list(_strings(json.loads(line)))
    assert not [(shape, one) for shape in shapes for one in strings if shape in one]
    assert not [shape for shape in shapes[1:] if shape in line]


@given(st.integers(10**7, 10**15))
def test_a_secret_that_is_a_number_is_one_as_well(number):
    logs.seal([str(number)])
    assert as_json("x", fields={"chat": number, "other": number + 1})["chat"] == "…"
    assert str(number) not in as_text("%d", number)


def test_new_secrets_take_the_place_of_those_before():
    logs.seal(["first-one", ""])
    logs.seal(["second-one"])
    assert logs.sealed("first-one second-one") == "first-one …"
    logs.seal(())
    assert logs.sealed("second-one") == "second-one"


def test_the_longest_secret_goes_first():
    logs.seal(["abc", "abcdef"])
    assert logs.sealed("abcdef abc") == "… …"


def test_a_telegram_tokens_secret_part_alone_is_left_out():
    logs.seal([TOKEN])
    assert logs.sealed(TOKEN.partition(":")[2]) == "…"


def _strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


class Level(StrEnum):
    """Whose error says what it was given."""

    ONE = "one"


FORGED = "owls.yaml\n2027-05-02 12:00:00 INFO    ready\r::error file=x::\x1b[2J\x9b2J\u202e\u2028"


def test_what_a_value_holds_is_no_line_of_its_own_and_no_command(capsys):
    logs.set_up(logging.INFO)
    logging.getLogger("callboard").warning("%s: is no id", FORGED)
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(
        r"WARNING owls.yaml\n2027-05-02 12:00:00 INFO    ready\r::error file=x::\x1b[2J\x9b2J\u202e\u2028: is no id"
    )
    assert line.isprintable()


def test_nor_is_what_an_exception_says(capsys):
    logs.set_up(logging.INFO)
    try:
        Level(FORGED)
    except ValueError:
        logging.getLogger("callboard").exception("trouble")
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith("ERROR   trouble")
    assert rest[0] == "  | Traceback (most recent call last):"
    assert all(line.startswith("  | ") and line.isprintable() for line in rest)


def test_json_holds_them_as_escapes(capsys):
    logs.set_up(logging.INFO, as_json=True)
    logging.getLogger("callboard").warning("%s", FORGED, extra={"fields": {"path": f"{FORGED}\x7f\udcff"}})
    [line] = capsys.readouterr().err.splitlines()
    assert line.isprintable()
    found = json.loads(line)
    assert (found["message"], found["path"]) == (FORGED, f"{FORGED}\x7f\udcff")
