"""Everything that can be wrong with a posting file: what is written -> the line, and what to write instead."""

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.schema import MAX_BYTES
from bot.sources.files import Registry
from tests.sources.build import HEAD, problems_of

ONE_VALUE = {  # what follows a sound title and role, so the line is 3
    "deadline: 2027-02-30": 'deadline: "2027-02-30" is no date; write YYYY-MM-DD or YYYY-MM-DD HH:MM',
    "deadline: '2027-02-30'": 'deadline: "2027-02-30" is no date; write YYYY-MM-DD or YYYY-MM-DD HH:MM',
    "deadline: 2027-2-3": 'deadline: "2027-2-3" is no date; write 2027-02-03',
    "deadline: 2٠27-02-03": 'deadline: "2٠27-02-03" is no date; write YYYY-MM-DD or YYYY-MM-DD HH:MM',
    "deadline: 2 May 2027": 'deadline: "2 May 2027" is no date; write 2027-05-02',
    "deadline: 2027-05-02 24:00": (
        'deadline: "2027-05-02 24:00" has no such time of day; write YYYY-MM-DD HH:MM, and the zone under timezone'
    ),
    "deadline: 2027-05-02 12:00 CET": (
        'deadline: "2027-05-02 12:00 CET" has no such time of day; '
        "write 2027-05-02 12:00, and timezone: CET on a line of its own"
    ),
    "deadline: 2027-05-02 12:00+15:00": (
        'deadline: "2027-05-02 12:00+15:00" has no such time of day; '
        "write YYYY-MM-DD HH:MM, and the zone under timezone"
    ),
    "deadline: [2027-05-02]": "deadline: is a list; write one value",
    "posted: 1969-12-31": 'posted: "1969-12-31" lies outside the years 1970 to 2999; check the year',
    "deadline: 3027-05-02 12:00": ('deadline: "3027-05-02 12:00" lies outside the years 1970 to 2999; check the year'),
    "start: 0207-10-01": 'start: "0207-10-01" lies outside the years 1970 to 2999; check the year',
    "posted: 3027-02-30": 'posted: "3027-02-30" is no date; write YYYY-MM-DD',
    "posted: 2100-02-29": 'posted: "2100-02-29" is no date; write YYYY-MM-DD',
    "posted: 2027-05-02 12:00": 'posted: "2027-05-02 12:00" is no date; write 2027-05-02',
    "start: 2027-02-30": 'start: "2027-02-30" is no date; write YYYY-MM-DD, or words',
    "duration: 2027-2-3": 'duration: "2027-2-3" is no date; write 2027-02-03, or words',
    "start: 12:30": 'start: YAML takes 12:30 for the number 750; write "12:30" in quotes',
    "timezone: Europe/Berln": 'timezone: "Europe/Berln" is no time zone; did you mean "Europe/Berlin"?',
    "timezone: europe/berlin": 'timezone: "europe/berlin" is no time zone; did you mean "Europe/Berlin"?',
    "timezone: berlin": 'timezone: "berlin" is no time zone; did you mean "Europe/Berlin"?',
    "timezone: Middle-earth/Shire": (
        'timezone: "Middle-earth/Shire" is no time zone; write a name such as Europe/Berlin, or AoE'
    ),
    "deadline_kind: fixed": 'deadline_kind: "fixed" needs a deadline; add one',
    "deadline_kind: review-begins": 'deadline_kind: "review-begins" needs a deadline; add one',
    "deadline_kind: fix": ('deadline_kind: "fix" is not one of fixed, review-begins, rolling; did you mean "fixed"?'),
    "status: NO": 'status: "NO" is not one of draft, open, closed, filled, withdrawn',
    "status: Opne": 'status: "Opne" is not one of draft, open, closed, filled, withdrawn; did you mean "open"?',
    "workplace: onsite": 'workplace: "onsite" is not one of on-site, hybrid, remote; write workplace: on-site',
    "location: NO": 'location: YAML takes NO for true or false; write "NO" in quotes',
    "location: off": 'location: YAML takes off for true or false; write "off" in quotes',
    "project: 010": 'project: YAML takes 010 for the number 8; write "010" in quotes',
    "project: 0x1F": 'project: YAML takes 0x1F for the number 31; write "0x1F" in quotes',
    "project: 1_000": 'project: YAML takes 1_000 for the number 1000; write "1_000" in quotes',
    "project: 3.5": 'project: YAML takes 3.5 for a number; write "3.5" in quotes',
    "call: 2027": 'call: YAML takes 2027 for the number 2027; write "2027" in quotes',
    "call: 2027-01-01": 'call: YAML takes 2027-01-01 for a date; write "2027-01-01" in quotes',
    "call: =": 'call: YAML takes = for something else; write "=" in quotes',
    "languages: [English, NO]": 'languages: YAML takes NO for true or false; write "NO" in quotes',
    "fte: '65'": 'fte: "65" in quotes is text; write it without quotes',
    "fte: 065": "fte: YAML takes 065 for the number 53; write digits such as 65",
    "fte: 65 %": 'fte: "65 %" is no number; write digits such as 65',
    "fte: 0.65": "fte: 0.65 is no number from 1 to 100",
    "fte: .inf": "fte: YAML takes .inf for a number; write digits such as 1",
    "fte: true": 'fte: "true" is no number; write digits such as 1',
    "openings: 010": "openings: YAML takes 010 for the number 8; write digits such as 10",
    "openings: -1": "openings: -1 is no whole number from 1 to 1000",
    "openings: 0": "openings: 0 is no whole number from 1 to 1000",
    "openings: 1.5": "openings: 1.5 is no whole number from 1 to 1000",
    "openings: two": 'openings: "two" is no whole number; write digits such as 1',
    "openings: 1٢": 'openings: "1٢" is no whole number; write digits such as 1',
    f"openings: {'9' * 5000}": f"openings: {'9' * 59}… is no whole number from 1 to 1000",
    f"call: {'9' * 250}": f'call: YAML takes {"9" * 59}… for the number {"9" * 59}…; write "{"9" * 59}…" in quotes',
    "location:": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "location: ''": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "location: '  '": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "location: ~": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "location: #5": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "status:": "status: is empty; give a value (in quotes if it begins with #) or delete the line",
    "tags:": "tags: is empty; give a value (in quotes if it begins with #) or delete the line",
    "deadline: null": "deadline: is empty; give a value (in quotes if it begins with #) or delete the line",
    "contact:": "contact: is empty; write keys and values below it, or {}",
    "location: {city: Rostock}": "location: is a group of keys; write one value",
    "location: [Rostock]": "location: is a list; write one value",
    "tags: robots": "tags: is no list; write [robots]",
    "tags: {a: b}": "tags: is no list; write [one, two]",
    "tags: [[a]]": "tags: is a list; write one value",
    "skills: []": "skills: is an empty list; give a value or delete the line",
    "contact: office": "contact: must be keys with values; write lines such as key: value",
    "contact: [office]": "contact: must be keys with values; write lines such as key: value",
    "contact: {mail: a@lab.example}": '"contact.mail" is no key I know; did you mean "email"?',
    "contact: {phone: x}": '"contact.phone" is no key I know; known are name, email, url',
    "contact: {email: nowhere}": ('contact.email: "nowhere" is no e-mail address; write name@host.example'),
    "contact: {name: a, name: b}": "contact.name: stands twice; keep this or line 3",
    "url: lab.example/jobs": 'url: "lab.example/jobs" is no web address; write https://…',
    "url: javascript:alert(1)": 'url: "javascript:alert(1)" is no web address; write https://…',
    "aliases: [Old_Id]": 'aliases: "Old_Id" is no id; write lower-case letters, digits and hyphens',
    r'location: "Ros\ntock"': "location: holds a line break; write one line",
    r'location: "a\tb"': "location: holds the character U+0009 (a control character); delete it",
    r'location: "a\u202eb"': "location: holds the character U+202E (right-to-left override); delete it",
    r'summary: "a\u2028b"': "summary: holds the character U+2028 (line separator); delete it",
    "location: !!str 12": "! begins a YAML tag; delete it, or put the value in quotes",
    "location: !!python/object:os.system x": "! begins a YAML tag; delete it, or put the value in quotes",
    "contact: !!map {name: x}": "! begins a YAML tag; delete it, or put the value in quotes",
    "tags: [a, ! b]": "! begins a YAML tag; delete it, or put the value in quotes",
    "location: &here Rostock": ("* or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"),
    "location: *here": "* or & begins an alias or anchor of YAML's; write the value out, or put it in quotes",
    "summary: *Robots* wanted": "* or & begins an alias or anchor of YAML's; write the value out, or put it in quotes",
    "summary: **Robots** wanted": (
        "* or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"
    ),
    "<<: {status: open}": '"<<" is no key I know; delete it',
    "? [a, b]\n: c": "a list or group stands where a key belongs; write key: value",
    "? {a: b}\n: c": "a list or group stands where a key belongs; write key: value",
    "role: postdoc": "role: stands twice; keep this or line 2",
    "deadlnie: 2027-05-02": '"deadlnie" is no key I know; did you mean "deadline"?',
    "Deadline: 2027-05-02": '"Deadline" is no key I know; did you mean "deadline"?',
    "zzz: x": '"zzz" is no key I know; delete it',
    "ON: x": '"ON" is no key I know; delete it',
    ": x": "does not go on as it began; mend its quotes or the indentation",
    "location Rostock": "has no colon and space after its key; write key: value",
    "location:Rostock": "has no colon and space after its key; write key: value",
    "location: Rostock: Germany": (
        "a colon and a space stand where none belong; put the text in quotes, or mend the indentation"
    ),
    "  location: Rostock": (
        "a colon and a space stand where none belong; put the text in quotes, or mend the indentation"
    ),
    "\tlocation: Rostock": "a tab stands where spaces are needed; indent with spaces",
    "tags:\t- a": "a list's - stands where none belongs; put each item on a line of its own, after spaces",
    "tags: - a": "a list's - stands where none belongs; put each item on a line of its own, after spaces",
    'location: "Rostock\nstatus: open\nfte: 3': "opens a quote that is never closed; close it",
    "location: 'Rostock\n---\nfte: 3": "opens a quote that is never closed; close it",
    "tags: [a, b\nstatus: open": "opens a list with [ that is not closed; add ] and commas",
    "contact: {name: a\nstatus: open": "opens a group with { that is not closed; add } and commas",
    r'location: "C:\jobs"': "has a backslash in double quotes; write it twice, or use single quotes",
    "location: @home": 'a value cannot begin with @; write "@…" in quotes',
    "location: `x`": 'a value cannot begin with `; write "`…" in quotes',
    "location: %x": 'a value cannot begin with %; write "%…" in quotes',
    "---\ntitle: Another": "a second document begins; write one to a file",
    "tags: " + "[" * 40 + "]" * 40: "is nested too deeply; mend its brackets or the indentation",
    "location: Ros\x07tock": "holds the character U+0007 (a control character); delete it, or save the file as UTF-8",
    "location: Ros\x9ctock": "holds the character U+009C (a control character); delete it, or save the file as UTF-8",
    "location: Ros\u202etock": (
        "holds the character U+202E (right-to-left override); delete it, or save the file as UTF-8"
    ),
}


