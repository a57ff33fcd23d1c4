"""The JSON Schema says what the loader says, and an editor can use it."""

import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.addresses import email
from bot.domain.posting import DeadlineKind, Role, Status, Workplace
from bot.schema import InvalidError, compose
from bot.sources.files import Registry, schema
from bot.sources.files.dates import _DATE
from bot.sources.files.fields import FIELDS, posting

ROOT = Path(__file__).parents[2]
SCHEMA = jsonschema.Draft202012Validator(schema())


class Dumper(yaml.SafeDumper):
    """Text in quotes wherever YAML would misread it; no anchors for what stands twice."""

    def ignore_aliases(self, data):
        return True


def loader_accepts(data):
    written = yaml.dump(data, Dumper=Dumper, sort_keys=False)
    try:
        posting("x", compose(written), "UTC")
    except InvalidError as error:  # a schema cannot compare two days
        return all("lies after the deadline" in text for _, text in error.faults)
    return True


def test_the_schema_is_a_schema_and_plain_json():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


def test_the_patterns_are_plain_enough_for_the_regular_expressions_of_every_editor():
    patterns = re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', json.dumps(schema()))
    assert len(patterns) > 20
    for pattern in map(json.loads, patterns):
        assert pattern.isascii()
        assert pattern.isprintable()
        # ECMA-262 with its `u` flag refuses an escape that it does not know.
        assert set(re.findall(r"\\(.)", pattern)) <= set("\\.snrtxu["), pattern


def test_every_key_has_a_description():
    properties = schema()["properties"]
    assert list(properties) == list(FIELDS)
    assert all(len(of_key["description"]) > 5 for of_key in properties.values())
    assert schema()["description"]


def test_every_key_is_a_field_of_a_posting_and_stands_in_the_readme():
    readme = (ROOT / "postings" / "README.md").read_text()
    table = readme[readme.index("## All fields") : readme.index("## Deadlines")]
    assert set(FIELDS) <= set(re.findall(r"`(\w+)`", table))


def test_the_postings_that_are_here_hold_up_and_fit_the_schema():
    reading = Registry(ROOT / "postings", "Europe/Berlin").read()
    assert reading.problems == ()
    assert len(reading.changed) >= 1
    for path in [*(ROOT / "postings").glob("*.yaml"), *(ROOT / "postings").glob("[!R]*.md")]:
        text = path.read_text().split("---\n")[1] if path.suffix == ".md" else path.read_text()
        assert_fits(text)


