"""What the page is given: text as text, and only links that are links."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.message import BLANK, Button, Document, Line, LineKind, Message, Span
from bot.platforms.web.rendering import content
from bot.wording.catalogue import wording
from tests.domain.build import deadline, instant, posting


def test_lines_spans_and_buttons():
    noon = instant("2027-05-02 12:00")
    message = Message(
        (Line.of(Span("Owls", bold=True, url="https://lab.example/owls"), " and mice"), BLANK, Line.of("they fly",
         kind=LineKind.QUOTE), Line.of("by ", Span("noon", instant=noon))),
        ((Button("Advert", url="https://lab.example/owls"), Button("2", request="position.1 mice")),),
    )  # fmt: skip
    assert content(message) == {
        "lines": [
            {"spans": [{"text": "Owls", "styles": ["bold"], "url": "https://lab.example/owls"}, {"text": " and mice"}]},
            {"spans": []},
            {"spans": [{"text": "they fly"}], "kind": "quote"},
            {"spans": [{"text": "by "}, {"text": "noon", "instant": "2027-05-02T12:00:00Z"}]},
        ],
        "buttons": [
            [{"label": "Advert", "url": "https://lab.example/owls"}, {"label": "2", "request": "position.1 mice"}]
        ],
    }


def test_where_nobody_is_reached_alone_there_is_no_button_for_whoever_presses_it_alone():
    buttons = ((Button("Remind me", request="remind.1 owls", is_personal=True),),)
    assert content(Message((Line.of("Owls"),), buttons)) == {"lines": [{"spans": [{"text": "Owls"}]}]}


def test_a_file_comes_as_the_text_that_it_is():
    body = "BEGIN:VCALENDAR\r\nSUMMARY:Übung\r\n"
    message = Message((Line.of("Owls"),), document=Document("owls.ics", "text/calendar", body.encode()))
    assert content(message)["document"] == {"name": "owls.ics", "type": "text/calendar", "text": body}


def test_what_is_no_web_or_mail_address_is_no_link():
    for url in ("javascript:alert(1)", "data:text/html,x", " https://x.example", "https://x.example/\n", "//x.example"):
        message = Message((Line.of(Span("x", url=url)),), ((Button("y", url=url),),))
        assert content(message) == {"lines": [{"spans": [{"text": "x"}]}]}
    assert "url" in content(Message((Line.of(Span("x", url="mailto:jobs@lab.example")),)))["lines"][0]["spans"][0]


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_sent_and_stays_text(text, url):
    message = Message((Line((Span(text, url=url),)),), ((Button(text or "x", request=text or "x"),),))
    (span,) = json.loads(json.dumps(content(message)).encode())["lines"][0]["spans"]
    assert len(span["text"]) == len(text)
    assert not any(ord(c) < 0x20 and c != "\n" for c in span["text"])
    assert span.get("url", "https://").lower().startswith(("https://", "http://", "mailto:"))


def test_an_instant_keeps_the_offset_of_the_clock_by_which_it_was_told():
    for zone_name, written in (("Europe/Berlin", "2027-05-31T23:59:59+02:00"), ("AoE", "2027-05-31T23:59:59-12:00")):
        one = posting(deadline=deadline("2027-05-31", zone_name))
        spans = [
            span
            for line in content(wording("en").posting(one, instant("2027-05-01"), "UTC"))["lines"]
            for span in line["spans"]
        ]
        assert [span["instant"] for span in spans if "instant" in span] == [written]
