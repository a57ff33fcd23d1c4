"""Whatever a posting says, Slack takes the message, nobody is pinged, and title and deadline are there in full."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.chat.answering import answer
from bot.chat.reading import read_words
from bot.chat.request import SUBCOMMANDS, Request
from bot.chat.searching import PAGE
from bot.domain.message import Button, Line, LineKind, Message, Span
from bot.domain.notice import Kind, Notice, Occasion
from bot.domain.posting import Contact, Role
from bot.language import languages
from bot.platforms.slack import rendering
from bot.wording.catalogue import wording
from tests.chat.build import context
from tests.domain.build import channel, deadline, instant, leads, posting
from tests.emulators.slack_rules import BLOCK_TEXT_WARN, TEXT_MAX, buttons, judge_message, judge_metadata, shown

NOW = instant("2027-04-01 12:00")
ADDRESS = "C0123456789"

NASTY = [
    *("<!channel>", "<!here>", "<!everyone>", "<@U123>", "<!subteam^S123>", "@channel", "<#C123>", "&lt;!channel&gt;"),
    *("*bold* _it_ ~no~ `code` ```", "> quote", "<https://evil.example|lab.example>", "<!date^0^{date}|x>", "&amp;"),
    *(
        "👩🏽‍🔬",
        "🇩🇪",
        ":tada:",
        "\u202eשלום",
        "مرحبا",
        "ﷺ",
        "a\u0301\u0300\u0301",
        "\u200b",
        "]({",
        "\\",
        "|^|",
        "\x7f",
    ),
]
words = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
texts = st.lists(words, min_size=1, max_size=8).map(" ".join).filter(str.strip)
long_texts = st.builds(lambda text, times: (text + " ") * times, texts, st.integers(1, 400)).map(lambda t: t[:12_000])
URLS = [
    "https://lab.example/phd?a=1&b=<2>|3",
    "https://lab.example/" + "a" * 2900,
    "https://lab.example/" + "a" * 4000,
    "https://münchen.example/🎓",
    "https://",
    "http://[",
    "javascript:alert(1)",
    "https://lab.example/apply or by mail",
    "jobs@lab.example",
    "<!channel>",
]
urls = st.sampled_from(URLS)
markdown = st.lists(
    st.one_of(
        long_texts,
        st.sampled_from(["# <!channel>", "- *a* **b**\n- `c`", "> <@U123>\n> b", "```\n<!here>\n\n```", "---", "1. x"]),
        urls.map(lambda url: f"[<!channel>]({url}) " * 30),
    ),
    max_size=12,
).map("\n\n".join)
deadlines = st.sampled_from(
    [
        deadline("2027-05-02"),
        deadline("2027-05-03 00:00", "America/Argentina/ComodRivadavia"),
        deadline("2027-05-02", "AoE"),
        deadline("2027-05-02 12:34:56+05:30"),
        None,
    ]
)
spoken = st.sampled_from(languages())
postings = st.builds(
    posting,
    title=texts | texts.map(lambda text: text * 50),
    role=st.sampled_from(["phd", " ".join(Role)]),
    deadline=deadlines,
    url=st.none() | urls,
    apply=st.none() | urls | texts,
    group=st.none() | texts,
    location=st.none() | texts,
    pay=st.none() | texts,
    tags=st.lists(texts, max_size=5).map(tuple),
    contact=st.none() | st.builds(Contact, name=texts, email=st.just("jobs@lab.example"), url=urls),
    summary=st.none() | texts,
)
long_postings = st.builds(replace, postings, summary=st.none() | long_texts, description=st.none() | markdown)
quickly = settings(max_examples=15, deadline=None)


def judged(message, key="lab/phd-owls/announcement"):
    """The payload, after Slack and slack_sdk have had their say."""
    payload = rendering.notice(ADDRESS, rendering.content(message), key)
    verdict = judge_message(payload)
    assert (verdict.error, verdict.details, verdict.problems, verdict.mentions) == (None, [], [], [])
    assert judge_metadata(payload["metadata"]) is None
    for block in payload["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()
    fallback = re.sub(r"<!date\^\d+\^[^|>]*\|([^<>|]*)>", r"\1", payload["text"])
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt);)", fallback)
    return payload


def said(payload):
    return shown(payload["text"], [block for block in payload["blocks"] if block["type"] == "rich_text"])


def dates(payload):
    return [
        element["timestamp"]
        for block in payload["blocks"]
        if block["type"] == "rich_text"
        for section in block["elements"]
        for element in section["elements"]
        if element["type"] == "date"
    ]


LAB = channel(platform="slack", address=ADDRESS)


def notices(some, kind=Kind.ANNOUNCEMENT, lead=None):
    return [Notice(Occasion(one, kind, None, lead), LAB.name) for one in some]


def here(some, language):
    empty = "Nothing is open. Write to <!channel> jobs@lab.example"
    return context(some, NOW, language, SUBCOMMANDS, empty=empty)


def named(some):
    """The same postings under ids of their own."""
    return [replace(one, id=f"posting-{number}") for number, one in enumerate(some)]


def first_words(message):
    """The title, bold, on the first line."""
    return next(span.text for span in message.lines[0].spans[::-1] if span.bold)


@quickly
@given(language=spoken, one=long_postings, kind=st.sampled_from(Kind))
def test_a_notice_keeps_title_and_deadline(language, one, kind):
    message = wording(language).notice(notices([one], kind, leads("7d")[0]), NOW, LAB)
    payload = judged(message)
    assert first_words(message) in said(payload)
    if one.deadline:
        assert wording(language).when(one.deadline) in said(payload)
        assert dates(payload) == [int(one.deadline.at.timestamp())]


@quickly
@given(language=spoken, some=st.lists(postings, min_size=6, max_size=8), count=st.integers(6, 200))
def test_a_digest_loses_nothing_of_what_it_names(language, some, count):
    several = named((some * 40)[:count])
    message = wording(language).notice(notices(several), NOW, LAB)
    assert said(judged(message)) == message.text


@quickly
@given(language=spoken, some=st.lists(postings, min_size=1, max_size=PAGE + 2))
def test_a_page_of_a_list_is_whole(language, some):
    several = named(some)
    for page in (1, 2):
        message = answer(here(several, language), Request("positions", page=page)).message
        payload = judged(message)
        assert said(payload) == message.text
        assert len(list(buttons(payload["blocks"]))) == len([one for row in message.buttons for one in row])


@quickly
@given(language=spoken, one=long_postings)
def test_a_posting_in_full_is_cut_at_its_end_only(language, one):
    message = answer(here([one], language), Request("position", one.id)).message
    payload = judged(message)
    assert first_words(message) in said(payload)
    if one.deadline:
        assert wording(language).when(one.deadline) in said(payload)
        assert int(one.deadline.at.timestamp()) in dates(payload)


@quickly
@given(language=spoken, some=st.lists(postings, max_size=3), asked=texts)
def test_every_other_answer_is_whole(language, some, asked):
    for words_asked in ("help", f"zzz {asked}", f"show {asked.split()[0]}", f"deadlines {asked}", "closed", "search"):
        message = answer(here(named(some), language), read_words(words_asked)).message
        assert said(judged(message)) == message.text


def test_markup_in_a_title_stays_text():
    title = "<!channel> <b>*_&~`"
    message = wording("en").notice(notices([posting(title=title, deadline="2027-05-02")]), NOW, LAB)
    payload = judged(message)
    assert title in said(payload)
    assert payload["text"].startswith("📣 New position: &lt;!channel&gt; &lt;b&gt;*_&amp;~`\n")


@pytest.mark.parametrize(("language", "label"), [("en", "Your time: "), ("de", "Deine Zeit: ")])
def test_a_deadline_is_shown_in_its_own_zone_and_in_the_readers(language, label):
    one = posting(deadline=deadline("2027-05-02 12:00", "America/New_York"))
    payload = judged(wording(language).notice(notices([one]), NOW, LAB))
    assert "12:00 (America/New_York, UTC−4)" in said(payload)
    [section] = payload["blocks"][0]["elements"]
    place = next(number for number, part in enumerate(section["elements"]) if part["type"] == "date")
    at = int(instant("2027-05-02 16:00").timestamp())
    date = section["elements"][place]
    assert (date["timestamp"], date["format"]) == (at, "{date_long} {time}")
    assert "16:00 UTC" in date["fallback"]
    assert section["elements"][place - 1]["text"].endswith(label)
    assert f"<!date^{at}^{{date_long}} {{time}}|{date['fallback']}>" in payload["text"]


def test_the_metadata_brings_the_key_back():
    payload = rendering.notice(ADDRESS, rendering.content(Message((Line.of("hello"),))), "lab/phd-owls/reminder/7d")
    assert rendering.key_of(payload) == "lab/phd-owls/reminder/7d"
    assert rendering.key_of({"metadata": {"event_type": "another_app", "event_payload": {"key": "x"}}}) is None
    assert rendering.key_of({"metadata": {"event_type": rendering.EVENT_TYPE}}) is None
    assert rendering.key_of({"text": "hello"}) is None
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)


def test_styles_quotes_and_links():
    lines = (
        Line.of("plain ", Span("bold", bold=True), Span("both", bold=True, italic=True), Span("code", code=True)),
        Line.of(Span("gone", strike=True), " ", Span("advert", url="https://lab.example/a")),
        Line.of("quoted", kind=LineKind.QUOTE),
    )
    [block] = judged(Message(lines))["blocks"]
    section, quote = block["elements"]
    assert [(part.get("style"), part["text"]) for part in section["elements"]] == [
        (None, "plain "),
        ({"bold": True}, "bold"),
        ({"bold": True, "italic": True}, "both"),
        ({"code": True}, "code"),
        (None, "\n"),
        ({"strike": True}, "gone"),
        (None, " "),
        (None, "advert"),
    ]
    assert section["elements"][-1] == {"type": "link", "url": "https://lab.example/a", "text": "advert"}
    assert quote == {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]}


def test_buttons_that_slack_would_refuse_are_left_out():
    row = tuple(
        Button("b" * 100, url=url) for url in ("https://ok.example", "https://", "x:y", "https://x/" + "a" * 3000)
    )
    payload = judged(Message((Line.of("hello"),), (row, (Button("Next", request="positions.2"),))))
    assert [(one["text"]["text"], one.get("url"), one.get("value")) for _, _, one in buttons(payload["blocks"])] == [
        ("b" * 75, "https://ok.example", None),
        ("Next", None, "positions.2"),
    ]


def test_text_goes_before_links_when_there_is_no_room_for_both():
    url = "https://lab.example/" + "a" * 2900
    lines = tuple(Line.of(Span(f"link {number}", url=url)) for number in range(20))
    payload = judged(Message(lines))
    assert said(payload) == Message(lines).text
    links = [part for part in payload["blocks"][0]["elements"][0]["elements"] if part["type"] == "link"]
    assert len(links) == 2  # a third address would be too much


def test_what_is_cut_ends_in_an_ellipsis():
    for text in ("word " * 5000, "&" * 50_000, "\n".join("&" * 9000)):
        payload = judged(Message(tuple(Line.of(line) for line in text.split("\n"))))
        assert said(payload).endswith("…")
        assert 8000 < len(said(payload)) < BLOCK_TEXT_WARN
        assert payload["text"].endswith("…")
        assert len(payload["text"]) <= TEXT_MAX


def test_nothing_to_say_is_still_a_message():
    nothing = rendering.content(Message((Line(),)))
    assert judged(Message(())) == rendering.notice(ADDRESS, nothing, "lab/phd-owls/announcement")
