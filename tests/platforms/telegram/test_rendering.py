"""Every message that the bot can make keeps Telegram's rules, whatever a posting holds."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.chat.answering import answer
from bot.chat.commands import commands
from bot.chat.reading import pressed, read
from bot.chat.request import Request
from bot.domain.message import Button, Line, LineKind, Message, Span, shortened
from bot.domain.notice import Kind, Notice, Occasion
from bot.domain.posting import Contact, Deadline, Role, Status, Workplace
from bot.domain.schedule import Destination
from bot.domain.zones import AOE, zone
from bot.language import languages
from bot.platforms.telegram import rendering
from bot.questions.query import EVERYTHING
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import channel, instant, leads, posting
from tests.emulators.telegram_rules import ApiError, judge_keyboard, judge_text, piece, td, utf16

NOW = instant("2027-03-01 08:00")
PLACE = Destination("telegram", "@lab_jobs")
ROOM_OF_A_NAME = 200
LONGEST_ZONE = "America/Argentina/ComodRivadavia"

YEARS = datetime(1960, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001  # hypothesis wants them naive
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def rendered(message, now=NOW):
    """The payload of a message, after Telegram's rules have judged it."""
    payload = rendering.payload(PLACE, message, rendering.content(message, now))
    text, _ = judge_text(payload, now.timestamp(), {})
    judge_keyboard(payload.get("reply_markup"))
    assert utf16(payload["text"]) <= rendering.MAX_TEXT
    assert json.loads(json.dumps(payload)) == payload
    assert text == payload["text"].lstrip()
    return payload


def marked(payload, kind):
    entities = payload.get("entities", [])
    return [piece(payload["text"], one["offset"], one["length"]) for one in entities if one["type"] == kind]