@pytest.mark.parametrize(("line", "message"), ONE_VALUE.items(), ids=[line[:40] for line in ONE_VALUE])
def test_a_wrong_line_is_named_with_what_to_write_instead(tmp_path, line, message):
    assert problems_of(tmp_path, {"x.yaml": f"{HEAD}{line}\n"}) == [f"x.yaml:3: {message}"]


def test_front_matter_is_held_to_the_same_and_counts_its_fence(tmp_path):
    for line, message in ONE_VALUE.items():
        if "---" not in line:
            expected = re.sub(r"line (\d)", lambda number: f"line {int(number[1]) + 1}", message)
            assert problems_of(tmp_path, {"x.md": f"---\n{HEAD}{line}\n---\nText.\n"}) == [f"x.md:4: {expected}"]


UNSEEN = {  # where a program reads, what is not seen is named; around a value, and where people read, it does no harm
    "deadline: 2027-05\u200b-02": "deadline: holds the character U+200B (zero width space); delete it",
    "deadline: 2027-05-02\u00a012:00": "deadline: holds the character U+00A0 (no-break space); write a plain space",
    "posted: 2027\u20605-02": "posted: holds the character U+2060 (word joiner); delete it",
    "start: 2027-10\u200c-01\u200d": None,
    "start: \u200c2027-10-01": "start: holds the character U+200C (zero width non-joiner); delete it",
    "status: op\u00aden": "status: holds the character U+00AD (soft hyphen); delete it",
    "timezone: Europe/\u200bBerlin": "timezone: holds the character U+200B (zero width space); delete it",
    "fte: 65\u202f%": "fte: holds the character U+202F (narrow no-break space); write a plain space",
    "fte: 65\u00a0": "fte: holds the character U+00A0 (no-break space); write a plain space",
    "url: https://lab.example/\ufeffjobs": "url: holds the character U+FEFF (zero width no-break space); delete it",
    "contact: {email: jo\u200b@lab.example}": "contact.email: holds the character U+200B (zero width space); delete it",
    "aliases: [old\u00adid]": "aliases: holds the character U+00AD (soft hyphen); delete it",
    "loc\u00adation: Ulm": '"loc\u00adation" holds the character U+00AD (soft hyphen); delete it',
    "\ufefflocation: Ulm": "holds the character U+FEFF (zero width no-break space); delete it",
    "location:\u00a0Ulm": "holds the character U+00A0 (no-break space); write a plain space",
    "location: \u200c": "location: shows nothing, for it holds the character U+200C (zero width non-joiner); delete it",
    "location: '\u200b'": "location: is empty; give a value (in quotes if it begins with #) or delete the line",
    "location: Ulm,\u00a0Germany": None,
    "location: '\u00a0Ulm\u200b'": None,
    "deadline: '2027-05-02\u200b'": None,
    "workplace: remote\u00a0": None,
    "summary: Wissen\u00adschaft می\u200cخواهیم": None,
}


