"""Days written out in every way are read back as themselves; nothing that anybody writes does harm."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from babel.dates import format_date
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.language import languages, time_words
from bot.questions.spans import About, Days, spans
from bot.questions.spans.calendar import easter
from bot.questions.spans.grammar import RULES
from bot.questions.spans.parsing import patterns

ROOT = Path(__file__).parents[2]
few = settings(max_examples=20, deadline=None)
TODAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))
DAY = timedelta(days=1)
WRITTEN = {
    "en": ("yyyy-MM-dd", "dd.MM.yyyy", "d.M.yyyy", "d MMMM yyyy", "MMMM d, yyyy", "EEEE, d MMMM yyyy", "d MMM yyyy"),
    "de": (
        "yyyy-MM-dd",
        "dd.MM.yyyy",
        "d.M.yyyy",
        "d. MMMM yyyy",
        "EEEE, 'den' d. MMMM yyyy",
        "EE, d.M.yyyy",
        "d.M.yy",
    ),
}
FROM_TO = {
    "en": ("from {} to {}", "between {} and {}", "{} – {}", "{} until {}", "after {0} and before {1}"),
    "de": ("vom {} bis {}", "zwischen dem {} und dem {}", "{} - {}", "{} bis zum {}", "ab dem {} bis {}"),
}
BOUND = {
    "en": {"until {}": (None, 0), "before {}": (None, -1), "after {}": (1, None), "from {} on": (0, None)},
    "de": {"bis zum {}": (None, 0), "vor dem {}": (None, -1), "nach dem {}": (1, None), "ab dem {}": (0, None)},
}


def at(today: date) -> datetime:
    return datetime(today.year, today.month, today.day, 12, tzinfo=UTC)


def read(text: str, language: str, today: date) -> tuple[Days, ...]:
    """The readings of the one span that a text names."""
    (span,) = spans(text, language, at(today))
    return span.readings


def ways(language: str, day: date) -> list[str]:
    """A day, in every way in which it is written, but none that has a dot in a short month's name."""
    return [format_date(day, pattern, language) for pattern in WRITTEN[language]]


@pytest.mark.parametrize("language", ["en", "de"])
@few
@given(TODAY, st.dates(date(2015, 1, 1), date(2050, 12, 31)))
def test_a_day_written_in_any_way_is_that_day(language, today, day):
    assume(abs(day.year - today.year) < 29)  # two figures of a year say no more
    for written in ways(language, day):
        assert read(f"deadline {written}", language, today) == (Days.of(day),), written
        assert read(f"({written})", language, today) == (Days.of(day),), written


@pytest.mark.parametrize("language", ["en", "de"])
@few
@given(TODAY, st.dates(date(2020, 1, 1), date(2060, 12, 31)), st.integers(2, 500))
def test_what_is_bounded_by_days_is_bounded_by_them(language, today, day, length):
    end = day + length * DAY
    for start_written, end_written in zip(ways(language, day)[:4], ways(language, end)[:4], strict=True):
        for way in FROM_TO[language]:
            text = way.format(start_written, end_written)
            inner = way.startswith("after")
            wanted = Days(day + DAY, end - DAY) if inner else Days(day, end)
            assert read(f"PhD {text}", language, today) == (wanted,), text
        for way, (first, last) in BOUND[language].items():
            text = way.format(start_written)
            days = [None if off is None else day + off * DAY for off in (first, last)]
            assert read(f"closes {text}", language, today) == (Days(*days),), text