@pytest.mark.parametrize("number", range(3))
def test_the_examples_in_the_readme_hold_up_and_fit_the_schema(number):
    blocks = re.findall(
        r"^ *```(?:yaml|markdown)\n(.*?)^ *```", (ROOT / "postings" / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    text = (
        re.sub(r"^   ", "", blocks[number], flags=re.MULTILINE) if blocks[number].startswith("   ") else blocks[number]
    )
    if text.startswith("---"):
        text = text.split("---\n")[1]
    posting("example", compose(text), "Europe/Berlin")
    assert_fits(text)


def assert_fits(text):
    # An editor's YAML 1.2 takes a bare date for text, as the loader does.
    SCHEMA.validate(yaml.load(text, Loader=yaml.BaseLoader) | numbers_of(yaml.safe_load(text)))


def numbers_of(data):
    return {key: value for key, value in data.items() if isinstance(value, int | float)}


# --- What one accepts the other accepts

ODD = """e\u0301 | ٣ | NO | ~ | null | 12:30 | 010 | 1e3 | = | << | # | : | - | *a | &a | !x | ' | "
    | 2027-05-02 | 2027-02-30 | 2027-05-02 12:00 | 2027-05-02T12:00:00+02:00 | phd | open | AoE | Europe/Berlin
    | https://lab.example | a@lab.example | old-id | old- | true | 🤖""".split(" | ")
ENDS = ["", " ", "\n", "\t", "\r", "\x00", "\x07", "\x85", "\x9c", "\xa0", "\u2028", "\u202e", "\ufeff", "\ufffe"]
ENDS += ["\xad", "\u200b", "\u200c", "\u2060", "\u202f", "\u3000", "\n\u200b", "\u200c\n", " \n "]
odd = st.one_of(
    st.sampled_from(ODD), st.sampled_from(ENDS), st.builds("{}{}".format, *map(st.sampled_from, (ODD, ENDS)))
)
words = st.one_of(odd, st.text(max_size=8), st.lists(odd, max_size=3).map("".join))
numbers = st.one_of(
    st.integers(-2, 1002), st.floats(0, 101), st.sampled_from([1.0, 65.0, 1e3, 1e16, 10**30, -0.0, float("inf"), 1e-7])
)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=2)),
    max_leaves=4,
)
plain = ["PhD in Robotics", "NO", "12:30", "Tübingen 🤖", " spaced ", "#5", "a: b", "2027-01-01", "می\u200cخواهیم"]
line = st.sampled_from([*plain, "folded\n", "\u00a0edges\u200b\n", "so\u00adft", "x" * 100])
lines = st.one_of(line, st.sampled_from(["One\n\nTwo\n", "\ttabbed", "- a\n- b"]))
day = st.dates(date(1970, 1, 1), date(2999, 12, 31)).map(str)
clock = st.sampled_from(
    [
        *("", " 12:00", "T23:59", " 00:00:00", " 12:00Z", " 12:00 +02:00", "T12:00-0330", " 12:00+14", "\n", "\u00a0"),
        *("T21:59:00.000Z", "t21:59:00.371+02:00", " 21:59:59.999999999", "T21:59:00z"),
    ]
)
near_day = st.builds("{:04}-{:02}-{:02}".format, st.integers(1968, 3001), st.integers(0, 13), st.integers(0, 32))
near_clock = st.sampled_from(
    [" 24:00", " 12:60", " 9:00", "  12:00", " 12:00 CET", " 12:00+15", "T", " 12:00\n", "T12:00.5"]
)
RIGHT = {
    "title": line,
    "role": st.one_of(
        st.sampled_from(list(map(str, Role))), st.lists(st.sampled_from(list(map(str, Role))), min_size=1)
    ),
    "status": st.sampled_from(list(map(str, Status))),
    "workplace": st.sampled_from(list(map(str, Workplace))),
    "posted": day,
    "deadline": st.builds("{}{}".format, day, clock),
    "timezone": st.sampled_from(["AoE", "UTC", "Europe/Berlin", "America/Argentina/Ushuaia"]),
    "deadline_kind": st.sampled_from(list(map(str, DeadlineKind))),
    "start": st.one_of(line, day),
    "duration": st.one_of(line, day),
    "fte": st.one_of(st.integers(1, 100), st.floats(1, 100)),
    "openings": st.one_of(st.integers(1, 1000), st.just(2.0)),
    "url": st.sampled_from(["https://lab.example/jobs?a=1#b", "http://lab.example"]),
    "contact": st.fixed_dictionaries(
        {}, optional={"name": line, "email": st.just("a@lab.example"), "url": st.just("https://lab.example")}
    ),
    "tags": st.lists(line, max_size=3),
    "summary": lines,
    "description": lines,
    "aliases": st.lists(st.sampled_from(["a", "old-id", "a1"]), max_size=2),
    **dict.fromkeys(["organization", "group", "location", "pay", "call", "apply"], line),
    **dict.fromkeys(
        ["degree", "languages", "skills", "supervisors", "project", "funder"],
        st.one_of(line, st.lists(line, min_size=1, max_size=3)),
    ),
}
NEARLY = {
    "posted": near_day,
    "deadline": st.one_of(near_day, st.builds("{}{}".format, day, near_clock)),
    "start": near_day,
    "fte": numbers,
    "openings": numbers,
    "url": st.sampled_from(
        ["https://", "https://a b", "HTTP://x", " https://x", "https://x\n", "ftp://x", "https://a\u200bb"]
    ),
    "contact": st.dictionaries(st.sampled_from(["name", "email", "url", "phone"]), words, max_size=2),
    "aliases": st.lists(
        st.sampled_from(["a", "A", "a_b", "a-", "-", "", "a\n", "ü", "a" * 200, "a" * 201]), max_size=2
    ),
    "role": st.lists(st.sampled_from(["phd", "PhD", "phd\n", ""]), max_size=2),
    "timezone": st.sampled_from(["aoe", "CET", "UTC+2", "localtime", "Europe/Berlin "]),
    "tags": st.one_of(st.lists(words, max_size=2), st.sampled_from([["x" * 100], ["x" * 101], ["x"] * 101])),
    "title": st.sampled_from(["x" * 300, "x" * 301, "x" * 299 + "\n", "x" * 300 + "\n", "\u200c", "\u200c x"]),
    "apply": st.sampled_from(["x" * 1000, "x" * 1001]),
    "description": st.sampled_from(["x" * 32768, "x" * 32769]),
}
right = st.fixed_dictionaries(
    {key: RIGHT[key] for key in schema()["required"]},
    optional={key: kind for key, kind in RIGHT.items() if key not in schema()["required"]},
)