@pytest.mark.parametrize("line", UNSEEN, ids=ascii)
def test_a_character_that_is_not_seen_is_named_or_does_no_harm(tmp_path, line):
    expected = [f"x.yaml:3: {UNSEEN[line]}"] if UNSEEN[line] else []
    assert problems_of(tmp_path, {"x.yaml": f"{HEAD}{line}\n"}) == expected


def test_a_no_break_space_that_indents_is_named_and_nothing_else(tmp_path):
    text = f"{HEAD}contact:\n\u00a0\u00a0name: Jo\n\u00a0 email: jo@lab.example\nfte: 0\n"
    said = "holds the character U+00A0 (no-break space); write a plain space"
    assert problems_of(tmp_path, {"x.yaml": text}) == [f'x.yaml:4: "name" {said}', f'x.yaml:5: "email" {said}']
    text = f"{HEAD}tags:\n\u00a0\u00a0- a\n\u00a0\u00a0- b\n"
    assert problems_of(tmp_path, {"x.yaml": text}) == [f"x.yaml:4: {said}"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title:\u00a0PhD\nrole:\u00a0phd\n", ""),
        ("title:\u202fPhD\n", ""),
        (f"{HEAD}contact:\n  name:\u00a0Jo\n  email:\u00a0jo@lab.example\n", "contact: "),
    ],
)
def test_a_no_break_space_behind_every_colon_is_named(tmp_path, text, key):
    [problem] = problems_of(tmp_path, {"x.yaml": text})
    assert re.match(rf"x\.yaml:[1-4]: {key}holds the character U\+(00A0|202F) \(.*\); write a plain space$", problem)