@few
@given(TODAY, st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_figures_that_can_be_read_two_ways_have_both_readings_in_english(today, day):
    text = f"{day.day:02}/{day.month:02}/{day.year}"
    other = [Days.of(date(day.year, day.day, day.month))] if day.day <= 12 and day.day != day.month else []
    assert list(read(f"due {text}", "en", today)) == [Days.of(day), *other]
    assert list(read(f"Frist {text}", "de", today)) == [Days.of(day)]


@few
@given(TODAY, st.integers(1, 400))
def test_a_number_of_days_and_weeks_ahead_is_until_then(today, count):
    for text, language, days in (
        (f"due in {count} days", "en", count),
        (f"due within {count} weeks", "en", count * 7),
        (f"due in the next {count} weeks", "en", count * 7),
        (f"Frist in {count} Tagen", "de", count),
        (f"Frist in den nächsten {count} Wochen", "de", count * 7),
    ):
        assert read(text, language, today) == (Days(today, today + days * DAY),), text


@few
@given(TODAY)
def test_weeks_are_from_monday_to_sunday_and_a_weekday_alone_is_the_next(today):
    monday = today - today.weekday() * DAY
    for text, first in (("this week", 0), ("next week", 7), ("last week", -7), ("the week after next", 14)):
        assert read(f"due {text}", "en", today) == (Days(monday + first * DAY, monday + (first + 6) * DAY),)
    for number, name in enumerate("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()):
        ahead = today + (number - today.weekday()) % 7 * DAY
        assert read(f"Frist {name}", "de", today) == (Days.of(ahead),)
        assert read(f"Frist nächsten {name}", "de", today) == (Days.of(monday + (7 + number) * DAY),)


@few
@given(TODAY, st.integers(0, 99))
def test_numbers_in_words_are_numbers(today, number):
    for language, text in (("en", "due in {} days"), ("de", "Frist in {} Tagen")):
        words = dict(number_words(language))
        assume(number > 0)
        assert read(text.format(words[number]), language, today) == (Days(today, today + number * DAY),)


def number_words(language: str):
    numbers = time_words(language)["numbers"]
    ones, tens = numbers["ones"].split(", "), numbers["tens"].split(", ")
    for number in range(100):
        ten, one = divmod(number, 10)
        if number < 20:
            yield number, ones[number]
        elif not one:
            yield number, tens[ten - 2]
        else:
            name = "ein" if language == "de" and one == 1 else ones[one]
            yield number, numbers["joined"][0].format(ones=name, tens=tens[ten - 2])


TOKENS = """in the next of end week first monday last 3 5/6 31.1. 2027 14. - to from until and or day before after since
bis ende der nächsten woche am 1. mai vor nach weekend , . every few a KW 53 Q3 WS 26/27 's next' june PhD E13 closed
29.2. february 30 hours Ostern heute in''28 99999999999999 ſ ﬁ ١٢ ² ½ – \u0308 \x00 \ud7ff 🦉""".split()


@settings(deadline=None)
@example("29.2. hours 29.2.", date(2000, 1, 1))
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map(" ".join) | st.text(max_size=300), TODAY)
def test_no_text_does_harm_and_spans_stand_in_order_within_it(text, today):
    for language in languages():
        end = 0
        for span in spans(text, language, at(today)):
            assert end <= span.start < span.end <= len(text)
            end = span.end
            for days in span.readings:
                assert days.first or days.last
                assert days.first is None or days.last is None or days.first <= days.last


@pytest.mark.parametrize("year", [1, 1582, 1900, 9999])
def test_at_the_ends_of_the_calendar_there_are_no_days_rather_than_a_fault(year):
    now = datetime(year, 12, 31, 23, tzinfo=UTC)
    for text in ("in 99999 days", "next week", "last year", "in 100 years", "Easter", "this weekend", "29 February"):
        for span in spans(text, "en", now):
            assert span.readings == () or year in {1900, 1582}


def test_a_text_without_time_names_none():
    for path in sorted((ROOT / "postings").glob("*.yaml")):
        posting = yaml.safe_load(path.read_text(encoding="utf-8"))
        named = ("title", "organization", "group", "location", "call", "url")
        for text in [*(posting.get(key, "") for key in named), *posting.get("tags", ())]:
            for language in languages():
                assert spans(text, language, at(date(2027, 2, 10))) == [], text


@pytest.mark.parametrize("language", languages())
def test_a_languages_patterns_name_kinds_that_there_are(language):
    data = time_words(language)
    of_figures = "number day ordinal year yy years figures loose_figures slashed day_alone".split()
    of_signs = "comma dash dot slash apostrophe and clock".split()
    known = {*data["words"], "part_month", *of_figures, *of_signs, *(rule.makes for rule in RULES.values())}
    for pattern in patterns(language).rows:
        for step in pattern.steps:
            assert known.issuperset(step.kinds), step


def test_easter_is_when_it_was():
    # US Naval Observatory, Dates of Easter; the earliest and latest of the calendar among them
    known = {1818: "03-22", 1943: "04-25", 2000: "04-23", 2024: "03-31", 2027: "03-28", 2028: "04-16", 2038: "04-25"}
    assert {year: f"{easter(year):%m-%d}" for year in known} == known


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("closes in June", About.DEADLINE),
        ("in June it closes", About.DEADLINE),
        ("starting in June", About.START),
        ("in June starting", About.START),
        ("posted in June", About.POSTING),
        ("open in June", About.OPEN),
        ("in June", None),
        ("until June", About.DEADLINE),
        ("since June", About.POSTING),
        ("start until June", About.START),
    ],
)
def test_words_around_say_what_it_is_said_of(text, about):
    (span,) = spans(text, "en", at(date(2027, 2, 10)))
    assert span.about is about