def buttons(payload):
    return [one for row in payload.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"] for one in row]


def line(*parts, kind=LineKind.TEXT):
    return Line.of(*parts, kind=kind)


def message(*lines, rows=()):
    return Message(tuple(lines), tuple(tuple(row) for row in rows))


# --- Hostile postings

SNIPPETS = [
    *(
        "<b>bold</b> *_[]()~`>#+-=|{}.! <!channel> <@U123> &lt; &amp; @everyone @callboard_bot #jobs $EUR /positions "
        "https://evil.example/?a=1&b=<c> someone@lab.example **strong** ~~gone~~ `code` ||spoiler|| --- ``` \\ "
        "[link](https://lab.example/x) ![](https://lab.example/x.png) 👩‍🔬 👨‍👩‍👧‍👦 🇩🇪 🦉 𝕻𝖍𝕯 e̊́̈ שלום مرحبا 終わり"
    ).split(),
    *("\u202eevil\u202c", "\u200b", "\u2028", "\u00a0", "\ufeff", "\u0000", "\x1f", "\u3000", "A\u030a"),
]
words = st.sampled_from(SNIPPETS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
repeats = st.sampled_from([1, 1, 3, 20])
texts = st.builds(lambda some, times: " ".join(some * times), st.lists(words, min_size=1, max_size=3), repeats)
names = texts.filter(lambda text: text.split())
odd_urls = st.sampled_from(
    [
        "https://lab.example/jobs#1",
        "http://localhost/x",
        "https://intranet/jobs",
        "https://192.168.0.7/x",
        "https://[::1]/x",
        "https://user:password@lab.example/",
        "https://lab.example:8443/x?y=ü&z=(1)",
        "https://lab.example:99999/",
        "https://müller.example/é",
        "https://xn--mller-kva.example/",
        "https://лаборатория.рф/работа",
        "https://e1.xn--p1ai",
        "https://lab_a.example/",
        "https://-lab-.example/",
        "https://lab..example/",
        "https://.example/",
        "https://lab.example./",
        "https://lab.example\\@evil.example",
        "https://lab.e/",
        "HTTPS://LAB.EXAMPLE/",
        "https://lab.example/" + "x" * 3000,
        "https://" + "a." * 60 + "1/",
        "mailto:jobs@lab.example",
        "jobs@lab.example",
        "ftp://lab.example/x",
        "javascript:alert(1)",
        "https://",
        "tg://user?id=1",
    ]
)
deadlines = st.builds(
    lambda days, minutes, where: Deadline(
        (NOW + timedelta(days=days, minutes=minutes)).astimezone(zone(where)).replace(second=0), where
    ),
    st.integers(-400, 3000),
    st.integers(0, 1440),
    st.sampled_from(["UTC", "Europe/Berlin", LONGEST_ZONE, AOE, "Asia/Kathmandu"]),
)
marks = st.sampled_from(["", "# ", "- ", "1. ", "  - ", "> ", "> - ", "> > ", "> ```\n> ", "    ", "```\n", "**", "_"])
markdown = st.builds(
    lambda lines, times: "\n".join(lines * times), st.lists(st.builds(str.__add__, marks, texts), max_size=5), repeats
)


numbers = count()


@st.composite
def postings(draw, **given):
    kind = draw(st.sampled_from(["fixed", "review-begins", "rolling"]))
    optional = {
        "deadline": deadlines,
        "organization": texts,
        "group": texts,
        "location": texts,
        "workplace": st.sampled_from(Workplace),
        "pay": texts,
        "start": texts,
        "fte": st.floats(1, 100),
        "url": odd_urls,
        "apply": odd_urls | texts,
        "contact": st.builds(Contact, texts, st.just("jobs@lab.example"), odd_urls),
        "summary": texts,
        "description": markdown,
        "tags": st.lists(texts, max_size=3).map(tuple),
        "skills": st.lists(texts, max_size=3).map(tuple),
    }
    some = {name: draw(strategy) for name, strategy in optional.items() if name in given or draw(st.booleans())}
    return posting(
        "p" * draw(st.sampled_from([1, 10, 90])) + str(next(numbers)),
        title=draw(names),
        role=" ".join(draw(st.lists(st.sampled_from(Role), min_size=1, max_size=10, unique=True))),
        deadline_kind=kind if "deadline" in some else "rolling",
        **some,
    )


LAB = channel(platform="telegram", address="@lab_jobs")


def notice(one, kind=Kind.ANNOUNCEMENT, lead=None):
    return Notice(Occasion(one, kind, NOW, lead), LAB.name)


def assert_shown(payload, words, one, length=ROOM_OF_A_NAME):
    """The title and the whole deadline stand there."""
    assert rendering.cleaned(shortened(one.title, length)).strip() in payload["text"]
    if one.deadline and one.deadline_kind != "rolling" and one.status is Status.OPEN:
        assert words.when(one.deadline) in payload["text"]


def here(*some):
    return context(some, NOW, empty="Nothing is open.\n\nWrite to <jobs@lab.example>.")


def answered(asked, text, language, page=1):
    request = replace(read(text), page=page)
    return answer(replace(asked, wording=wording(language)), request).message


spoken = st.sampled_from(languages())


@quick
@given(postings(), spoken)
def test_announcements_and_reminders(one, language):
    words = wording(language)
    announcement = rendered(words.notice([notice(one)], NOW, LAB))
    assert_shown(announcement, words, one)
    assume(one.deadline and one.deadline.at > NOW)
    reminder = rendered(words.notice([notice(one, Kind.REMINDER, leads("7d")[0])], NOW, LAB))
    assert_shown(reminder, words, one)


@quick
@given(postings(description=True), st.sampled_from(Status), spoken)
def test_a_posting_in_full(one, status, language):
    one = replace(one, status=status)
    words = wording(language)
    assert_shown(rendered(words.posting(one, NOW, "Europe/Berlin")), words, one)


@quick
@given(st.lists(postings(), min_size=1, max_size=4), st.integers(1, 5), spoken)
def test_lists(some, times, language):
    words = wording(language)
    some = [replace(one, id=f"{one.id}-{number}") for one in some for number in range(times)]
    asked = here(*some)
    for text in ("/positions all", "/positions closed", "/deadlines 3000", "/search xyzzy", "/position nothing"):
        rendered(answered(asked, text, language))
    for page in (1, 2, 3):
        listed = answered(asked, "/positions", language, page)
        payload = rendered(listed)
        first = 8 * (page - 1)
        found = asked.index.find(EVERYTHING, NOW)
        for number, one in enumerate(found[first : first + 8], first + 1):
            assert f"\n{number}. " in payload["text"]
            assert_shown(payload, words, one, 120)


@settings(quick, max_examples=10)
@given(st.lists(postings(), min_size=1, max_size=4), st.integers(6, 200), st.booleans(), spoken)
def test_digests(some, number, reminds, language):
    words = wording(language)
    notices = [notice(replace(some[place % len(some)], id=f"p{place}")) for place in range(number)]
    if reminds:
        notices[1::2] = [notice(one.occasion.posting, Kind.REMINDER, leads("1d")[0]) for one in notices[1::2]]
    payload = rendered(words.notice(notices, NOW, LAB))
    named = payload["text"].count("\n• ")
    assert named >= 6
    for one in sorted(notices[:named], key=lambda one: one.occasion.kind):
        assert_shown(payload, words, one.occasion.posting, 80)
    assert (f" {number - named} " in payload["text"].splitlines()[-1]) == (named < number)


# --- The worst that fits into the fields

WORST = {
    "title": "🦉" * 500,
    "role": " ".join(Role),
    "location": "🏛" * 300,
    "organization": "🏛" * 300,
    "group": "🏛" * 300,
    "pay": "💶" * 300,
    "summary": "🌱" * 3000,
    "url": "http://localhost/" + "🔗" * 5000,
    "apply": "http://localhost/" + "🔗" * 5000,
    "timezone": LONGEST_ZONE,
    "deadline": "2028-10-01 00:00",
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["fixed", "review-begins"])
def test_the_longest_fields_of_all(language, kind):
    words = wording(language)
    some = [posting(f"{'p' * 90}{n}", deadline_kind=kind, description="🦉 owl\n\n" * 500, **WORST) for n in range(20)]
    asked = here(*some)
    listed = rendered(answered(asked, "/positions", language, page=2))
    assert listed["text"].count(words.when(some[0].deadline)) == 8
    assert listed["text"].splitlines()[-1].endswith("3")  # page 2 of 3
    rendered(answered(asked, "/position " + "🦉" * 400, language))
    for text in ("/positions " + "xyzzy 🦉" * 60, "/search " + "xyzzy" * 90):
        nothing = rendered(answered(asked, text, language))
        assert len(nothing["text"].splitlines()) == 1
        assert nothing["reply_markup"]["inline_keyboard"][-1][0]["callback_data"] == "positions.1"
    digest = rendered(words.notice([notice(one) for one in some], NOW, LAB))
    named = digest["text"].count(words.when(some[0].deadline))
    assert named >= 6
    assert digest["text"].splitlines()[-1].startswith(f"… {'und' if language == 'de' else 'and'} {20 - named} ")
    for shown in (words.notice([notice(some[0])], NOW, LAB), words.posting(some[0], NOW, "UTC")):
        payload = rendered(shown)
        assert_shown(payload, words, some[0])
        advert, apply = payload["text"].splitlines()[-2:]
        assert ": http://localhost/🔗" in advert
        assert ": http://localhost/🔗" in apply


def test_help_and_nothing_open():
    for language in languages():
        rendered(answered(here(), "/help", language))
        assert "Write to <jobs@lab.example>." in rendered(answered(here(), "/positions", language))["text"]
        assert "Write to <jobs@lab.example>." in rendered(answered(here(), "/deadlines", language))["text"]
        rendered(answered(here(posting()), "/nonsense", language))
        rendered(answered(here(posting()), "/deadlines soon", language))


# --- Text


@settings(quick, max_examples=60)
@given(
    st.lists(
        st.builds(
            lambda spans, kind: Line(tuple(spans), kind),
            st.lists(
                st.builds(
                    Span,
                    texts | st.sampled_from([" ", "  a", "a  ", "\n"]),
                    *[st.booleans()] * 4,
                    st.none() | odd_urls,
                    st.none() | st.datetimes(*YEARS, timezones=st.just(UTC)),
                ),
                max_size=3,
            ),
            st.sampled_from(LineKind),
        ),
        min_size=1,
        max_size=5,
    ),
    repeats,
)
def test_any_lines_at_all(lines, times):
    payload = rendered(message(Line.of("First of all"), *lines * times))
    assert payload["text"].startswith("First of all")


@pytest.mark.parametrize("spare", range(-3, 4))
@pytest.mark.parametrize("tail", [["", "", "x"], ["x"], ["x", "y", "z"], [""], []])
def test_a_text_that_just_fits_is_whole_and_one_that_does_not_says_so(spare, tail):
    whole = "\n".join(["🦉" * 2000, *tail]).rstrip()
    first = "x" * (rendering.MAX_TEXT - utf16(whole) + spare) + "🦉" * 2000
    payload = rendered(message(line(first), *(line(text) for text in tail)))
    whole = "\n".join([first, *tail]).rstrip()
    if utf16(whole) <= rendering.MAX_TEXT - 4:
        assert payload["text"] == whole
    elif payload["text"] != whole:
        assert payload["text"].endswith("…")
        assert utf16(payload["text"]) >= rendering.MAX_TEXT - 3


def test_what_follows_a_cut_is_left_out_with_its_marks():
    payload = rendered(message(line(Span("a" * 5000, bold=True)), line(Span("later", italic=True))))
    assert marked(payload, "bold") == ["a" * 4095 + "…"]
    assert marked(payload, "italic") == []


def test_marks_stand_in_utf_16_and_not_around_white_space():
    payload = rendered(
        message(line("👩‍🔬 ", Span(" owls 🦉 ", bold=True), Span("  ", italic=True), Span("x", code=True)))
    )
    assert marked(payload, "bold") == ["owls 🦉"]
    assert marked(payload, "code") == ["x"]
    assert marked(payload, "italic") == []
    assert payload["text"] == "👩‍🔬  owls 🦉   x"


def test_text_of_a_posting_is_text_and_nothing_else():
    title = "<b>*_[x](https://evil.example)_*</b> `&amp;` <!channel>"
    payload = rendered(wording("en").notice([notice(posting(title=title))], NOW, LAB))
    assert title in payload["text"]
    assert marked(payload, "bold") == [title]
    assert "parse_mode" not in payload
    assert {one["type"] for one in payload["entities"]} == {"bold"}


def test_quoted_lines_become_one_block_each():
    quoted = [line("one", kind=LineKind.QUOTE), line("  • two ", kind=LineKind.QUOTE)]
    payload = rendered(message(line("a"), *quoted, line("b"), line("three", kind=LineKind.QUOTE)))
    assert marked(payload, "blockquote") == ["one\n  • two", "three"]


def test_no_more_entities_than_telegram_keeps():
    payload = rendered(message(*[line(Span("bold", bold=True), " ", Span("code", code=True))] * 80))
    assert len(payload["entities"]) == rendering.MAX_ENTITIES


def found_in(text):
    entities = td("getTextEntities", text=text)["entities"]
    return {one["type"]["@type"].removeprefix("textEntityType") for one in entities}


def test_telegram_itself_finds_nothing_but_links_names_and_commands_in_what_a_message_says():
    one = posting(title="Owls <b>at</b> night", deadline="2027-05-02")
    payload = rendered(answered(here(one), "/positions", "en"))
    assert found_in(payload["text"]) == {"MediaTimestamp"}  # 23:59 would be one, if there were a film to jump in
    assert found_in(rendered(answered(here(), "/help", "en"))["text"]) == {"BotCommand", "EmailAddress"}


def test_a_text_is_measured_as_telegram_will_have_it():
    payload = rendered(
        message(line("A\u030angstro\u0308m\u2028", Span("\u202e\x07olé\r", bold=True), Span("\u202c", code=True)))
    )
    assert payload["text"] == "Ångström olé"
    assert marked(payload, "bold") == ["olé"]
    every = "".join(chr(code) for code in [*range(9), *range(0x300, 0x370), *range(0x2000, 0x2070)])
    ours = rendering.cleaned("a" + "b".join(every) + "c")
    theirs = td("parseMarkdown", text={"@type": "formattedText", "text": ours})["text"]
    assert theirs == ours


# --- Dates


@pytest.mark.parametrize("language", languages())
def test_every_deadline_is_a_date_in_the_readers_own_time(language):
    for day in range(366):
        at = instant("2027-03-01 21:59") + timedelta(days=day, seconds=59)
        one = posting(deadline=Deadline(at.astimezone(zone("Europe/Berlin")), "Europe/Berlin"))
        message = wording(language).notice([notice(one)], NOW, LAB)
        payload = rendering.payload(PLACE, message, rendering.content(message, NOW))
        (date,) = (entity for entity in payload["entities"] if entity["type"] == "date_time")
        assert date["unix_time"] == int(at.timestamp())
        assert date["length"] <= 31
        assert date["date_time_format"] == "wDt"
        assert marked(payload, "date_time")[0].endswith("UTC")


def test_a_date_too_far_ahead_or_too_long_ago_is_text():
    shown = "Sun, 2 May 2027, 21:59 UTC"
    for days, dates in ((-21000, 0), (-400, 1), (0, 1), (1097, 1), (1098, 0), (3000, 0)):
        payload = rendered(message(line(Span(shown, instant=NOW + timedelta(days=days)))))
        assert len(marked(payload, "date_time")) == dates, days
        assert payload["text"] == shown
    assert not marked(rendered(message(line(Span("x" * 32, instant=NOW)))), "date_time")


# --- Links and buttons


@given(odd_urls)
def test_odd_addresses_are_text_and_the_rest_buttons(url):
    payload = rendered(message(line(Span("here", url=url)), rows=[[Button("Advert", url=url)]]))
    linked = [entity["url"] for entity in payload.get("entities", [])]
    shown = [button["url"] for button in buttons(payload)]
    assert linked == shown
    is_mail = url.startswith("mailto:")  # what is said in the text has no button and no line of its own
    assert shown == [url] or is_mail or f"Advert: {url}"[:1000].rstrip("…")[:900] in payload["text"]


@pytest.mark.parametrize(
    "url",
    """https://lab.example/jobs#1 https://lab.example:8443/x?y=ü&z=(1) https://müller.example/é HTTPS://LAB.EXAMPLE/
    https://лаборатория.рф/работа https://e1.xn--p1ai http://a.b.c.lab.example?x https://lab.example""".split(),
)
def test_public_addresses_are_buttons(url):
    assert buttons(rendered(message(line("x"), rows=[[Button("Advert", url=url)]]))) == [{"text": "Advert", "url": url}]


@settings(max_examples=200, deadline=None)
@given(st.text("abcäöX019._-:@%[]/\\?#&=+~ <>\"'`|^{}", max_size=25), st.sampled_from(["", ".example", ".example/x"]))
def test_a_button_never_has_an_address_that_telegram_refuses(host, rest):
    url = f"https://{host}{rest}"
    assume(" " not in url)
    rendered(message(line(Span("here", url=url)), rows=[[Button("Advert", url=url)]]))


@pytest.mark.parametrize("kind", ["email", "url", "apply"])
def test_an_email_address_is_never_a_link_or_a_button(kind):
    address = "jobs@lab.example"
    one = posting(contact=Contact("The owl lab", address)) if kind == "email" else posting(**{kind: address})
    payload = rendered(wording("en").notice([notice(one)], NOW, LAB))
    assert address in payload["text"]
    assert [one["text"] for one in buttons(payload)] == ["Remind me"]
    assert marked(payload, "text_link") == []
    assert "mailto:" not in json.dumps(payload)


def test_an_address_that_may_not_be_a_button_stands_below_and_is_never_cut_off():
    rows = [[Button("Advert", url="http://localhost/1"), Button("Apply", url="https://lab.example/2")]]
    payload = rendered(message(line("Title"), line("x" * 9000), rows=rows))
    assert payload["text"].endswith("…\n\nAdvert: http://localhost/1")
    assert buttons(payload) == [{"text": "Apply", "url": "https://lab.example/2"}]


@pytest.mark.timeout(20)  # a pattern that backtracks would take for ever
def test_an_address_made_to_take_long_is_judged_at_once():
    for label in ("a", "a-", "a.", "1.a-", "xn--a."):
        rendering.content(message(line("x"), rows=[[Button("Advert", url=f"https://{label * 5000}@")]]), NOW)


@pytest.mark.parametrize("number", [1, 8, 9, 17])
def test_no_row_is_longer_than_telegram_allows(number):
    row = [Button(str(place), request=f"position.1 p{place}") for place in range(number)]
    payload = rendered(message(line("x"), rows=[row]))
    assert [button["text"] for button in buttons(payload)] == [str(place) for place in range(number)]


@settings(quick, max_examples=100)
@given(st.sampled_from(sorted(commands())), texts, st.integers(1, 999_999))
def test_a_button_carries_its_request_or_a_mark_for_it(command, argument, page):
    request = Request(command, " ".join(argument.split()), page)
    data = rendering.callback_data(request.text)
    assert len(data.encode()) <= rendering.MAX_DATA
    if data == request.text:
        assert pressed(data) == request
    else:
        assert data.startswith("…")
        assert data != rendering.callback_data(replace(request, page=page + 1).text)


# --- Where it goes


def test_where_a_message_goes():
    made = Message((line("x"),), silent=True)
    assert rendering.payload(Destination("telegram", "-1001234567890", 17), made, rendering.content(made, NOW)) == {
        "chat_id": -1001234567890,
        "message_thread_id": 17,
        "disable_notification": True,
        "text": "x",
        "link_preview_options": {"is_disabled": True},
    }
    assert rendering.payload(PLACE, message(line("x")), rendering.content(message(line("x")), NOW)) == {
        "chat_id": "@lab_jobs",
        "text": "x",
        "link_preview_options": {"is_disabled": True},
    }


def test_the_judge_is_awake():
    with pytest.raises(ApiError):
        judge_text({"text": "x" * 4097}, NOW.timestamp(), {})