def test_what_stands_around_a_value_is_no_part_of_it(tmp_path):
    text = (
        "title: >\n  PhD in\n  Robotics\nrole: |\n  phd\n\ndeadline: >+\n  2027-05-02\n\nlocation: |\n  Ulm, Germany\n"
        "timezone: 'Europe/Berlin\u00a0'\nurl: >\n  https://lab.example/jobs\n"
        'contact: {email: "\u200bjo@lab.example\\n"}\n'
        "apply: \u2060https://lab.example/ap\u200bply\n"
    )
    (tmp_path / "x.yaml").write_text(text)
    [posting] = Registry(tmp_path, "UTC").read().changed
    assert (posting.title, posting.roles, posting.location) == ("PhD in Robotics", ("phd",), "Ulm, Germany")
    assert (str(posting.deadline.at), posting.url) == ("2027-05-02 23:59:59+02:00", "https://lab.example/jobs")
    assert (posting.contact.email, posting.apply) == ("jo@lab.example", "https://lab.example/apply")
    assert problems_of(tmp_path, {"x.yaml": text.replace("Robotics", "Robotics\n\n  and")}) == [
        "x.yaml:1: title: holds a line break; write one line"
    ]


LIMITS = {
    "title": (300, "x"), "location": (300, "x"), "apply": (1000, "x"), "url": (2048, "https://x"),
    "summary": (4000, "x"), "description": (32768, "x"), "pay": (300, "x"), "degree": (1000, "x"), "start": (300, "x"),
}  # fmt: skip


