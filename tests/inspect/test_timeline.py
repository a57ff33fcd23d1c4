"""The timeline as a page: everything is in it, nothing lies on another, and no text becomes markup."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.notice import Kind, State
from bot.domain.zones import zone
from bot.inspect.axis import Axis
from bot.inspect.marks import DIGEST, PLANNED, DeadlineMark, Mark
from bot.inspect.rows import ROWS
from bot.inspect.timeline import TimelineSpan, page
from tests.domain.build import channel, instant

NOW = instant("2027-04-15 13:00")
START, END = NOW - timedelta(days=14), NOW + timedelta(days=30)
HOSTILE = "<script>alert(1)</script>]]>&amp;\"' onload=x \u202e\x00\x1b\ud800"


def mark(days=1.0, kind="announcement", state=PLANNED, where="lab", names=("phd-owls",), **given):
    return Mark(NOW + timedelta(days=days), where, "slack", kind, names, state=state, **given)


def span(*marks, channels=("lab",), start=START, end=END, **given):
    return TimelineSpan(
        start, end, NOW, "Europe/Berlin", [channel(name, platform="slack") for name in channels], marks, **given
    )


def picture(shown):
    """The first SVG of the page as a tree, read strictly."""
    svg = re.search(r"<svg .*?</svg>", page(shown).html, re.DOTALL)[0]
    return ET.fromstring(svg)


def groups(tree, class_):
    return [one for one in tree.iter("g") if class_ in one.get("class", "").split()]


def tooltip(one):
    return one.find("title").text


def place(one):
    return tuple(map(float, re.findall(r"[-\d.]+", one.get("transform"))))


def rows(shown):
    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.rows, self.inside = [], False

        def handle_starttag(self, tag, attrs):
            if tag == "tr":
                self.rows.append([])
            self.inside = tag in {"td", "th", "li"} and bool(self.rows)
            if self.inside and tag != "li":
                self.rows[-1].append("")

        def handle_endtag(self, tag):
            self.inside = False

        def handle_data(self, data):
            if self.inside:
                self.rows[-1][-1] += data

    reader = Reader()
    reader.feed(page(shown).html)
    return reader.rows


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (Kind.ANNOUNCEMENT, "announcement"),
        (Kind.REMINDER, "reminder"),
        (Kind.DEADLINE_MOVED, "news"),
        (Kind.REOPENED, "news"),
        (Kind.CLOSED, "news"),
        (Kind.EDIT, "edit"),
        (Kind.WITHDRAWAL, "edit"),
        (DIGEST, "digest"),
    ],
)
def test_each_kind_has_a_shape(kind, shape):
    [one] = groups(picture(span(mark(kind=str(kind)))), "mark")
    assert shape in one.get("class").split()


def test_what_became_of_a_message_shows():
    states = {PLANNED: "planned", State.DELIVERED: "delivered", State.REFUSED: "refused", State.IN_DOUBT: "doubt"}
    states |= {State.ON_THE_WIRE: "doubt", State.DUE_AGAIN: "again"}
    for state, class_ in states.items():
        [one] = groups(picture(span(mark(state=str(state)))), "mark")
        assert class_ in one.get("class").split()
        assert bool([sign for sign in one if sign.get("class") == "sign"]) is (class_ in {"refused", "doubt"})


def test_a_mark_says_in_words_what_it_is():
    one = mark(kind="reminder", lead="7d")
    shown = span(one, titles={"phd-owls": "Owls at night"})
    assert tooltip(groups(picture(shown), "mark")[0]) == (
        "Fri 16 Apr 2027, 15:00 · lab · reminder (7d): Owls at night · planned"
    )


def test_all_of_it_stands_in_the_table_day_by_day():
    shown = span(
        mark(2, "reminder", lead="7d"),
        mark(-1, state="refused", where="old"),
        deadlines=[DeadlineMark(NOW + timedelta(days=2, hours=1), "phd-owls", "Owls at night")],
        titles={"phd-owls": "Owls at night"},
    )
    assert rows(shown) == [
        ["Time", "What", "Posting", "Channels", "State"],
        ["Wednesday, 14 April 2027"],
        ["15:00", "announcement", "Owls at night", "old", "refused"],
        ["Saturday, 17 April 2027"],
        ["15:00", "reminder (7d)", "Owls at night", "lab", "planned"],
        ["16:00", "deadline", "Owls at night", "", ""],
    ]


def test_what_many_channels_hear_at_the_same_time_is_one_row():
    second = 1 / 86400
    shown = span(
        mark(-1, state="delivered", where="a-"),
        mark(-1 + second, state="refused", where="b-"),
        mark(-1 + 2 * second, "edit", state="delivered", where="a-"),
        mark(-1 + 120 * second, state="delivered", where="c-"),
        titles={"phd-owls": "Owls at night"},
    )
    assert rows(shown)[2:] == [
        ["15:00", "announcement", "Owls at night", "a-: deliveredb-: refused", "1 delivered, 1 refused"],
        ["15:00", "edit", "Owls at night", "a-", "delivered"],
        ["15:02", "announcement", "Owls at night", "c-", "delivered"],
    ]
    chips = re.findall(r'<li class="chip (\w+)">([^<]+)</li>', page(shown).html)
    assert chips[:2] == [("delivered", "a-: delivered"), ("refused", "b-: refused")]
    crowd = page(span(*(mark(where=f"lab-{number}") for number in range(99)))).html
    assert crowd.count('class="chip ') == 40
    assert "<li>and 59 more</li>" in crowd


def test_the_first_look_falls_on_now():
    def left(shown):
        return float(re.search(r"\.here { left: ([\d.]+)%", page(shown).style)[1])

    assert left(span(start=NOW, end=END)) == left(span(start=NOW + timedelta(days=1), end=END)) == 16.3
    assert left(span(start=NOW - timedelta(days=9), end=NOW)) == left(span(start=START, end=NOW)) == 98.3
    assert 16.3 < left(span()) < 98.3
    assert left(span(start=NOW, end=NOW)) == 16.3


def test_a_channel_that_hears_nothing_has_a_lane_and_one_of_the_past_too():
    tree = picture(span(mark(-1, where="old", state="delivered"), channels=("lab", "quiet")))
    assert [tooltip(one) for one in groups(tree, "label")] == ["lab (slack)", "quiet (slack)", "old (slack, formerly)"]


def test_of_hundreds_of_channels_those_that_hear_something_have_a_lane():
    tree = picture(span(mark(where="lab-7"), channels=[f"lab-{number}" for number in range(300)]))
    assert [tooltip(one) for one in groups(tree, "label")] == ["lab-7 (slack)"]


def test_marks_of_one_instant_stand_above_each_other_and_too_many_are_counted():
    five = groups(picture(span(*[mark(names=(f"p{number}",)) for number in range(5)])), "mark")
    assert len({place(one)[0] for one in five}) == 1
    assert len({place(one)[1] for one in five}) == 5
    [count] = groups(
        picture(span(*[mark(names=(f"p{n}",), state="refused" if n else PLANNED) for n in range(6)])), "mark"
    )
    assert {"count", "refused"} <= set(count.get("class").split())
    assert tooltip(count).startswith("6 messages, Fri 16 Apr 2027, 15:00: 6 announcement (5 refused, 1 planned)")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-14, 30), st.sampled_from(["lab", "other"])), max_size=120))
def test_no_mark_lies_on_another(placed):
    tree = picture(span(*[mark(days, where=where, names=(str(n),)) for n, (days, where) in enumerate(placed)]))
    height = float(tree.get("viewBox").split()[3])
    centres = [place(one) for one in groups(tree, "mark")]
    for number, (x, y) in enumerate(centres):
        assert 196 <= x <= 1180
        assert 0 < y < height
        for other_x, other_y in centres[number + 1 :]:
            assert abs(x - other_x) > 15 or abs(y - other_y) > 15


def test_deadlines_are_lines_with_their_titles():
    end = NOW + timedelta(days=9)
    tree = picture(
        span(deadlines=[DeadlineMark(end, "phd-owls", "Owls at night"), DeadlineMark(end, "phd-newts", "Newts")])
    )
    [flag] = groups(tree, "flag")
    assert flag.find("text").text == "Owls at night +1"
    assert tooltip(flag) == "Owls at night (deadline Sat 24 Apr 2027, 15:00); Newts (deadline Sat 24 Apr 2027, 15:00)"
    x = Axis(START, END, 196, 1180, zone("UTC")).x(end)
    lines = [float(one.get("x1")) for one in tree.iter("line") if one.get("class") == "deadline"]
    assert lines
    assert all(line == pytest.approx(x, abs=0.1) for line in lines)


def test_titles_of_deadlines_do_not_lie_on_each_other():
    many = [
        DeadlineMark(NOW + timedelta(days=day / 2), f"p{day}", f"A title of some length {day}") for day in range(60)
    ]
    taken = []
    for flag in groups(picture(span(deadlines=many)), "flag"):
        for text in flag.iter("text"):
            wide = 6.3 * len(text.text)
            x = float(text.get("x"))
            taken.append((x - wide, x, text.get("y")) if text.get("text-anchor") else (x, x + wide, text.get("y")))
    assert len(taken) > 15
    for number, (left, right, y) in enumerate(taken):
        assert left > 0
        assert right <= 1200
        assert all(y != other[2] or right <= other[0] or other[1] <= left for other in taken[number + 1 :])


def test_quiet_hours_and_days_off_are_shaded_in_the_channels_lane_alone():
    quiet, other = channel("quiet", quiet="22:00-08:00"), channel("other")
    week = replace(span(end=START + timedelta(days=7)), channels=[quiet, other])
    assert len([one for one in picture(week).iter("rect") if one.get("class") == "peace"]) == 7
    year = replace(week, end=START + timedelta(days=365))
    assert not [one for one in picture(year).iter("rect") if one.get("class") == "peace"]


def test_today_is_a_line_where_it_lies_in_the_span():
    def lines(shown):
        return [one for one in picture(shown).iter("line") if one.get("class") == "now"]

    assert len(lines(span())) == 1
    assert not lines(span(start=NOW - timedelta(days=9), end=NOW - timedelta(days=2)))


def test_nothing_to_show_is_said():
    assert "Nothing is said in this span, and no deadline lies in it." in page(span()).html
    assert "Messages: nothing is said in this span." in page(span()).html


def test_a_thousand_messages_are_less_than_a_megabyte():
    title = "A title as they are: PhD student in the hearing of owls"
    many = [mark(n / 40, where=f"lab-{n % 7}", names=(f"p{n}",), kind=("reminder", "edit")[n % 2]) for n in range(1000)]
    titles = {f"p{n}": f"{title} {n}" for n in range(1000)}
    ends = [DeadlineMark(NOW + timedelta(hours=n), f"p{n}", titles[f"p{n}"]) for n in range(300)]
    shown = span(*many, channels=[f"lab-{n}" for n in range(7)], deadlines=ends, titles=titles)
    assert len(page(shown).html.encode()) < 1_000_000


def test_what_is_too_much_for_a_table_is_counted():
    many = [mark(n / 4000, where="lab", names=(f"p{n}",)) for n in range(ROWS + 5)]
    assert "… and 5 more messages" in page(span(*many)).html


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_becomes_markup(title, name):
    for text in (title, HOSTILE + title):
        shown = span(
            mark(names=("p",), where=name + HOSTILE),
            deadlines=[DeadlineMark(NOW + timedelta(days=1), "p", text)],
            titles={"p": text},
            channels=("lab", name + HOSTILE),
        )
        html = page(shown).html
        assert set(re.findall(r"<([a-z]+)", html)) <= TAGS
        assert "<script" not in html
        assert not set(html) & set("\u202e\x00\x1b")
        html.encode()
        picture(shown)


_HTML = "html head meta title style body main h h1 h2 p div section ul li table thead tbody tr th td"
TAGS = {*_HTML.split(), *"svg desc rect line text g circle path".split()}


@pytest.mark.parametrize("where", ["Europe/Berlin", "AoE", "Pacific/Apia", "America/New_York", "UTC"])
@pytest.mark.parametrize("days", [0, 0.01, 1, 3, 10, 14, 20, 44, 98, 100, 365, 400, 3650, 300_000])
def test_an_axis_of_any_length_names_some_instants_and_not_too_many(days, where):
    axis = Axis(NOW, NOW + timedelta(days=days), 0, 984, zone(where))
    ticks = [tick for tick in axis.ticks() if tick.label]
    places = [axis.x(tick.at) for tick in ticks]
    assert places == sorted(places)
    assert all(0 <= place <= 984 for place in places)
    assert all(right - left > 64 for left, right in pairwise(places))  # as wide as a label
    assert ticks or days < 0.2
    assert all(left <= right for left, right in axis.weekends())


def test_it_is_one_page_with_one_style_and_a_policy_for_it():
    shown = page(span(mark()))
    html = shown.html
    assert html.startswith('<!doctype html>\n<html lang="en">')
    assert html.count("<style>") == 1
    assert " style=" not in html
    assert not re.search(r"(?:href|src|action)=|url\(|@import|https?://", html)
    assert "script-src" not in shown.policy
    assert shown.policy.startswith("default-src 'none'; style-src 'sha256-")
