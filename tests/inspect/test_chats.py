"""What platforms make of their payloads: every style and date is drawn, and text stays text."""

from datetime import UTC, datetime
from xml.etree.ElementTree import tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import PlatformConfig
from bot.domain.message import Button, Line, LineKind, Message, Span
from bot.domain.zones import zone
from bot.engine.building import payload
from bot.pictures.viewer import Viewer
from bot.platforms.console import preview as console_preview
from bot.platforms.slack import preview as slack_preview
from bot.platforms.slack import rendering as slack_rendering
from bot.platforms.telegram import preview as telegram_preview
from bot.platforms.telegram import rendering as telegram_rendering
from bot.platforms.web import preview as web_preview
from bot.platforms.web import rendering as web_rendering
from bot.wording.catalogue import wording
from tests.domain.build import channel, instant, posting

NOW = instant("2027-04-15 13:00")
AT = instant("2027-05-03 21:59:59")
TOKYO, NEW_YORK = Viewer(NOW, zone("Asia/Tokyo")), Viewer(NOW, zone("America/New_York"), name="Lab jobs")


def telegram(message, look=NEW_YORK):
    return telegram_preview.draw(telegram_rendering.content(message, NOW), look)


def slack(message, look=TOKYO):
    return slack_preview.draw(slack_rendering.content(message), look)


def html(drawn):
    return tostring(drawn, encoding="unicode", method="html")


def text(drawn):
    return "".join(drawn.itertext())


STYLED = Message(
    (
        Line((Span("bold", bold=True), Span(" "), Span("italic", italic=True), Span(" "), Span("gone", strike=True))),
        Line((Span("code", code=True), Span(" "), Span("site", url="https://owls.example/"))),
        Line((Span("said"),), LineKind.QUOTE),
    ),
    ((Button("Advert", url="https://owls.example/"), Button("More", request="positions.2")),),
)


@pytest.mark.parametrize("draw", [telegram, slack])
def test_every_style_is_drawn(draw):
    shown = html(draw(STYLED))
    for piece in (
        "<b>bold</b>",
        "<i>italic</i>",
        "<s>gone</s>",
        "<code>code</code>",
        '<span class="link">site</span>',
        "<blockquote>said</blockquote>",
    ):
        assert piece in shown
    assert "Advert" in shown
    assert "More" in shown


@pytest.mark.parametrize("draw", [telegram, slack])
def test_links_and_buttons_lead_nowhere(draw):
    assert "owls.example" not in html(draw(STYLED))


def test_a_date_is_shown_in_the_readers_time():
    dated = Message((Line((Span("Your time: "), Span("fallback", instant=AT))),))
    assert "Your time: Monday, May 3, 2027, 5:59 PM" in text(telegram(dated))
    assert "Your time: Tuesday, May 4th, 2027 6:59 AM" in text(slack(dated))
    german = Viewer(NOW, zone("Europe/Berlin"), "de")
    assert "Montag, 3. Mai 2027, 23:59" in text(telegram(dated, german))
    assert "Montag, 3. Mai 2027 23:59" in text(slack(dated, german))


@pytest.mark.parametrize(
    ("day", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (22, "22nd")],
)
def test_slack_counts_days_in_english(day, said):
    assert f" {said}, 2027" in text(
        slack(Message((Line((Span("x", instant=datetime(2027, 5, day, 9, tzinfo=UTC)),)),)))
    )


spans = st.builds(
    Span,
    st.text(max_size=20),
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    url=st.sampled_from([None, "https://owls.example/", "javascript:alert(1)"]),
    instant=st.sampled_from([None, None, None, AT]),
)
messages = st.builds(
    Message,
    st.lists(st.builds(Line, st.lists(spans, max_size=4).map(tuple), st.sampled_from(LineKind)), max_size=5).map(tuple),
    st.lists(st.lists(st.builds(Button, st.text(min_size=1), request=st.text(min_size=1)), max_size=3).map(tuple)).map(
        tuple
    ),
)
_ATTRIBUTES = {"class", "aria-hidden", "viewBox", "d", "datetime"}
_ALLOWED = {"div", "span", "b", "i", "s", "code", "blockquote", "time", "small", "svg", "path"}


@settings(max_examples=100, deadline=None)
@given(messages)
def test_whatever_is_sent_is_drawn_and_stays_text(message):
    for drawn in (telegram(message), slack(message)):
        assert {one.tag for one in drawn.iter()} <= _ALLOWED
        assert {name for one in drawn.iter() for name in one.attrib} <= _ATTRIBUTES
        html(drawn).encode()


async def test_an_announcement_says_in_both_what_it_says():
    one = posting(title="<b>Owls</b> & <!channel>", deadline="2027-05-02", summary="At night *all* owls.")
    for kind, draw in (("telegram", telegram_preview.draw), ("slack", slack_preview.draw)):
        place = channel("lab", platform=kind, address="@lab" if kind == "telegram" else "C0123")
        sent = await payload(PlatformConfig(kind, kind, {}), wording("en"), place, one, NOW)
        said = text(draw(sent, TOKYO))
        for piece in ("<b>Owls</b> & <!channel>", "Sunday, 2 May 2027, 23:59", "At night *all* owls."):
            assert piece in said


def test_the_terminal_has_its_styles():
    assert html(console_preview.draw_styled([("bold", "Owls"), ("fg:ansiblue underline", "<x>"), ("", "\n")])) == (
        '<pre class="terminal"><span class="bold">Owls</span>'
        '<span class="fg-ansiblue underline">&lt;x&gt;</span><span>\n</span></pre>'
    )


def test_the_chat_in_the_browser_has_its_styles_and_the_readers_time():
    dated = Line((Span("Your time: "), Span("fallback", instant=AT)))
    sent = {"channel": "lab", "key": "k", **web_rendering.content(Message((*STYLED.lines, dated), STYLED.buttons))}
    drawn = web_preview.draw(sent, TOKYO)
    shown = html(drawn)
    for piece in ("<b>bold</b>", "<i>italic</i>", "<s>gone</s>", "<code>code</code>", "<blockquote>said</blockquote>"):
        assert piece in shown
    assert '<span class="link">site</span>' in shown
    assert "Your time: Tuesday, May 4, 2027, 6:59 AM" in text(drawn)
    assert "owls.example" not in shown