@pytest.mark.parametrize("key", LIMITS)
def test_each_key_has_a_limit(tmp_path, key):
    most, start = LIMITS[key]
    values = {"title": "A", "role": "phd", key: start.ljust(most, "x")}
    text = "".join(f"{name}: {value}\n" for name, value in values.items())
    assert problems_of(tmp_path, {"x.yaml": text}) == []
    [found] = problems_of(tmp_path, {"x.yaml": text.replace("xx", "xxx", 1)})
    assert found.endswith(f"{key}: has {most + 1} characters; write at most {most}")


def test_text_below_the_keys_and_lists_have_limits_too(tmp_path):
    files = {"a.md": f"---\n{HEAD}---\n\n" + "x" * 32769, "b.yaml": f"{HEAD}tags: [{'a, ' * 101}]\n"}
    assert problems_of(tmp_path, files) == [
        "a.md:4: the text below has 32769 characters; write at most 32768",
        "b.yaml:3: tags: lists 101; write at most 100",
    ]


def test_a_file_full_of_faults_is_told_of_briefly(tmp_path):
    found = problems_of(tmp_path, {"x.yaml": HEAD + "".join(f"key-{number}: x\n" for number in range(5000))})
    assert len(found) == 101
    assert found[-1] == "x.yaml:103: and so on; mend what is above first"