@st.composite
def nearly_right(draw):
    data = draw(right)
    for key in draw(st.lists(st.sampled_from([*FIELDS, "titel", "NO", "<<", "", "1"]), min_size=1, max_size=2)):
        how = draw(st.sampled_from(["drop", "nearly", "odd", "anything"]))
        if how == "drop":
            data.pop(key, None)
        elif how == "nearly":
            data[key] = draw(NEARLY.get(key, words))
        else:
            data[key] = draw(words if how == "odd" else anything)
    return data


quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(right)
def test_both_accept_a_right_posting_unless_it_lacks_its_deadline(data):
    lacks = data.get("deadline_kind") in {"fixed", "review-begins"} and "deadline" not in data
    assert loader_accepts(data) is SCHEMA.is_valid(data) is not lacks


@settings(quick, max_examples=120)
@given(nearly_right())
def test_both_agree_on_a_posting_that_is_nearly_right(data):
    assert loader_accepts(data) is SCHEMA.is_valid(data), [error.message for error in SCHEMA.iter_errors(data)]


@quick
@given(anything)
def test_both_agree_on_what_is_no_posting_at_all(data):
    assert loader_accepts(data) is SCHEMA.is_valid(data)


@quick
@given(st.sampled_from(sorted(FIELDS)), st.one_of(anything, words))
def test_both_agree_on_any_value_of_any_key(key, value):
    data = {"title": "A", "role": "phd", "deadline": "2027-05-02", key: value}
    assert loader_accepts(data) is SCHEMA.is_valid(data)


def test_a_day_is_just_what_the_calendar_has_from_1970_to_2999():
    is_day = re.compile(_DATE).fullmatch
    for year in [*range(1890, 2110), 2200, 2300, 2399, 2400, 2401, 2800, 2900, 2996, 2999, 3000, 3004, 9996]:
        for month in range(14):
            lasts = calendar_days(year, month) if 1970 <= year <= 2999 else 0
            found = [
                day for day in (0, 1, 9, 10, 19, 20, 27, 28, 29, 30, 31, 32) if is_day(f"{year}-{month:02}-{day:02}")
            ]
            assert found == [day for day in (1, 9, 10, 19, 20, 27, 28, 29, 30, 31) if day <= lasts], (year, month)


def test_leap_days_are_those_of_the_calendar():
    is_day = re.compile(_DATE).fullmatch
    for year in range(1000, 4000):
        leap = 1970 <= year <= 2999 and calendar_days(year, 2) == 29
        assert bool(is_day(f"{year}-02-29")) is leap, year


def calendar_days(year, month):
    if not 1 <= month <= 12:
        return 0
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1).day


EMAILS = """a@lab.example a.b+c@x.lab.example a@lab a@@lab.example a@lab.example, <a@lab.example> a@b.123 a@b.1c
    a@-b.example a@b-.example a..b@lab.example .a@lab.example mailto:a@lab.example jörg@grün.example
    MAILTO://a@lab.example mailto:a@lab.example?subject=x&bcc=b@x.example mailto:a@lab.example,b@x.example mailto:
    a@lab.example?bcc=b@x.example""".split()
EMAILS += ["a@lab.example\n", " a@lab.example", "a\u200b@lab.example", "a" * 64 + "@b.example", "a" * 65 + "@b.example"]
EMAILS += [f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * length}.example" for length in (40, 61, 62, 63, 64)]


@pytest.mark.parametrize("address", EMAILS)
def test_both_agree_on_an_e_mail_address_as_does_the_rest_of_the_bot(address):
    data = {"title": "A", "role": "phd", "contact": {"email": address}}
    accepts = loader_accepts(data)
    assert accepts is SCHEMA.is_valid(data)
    assert accepts is (email(address) is not None)