FILES = {
    "a tab on the next line": (
        {"x.yaml": f"{HEAD}tags:\n\t- a\n"},
        ["x.yaml:4: a tab stands where spaces are needed; indent with spaces"],
    ),
    "empty": ({"x.yaml": ""}, ["x.yaml:1: is empty; write lines such as key: value"]),
    "only comments": ({"x.yaml": "# soon\n# more\n"}, ["x.yaml:1: is empty; write lines such as key: value"]),
    "only a fence": ({"x.yaml": "---\n"}, ["x.yaml:2: is empty; write lines such as key: value"]),
    "a list": ({"x.yaml": "- a\n"}, ["x.yaml:1: must be keys with values; write lines such as key: value"]),
    "prose": ({"x.yaml": "\nWe seek a PhD.\n"}, ["x.yaml:2: must be keys with values; write lines such as key: value"]),
    "nothing required": (
        {"x.yaml": "status: open\n"},
        ["x.yaml:1: role: is missing; add it", "x.yaml:1: title: is missing; add it"],
    ),
    "everything at once, in order of lines": (
        {"x.yaml": "titel: A\nrole: phd\nfte: 200\ndeadline_kind: fixed\ntags: [a, NO, b,\n  12:30]\n"},
        [
            'x.yaml:1: "titel" is no key I know; did you mean "title"?',
            "x.yaml:1: title: is missing; add it",
            "x.yaml:3: fte: 200 is no number from 1 to 100",
            'x.yaml:4: deadline_kind: "fixed" needs a deadline; add one',
            'x.yaml:5: tags: YAML takes NO for true or false; write "NO" in quotes',
            'x.yaml:6: tags: YAML takes 12:30 for the number 750; write "12:30" in quotes',
        ],
    ),
    "a broken deadline is not also a missing one": (
        {"x.yaml": f"{HEAD}deadline: soon\ndeadline_kind: fixed\n"},
        ['x.yaml:3: deadline: "soon" is no date; write YYYY-MM-DD or YYYY-MM-DD HH:MM'],
    ),
    "UTF-8 with BOM": (
        {"x.yaml": b"\xef\xbb\xbf" + HEAD.encode(), "y.md": b"\xef\xbb\xbf---\n" + HEAD.encode() + b"fte: 0\n---\n"},
        ["y.md:4: fte: 0 is no number from 1 to 100"],
    ),
    "UTF-16 with BOM": (
        {"x.yaml": HEAD.encode("utf-16")},
        ["x.yaml:1: is UTF-16; save it as UTF-8"],
    ),
    "UTF-16 without BOM": (
        {"x.yaml": HEAD.encode("utf-16-le")},
        [
            "x.yaml:1: holds the character U+0000 (a control character); delete it, or save the file as UTF-8",
        ],
    ),
    "Latin-1": (
        {"x.yaml": f"{HEAD}location: Tübingen\n".encode("latin-1")},
        ["x.yaml:3: is not UTF-8; save it as UTF-8"],
    ),
    "Windows line ends count as one line": (
        {"x.yaml": f"{HEAD}\nfte: 200\n".replace("\n", "\r\n")},
        ["x.yaml:4: fte: 200 is no number from 1 to 100"],
    ),
    "old Macintosh line ends count as one line": (
        {"x.yaml": f"{HEAD}\nfte: 200\n".replace("\n", "\r")},
        ["x.yaml:4: fte: 200 is no number from 1 to 100"],
    ),
    "more than a MiB": (
        {"x.yaml": HEAD + "#" * (MAX_BYTES - len(HEAD) + 1)},
        ["x.yaml:1: is larger than 1 MiB; shorten it"],
    ),
    "billion laughs": (
        {"x.yaml": "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghi"))},
        ["x.yaml:1: * or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"],
    ),
    "an anchor within itself": (
        {"x.yaml": "title: &a [*a, *a]\n"},
        ["x.yaml:1: * or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"],
    ),
    "an anchor after characters beyond 16 bits": (
        {"x.yaml": "title: 🤖🤖🤖\nrole: &a phd\n"},
        ["x.yaml:2: * or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"],
    ),
    "merge key with an alias": (
        {"x.yaml": f"{HEAD}contact: &c {{name: a}}\n<<: *c\n"},
        ["x.yaml:3: * or & begins an alias or anchor of YAML's; write the value out, or put it in quotes"],
    ),
    "several documents": (
        {"x.yaml": f"{HEAD}...\n---\n{HEAD}"},
        ["x.yaml:4: a second document begins; write one to a file"],
    ),
    "another ending": (
        {"a.yml": HEAD, "b.json": "{}", "c.markdown": "", "D.YAML": HEAD, "e.MD": "", "x.txt": "", "Makefile": ""},
        [
            "D.YAML:1: is not read; rename it to d.yaml",
            "a.yml:1: is not read; rename it to a.yaml",
            "b.json:1: is not read; rename it to b.yaml",
            "c.markdown:1: is not read; rename it to c.md",
            "e.MD:1: is not read; rename it to e.md",
        ],
    ),
    "bad ids": (
        {"Big.yaml": HEAD, "a b_c.yaml": HEAD, "München.md": HEAD, "-x.yaml": HEAD, "x-.md": HEAD, "博士.yaml": HEAD},
        [
            '-x.yaml:1: "-x" is no id; rename the file to x.yaml',
            'Big.yaml:1: "Big" is no id; rename the file to big.yaml',
            'München.md:1: "München" is no id; rename the file to munchen.md',
            'a b_c.yaml:1: "a b_c" is no id; rename the file to a-b-c.yaml',
            'x-.md:1: "x-" is no id; rename the file to x.md',
            '博士.yaml:1: "博士" is no id; rename the file to a-better-name.yaml',
        ],
    ),
    "two files with one id": (
        {"a.yaml": HEAD, "a.md": f"---\n{HEAD}---\n"},
        [
            'a.md:1: the id "a" is also that of a.yaml; rename one of them',
            'a.yaml:1: the id "a" is also that of a.md; rename one of them',
        ],
    ),
    "three files with one id, in sub-folders": (
        {"a.yaml": HEAD, "2026/a.yaml": HEAD, "2027/a.yaml": HEAD},
        [
            f'2026{os.sep}a.yaml:1: the id "a" is also that of 2027{os.sep}a.yaml and a.yaml; rename one of them',
            f'2027{os.sep}a.yaml:1: the id "a" is also that of 2026{os.sep}a.yaml and a.yaml; rename one of them',
            f'a.yaml:1: the id "a" is also that of 2026{os.sep}a.yaml and 2027{os.sep}a.yaml; rename one of them',
        ],
    ),
    "a former id that is another's id": (
        {"a.yaml": f"{HEAD}aliases: [b]\n", "b.yaml": HEAD},
        ['a.yaml:3: aliases: "b" is the id of another posting; delete it here'],
    ),
    "a former id twice": (
        {"a.yaml": f"{HEAD}aliases: [old, a]\n", "b.md": f"---\n{HEAD}\naliases: [old]\n---\n"},
        ['b.md:5: aliases: "old" is also a former id of a; keep one'],
    ),
    "Markdown without front matter": (
        {"x.md": "# PhD\n"},
        ["x.md:1: must begin with a line --- and its keys, then another line ---"],
    ),
    "Markdown with a blank line first": (
        {"x.md": f"\n---\n{HEAD}---\n"},
        ["x.md:1: must begin with a line --- and its keys, then another line ---"],
    ),
    "Markdown with open front matter": (
        {"x.md": f"---\n{HEAD}Text.\n"},
        ["x.md:1: has no second line --- after its keys; add it"],
    ),
    "Markdown with empty front matter": ({"x.md": "---\n---\n"}, ["x.md:2: is empty; write lines such as key: value"]),
    "description in both places": (
        {"x.md": f"---\n{HEAD}description: A\n---\nB\n"},
        ["x.md:4: description: stands among the keys and below them; keep one of the two"],
    ),
    "an odd character in the body": (
        {"x.md": f"---\n{HEAD}---\nA\nB\u202e\n"},
        ["x.md:6: holds the character U+202E (right-to-left override); delete it, or save the file as UTF-8"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), FILES.values(), ids=FILES)
def test_wrong_files_are_named_with_what_to_do(tmp_path, files, expected):
    assert problems_of(tmp_path, files) == expected


def test_what_cannot_be_read_is_a_problem_of_its_own(tmp_path):
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (tmp_path / "itself.yaml").symlink_to(tmp_path / "itself.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "up").symlink_to(tmp_path)
    assert problems_of(tmp_path, {"good.yaml": HEAD}) == [
        f"{name}.yaml:1: cannot be read: it is a broken link or no plain file"
        for name in ("dangling", "itself", "pipe")
    ]


def test_a_name_that_is_no_text_can_still_be_printed(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text(HEAD)
    assert problems_of(tmp_path, {}) == [r'\xff.yaml:1: "\xff" is no id; rename the file to a-better-name.yaml']


def test_a_file_of_just_a_mib_is_read(tmp_path):
    text = f"{HEAD}# "
    assert problems_of(tmp_path, {"x.yaml": text + "x" * (MAX_BYTES - len(text))}) == []


DEEP = {
    "flow": "[" * 400_000,
    "closed flow": "[" * 400_000 + "]" * 400_000,
    "maps in flow": "{a: " * 200_000,
    "dashes": "- " * 400_000,
    "question marks": "? " * 400_000,
    "indentation": "\n".join(" " * depth + "a:" for depth in range(1300)),
    "dashes and indentation": "\n".join(" " * 14 * depth + "- " * 7 for depth in range(350)),
}


def test_nesting_of_any_depth_does_not_end_the_process(tmp_path):
    for name, text in DEEP.items():
        (tmp_path / f"{name.replace(' ', '-')}.yaml").write_text(text)
    script = (
        "import pathlib, sys, threading; from bot.sources.files import Registry; "
        "threading.stack_size(256 * 1024); "  # as small as a thread's stack gets on other systems
        "show = lambda: print(*Registry(pathlib.Path(sys.argv[1]), 'UTC').read().problems, sep='\\n'); "
        "thread = threading.Thread(target=show); thread.start(); thread.join()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False, timeout=60,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(ran.stdout.splitlines()) == len(DEEP), ran.stdout
    assert all("is nested too deeply" in line for line in ran.stdout.splitlines()), ran.stdout


WORDS = """title: | role: phd | deadline: | tags: | 2027-05-02 | 12:30 | - | [ | ] | { | } | : | # | " | ' | &a | *a
    | !! | <<: | --- | ... | > | % | @ | \\ | é | 🤖 | ? | , | x | 0 | ~ | = | ` """.split(" | ")
pieces = st.sampled_from([*WORDS, "\n", "\n  ", "\n- ", "\r\n", "\t", " ", "|", "\u202e"])
yaml_like = st.lists(pieces, max_size=25).map("".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(st.binary(max_size=80), yaml_like.map(str.encode), st.text(max_size=60).map(str.encode)))
def test_no_content_does_more_than_make_problems(tmp_path, content):
    files = {"x.yaml": content, "y.md": b"---\n" + content, "good.yaml": HEAD}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    reading = Registry(tmp_path, "UTC").read()
    assert "good" in [posting.id for posting in reading.changed]
    for problem in reading.problems:
        size = len((tmp_path / Path(problem.path).name).read_bytes().splitlines())
        assert "\n" not in problem.text
        assert 1 <= problem.line <= max(size, 1) + 1


NEVER_OPEN = {
    "posted: 2027-05-01\ndeadline: 2027-03-01": (3, "2027-05-01"),
    "deadline: 2027-05-01 08:00\nposted: 2027-05-02": (4, "2027-05-02"),
    "deadline: 2027-05-01T20:00Z\nlocation: Ulm\nposted: 2027-05-02\nstatus: draft": (5, "2027-05-02"),
    "timezone: Pacific/Kiritimati\ndeadline: 2026-05-02\nposted: 2027-05-01": (5, "2027-05-01"),
}


@pytest.mark.parametrize("keys", NEVER_OPEN)
def test_what_opens_after_its_deadline_is_a_problem(tmp_path, keys):
    line, day = NEVER_OPEN[keys]
    said = f"posted: {day} lies after the deadline, so it would never be open; check the years"
    assert problems_of(tmp_path, {"x.yaml": f"{HEAD}{keys}\n"}) == [f"x.yaml:{line}: {said}"]


@pytest.mark.parametrize(
    "keys",
    [
        "posted: 2027-05-01\ndeadline: 2027-05-01",
        "posted: 2027-05-01\ndeadline: 2027-05-01 09:00",
        "posted: 2027-05-01\ndeadline: 2027-04-30T23:00Z",  # which is 1 o'clock in Berlin
        "posted: 2027-05-01\ndeadline: 2027-03-01\ndeadline_kind: review-begins",
        "posted: 2027-05-01\ndeadline: 2027-03-01\nstatus: filled",
    ],
)
def test_what_may_be_open_for_a_while_or_is_over_on_purpose_is_none(tmp_path, keys):
    assert problems_of(tmp_path, {"x.yaml": f"{HEAD}{keys}\n"}) == []
