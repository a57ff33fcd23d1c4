"""Markdown as lines of spans."""

import sys
import tracemalloc

import pytest
from cachetools import LRUCache, cached
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain import markdown as prose
from bot.domain.markdown import lines, linked
from bot.domain.message import BLANK, Line, LineKind, Span

ITEM, QUOTE, TEXT = LineKind.ITEM, LineKind.QUOTE, LineKind.TEXT


def shown(markdown):
    return [line.text for line in lines(markdown)]


def test_a_paragraph_is_a_line_and_a_blank_line_parts_two():
    assert lines("One\nparagraph.\n\n\n\nAnother.\n") == (
        Line((Span("One"), Span(" "), Span("paragraph."))),
        BLANK,
        Line((Span("Another."),)),
    )


def test_a_hard_break_is_kept_where_there_is_something_to_break():
    assert shown("One  \ntwo\\\nthree") == ["One", "two", "three"]
    assert shown("- \\\none\n- ![](x.png)\\\ntwo") == ["• one", "• two"]


@pytest.mark.parametrize(
    ("markdown", "span"),
    [
        ("**owl**", Span("owl", bold=True)),
        ("__owl__", Span("owl", bold=True)),
        ("*owl*", Span("owl", italic=True)),
        ("~~owl~~", Span("owl", strike=True)),
        ("`owl`", Span("owl", code=True)),
        ("***owl***", Span("owl", bold=True, italic=True)),
        ("# owl", Span("owl", bold=True)),
        ("owl\n===", Span("owl", bold=True)),
        ("[owl](https://owls.example/a?b=c)", Span("owl", url="https://owls.example/a?b=c")),
        ("**[owl](http://owls.example)**", Span("owl", bold=True, url="http://owls.example")),
        ("[`owl`](https://owls.example)", Span("owl", code=True, url="https://owls.example")),
        ("<https://owls.example>", Span("https://owls.example", url="https://owls.example")),
        ("<owl@owls.example>", Span("owl@owls.example", url="mailto:owl@owls.example")),
        ("[write](mailto:owl@owls.example)", Span("write", url="mailto:owl@owls.example")),
        ("![an owl](https://owls.example/owl.png)", Span("an owl")),
    ],
)
def test_a_style_becomes_a_span(markdown, span):
    assert lines(markdown) == (Line((span,)),)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#x73;cript:alert(1)",
        "data:text/html,owl",
        "vbscript:x",
        "file:///etc/passwd",
        "tg://resolve?domain=owl",
        "slack://open",
        "//owls.example",
        "/owls",
        "owls.html",
        "",
    ],
)
def test_a_link_elsewhere_is_text(target):
    for markdown in (f"[owl]({target})", f"[owl](<{target}>)", f"[owl][1]\n\n[1]: {target or '<>'}"):
        assert all(span.url is None for line in lines(markdown) for span in line.spans)
        assert "owl" in shown(markdown)[0]


@pytest.mark.parametrize(
    "text",
    [
        "<b>owl</b>",
        "<script>alert(1)</script>",
        "<!-- owl -->",
        "<a href='/owls'>owl</a>",
        "<!channel>",
        "2 < 3 & 4 > 1",
        "snake_case_word",
        "5 * 3 * 2",
    ],
)
def test_html_and_stray_signs_are_text(text):
    assert lines(text) == (Line((Span(text),)),)


def links(markdown):
    return [(span.text, span.url) for line in lines(markdown) for span in line.spans if span.url]


@pytest.mark.parametrize(
    ("markdown", "shown", "urls"),
    [
        (
            "Apply at https://owls.example/apply?id=12, or write to jobs@owls.example.",
            "Apply at https://owls.example/apply?id=12, or write to jobs@owls.example.",
            ["https://owls.example/apply?id=12", "mailto:jobs@owls.example"],
        ),
        ("(see https://owls.example/a_(b))", "(see https://owls.example/a_(b))", ["https://owls.example/a_(b)"]),
        (
            "_https://owls.example/a_ ~~https://owls.example/~~",
            "https://owls.example/a https://owls.example/",
            ["https://owls.example/a", "https://owls.example/"],
        ),
        ("https://owls.example/_a_/__b__", "https://owls.example/_a_/__b__", ["https://owls.example/_a_/__b__"]),
        (
            "**https://owls.example/** *http://a.example/a*",
            "https://owls.example/ http://a.example/a",
            ["https://owls.example/", "http://a.example/a"],
        ),
        ("https://owls.example/a\\_b\\_c.", "https://owls.example/a_b_c.", ["https://owls.example/a_b_c"]),
        ("https://owls.example/?a=1&amp;b=2", "https://owls.example/?a=1&b=2", ["https://owls.example/?a=1&b=2"]),
        ("HTTPS://Owls.example", "HTTPS://Owls.example", ["https://Owls.example"]),
        (
            "first_last@owls.example or _jobs@owls.example_",
            "first_last@owls.example or jobs@owls.example",
            ["mailto:first_last@owls.example", "mailto:jobs@owls.example"],
        ),
        (
            "- mailto:jobs@owls.example?subject=A%20B;",
            "• jobs@owls.example;",
            ["mailto:jobs@owls.example?subject=A%20B"],
        ),
        ("[https://owls.example/a](https://b.example/)", "https://owls.example/a", ["https://b.example/"]),
        ("[jobs@owls.example](https://b.example/)", "jobs@owls.example", ["https://b.example/"]),
        ("`https://owls.example jobs@owls.example`", "https://owls.example jobs@owls.example", []),
        ("https://owls.example/a\\_b/_c_/d", "https://owls.example/a_b/c/d", []),  # better none than a part of one
        ("xhttps://owls.example https://", "xhttps://owls.example https://", []),
        ("https://bank.example@evil.example/a", "https://bank.example@evil.example/a", []),
    ],
)
def test_a_bare_address_is_a_link_but_not_in_code_or_in_another_link(markdown, shown, urls):
    assert "\n".join(line.text for line in lines(markdown)) == shown
    assert [url for _, url in links(markdown)] == urls


def test_code_has_no_links():
    assert links("```\nhttps://owls.example\n```\n\n    jobs@owls.example") == []


@pytest.mark.parametrize(
    ("target", "url"),
    [
        (
            "mailto:jobs@owls.example?bcc=x@evil.example&subject=Owls%20here",
            "mailto:jobs@owls.example?subject=Owls%20here",
        ),
        ("MAILTO:jobs@owls.example?to=x@evil.example", "mailto:jobs@owls.example"),
        ("mailto:jobs@owls.example?body=x%0Abcc:y", "mailto:jobs@owls.example"),
        ("mailto:jobs@owls.example,x@evil.example", None),
        ("mailto:jobs%40evil.example%2Cx@owls.example", None),
        ("mailto:?bcc=x@evil.example", None),
        ("HTTPS://owls.example", "https://owls.example"),
        ("java\tscript:alert(1)", None),
        ("&#106;avascript:alert(1)", None),
        ("jav&NewLine;ascript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("%6aavascript:alert(1)", None),
        ("https:evil.example", None),
        ("data:text/html;base64,PHg+", None),
    ],
)
def test_a_link_leads_to_the_web_or_to_one_mailbox(target, url):
    found = [span.url for line in lines(f"[owl](<{target}>) end") for span in line.spans if span.url]
    assert found == ([url] if url else [])


def test_plain_text_is_one_line_with_links_and_a_cut_one_still_leads_to_its_whole():
    assert linked("At https://owls.example/a,\nor <b>jobs@owls.example</b>", 100) == (
        Span("At "),
        Span("https://owls.example/a", url="https://owls.example/a"),
        Span(", or <b>"),
        Span("jobs@owls.example", url="mailto:jobs@owls.example"),
        Span("</b>"),
    )
    long = f"See https://owls.example/{'a' * 80} there"
    assert linked(long, 40)[1] == Span(f"https://owls.example/{'a' * 14}…", url=f"https://owls.example/{'a' * 80}")
    assert linked(long, 40)[2:] == ()
    assert linked("mailto:jobs@owls.example", 40) == (Span("jobs@owls.example", url="mailto:jobs@owls.example"),)
    assert linked("", 40) == ()


def test_bullets_and_numbers_are_items():
    assert lines("- one\n- **two**\n\ntext\n\n3. three\n4. four") == (
        Line((Span("• "), Span("one")), ITEM),
        Line((Span("• "), Span("two", bold=True)), ITEM),
        BLANK,
        Line((Span("text"),)),
        BLANK,
        Line((Span("3. "), Span("three")), ITEM),
        Line((Span("4. "), Span("four")), ITEM),
    )


def test_lists_within_lists_are_indented():
    assert shown("- a\n  - b\n    1. c\n    2. d\n  - e\n- f") == [
        "• a",
        "  • b",
        "    1. c",
        "    2. d",
        "  • e",
        "• f",
    ]


def test_an_item_may_hold_several_paragraphs():
    assert shown("- a\n\n  b\n- c") == ["• a", "b", "• c"]


def test_an_empty_item_does_not_lend_its_bullet():
    assert shown("-\n- a")[-1] == "• a"


def test_a_quote_is_a_quote():
    assert lines("> said\n> so\n\nand on") == (
        Line((Span("said"), Span(" "), Span("so")), QUOTE),
        BLANK,
        Line((Span("and on"),)),
    )


def test_code_keeps_its_rows():
    expected = (Line((Span("a *b*", code=True),)), Line((Span("  c", code=True),)))
    assert lines("```python\na *b*\n  c\n```") == expected
    assert lines("    a *b*\n      c") == expected
    assert shown("```\n\none\n\n\ntwo\n\n```\nand on") == ["one", "", "", "two", "", "and on"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "---", "[1]: https://owls.example", "![](x.png)"])
def test_what_shows_nothing_is_no_line(text):
    assert lines(text) == ()


# What makes a reader look through all the rest at each sign, or go deeper and deeper: from CommonMark's own tests
# (https://github.com/commonmark/cmark/blob/master/test/pathological_tests.py), and what is read here beside CommonMark.
ADVERSARIAL = """![ [ ] [] ![]( [a]( [a](<b [a](b" [a][ [[[[a] * _ ** *_*_ *a_ a* **a*b ~~ ~a ` `` `a``b```c
< <a <a@ <http: & &a
&#1 \\ > >> - *a*_b_ https:// https://a.b/ https://a( [x](https://a.b *https://a.b/* [https://a.b/]( mailto: a@ a@b.c ://
https://a&amp;b https://a\\_b ![![a](b)](c) [a]: <!-- #""".split()
ADVERSARIAL += [
    "a\n",
    "- a\n",
    "> a\n",
    "1. a\n",
    "[a]: b\n",
    '[a]: b "\n',
    "a\n=\n",
    "- a\n\n",
    "```\n",
    "`` ` ",
    "- > ",
    "a_ ",
]


@pytest.mark.slow
@pytest.mark.parametrize("part", ADVERSARIAL)
def test_no_text_takes_long_however_it_is_meant(part):
    """Counted are the functions that are called: the longest of texts takes some 450,000, sign by sign; otherwise it
    would be hundreds of millions.
    """
    calls = 0

    def count(_frame, event, _arg):
        nonlocal calls
        calls += event == "call"
        assert calls < 700_000

    before = sys.getprofile()
    for end in ("", "](b)*`]"):
        calls = 0
        sys.setprofile(count)
        try:
            lines(f"{part * (32_700 // len(part))}{end}")
        finally:
            sys.setprofile(before)


def test_an_advert_of_nothing_but_signs_is_shown_as_it_is_written_and_the_rest_as_it_is_meant():
    found = lines("**Owls**\n\n" + "![" * 10_000 + "\n\n*hunt*, see https://owls.example")
    assert found[0] == Line((Span("Owls", bold=True),))
    assert found[2] == Line((Span("![" * 10_000),))
    assert found[4].spans[0] == Span("hunt", italic=True)
    assert found[4].spans[-1].url == "https://owls.example"
    many = lines("**a** jobs@owls.example\n" * 3_000)
    assert many[2_999].text == "**a** jobs@owls.example"
    assert many[2_999].spans[-1].url == "mailto:jobs@owls.example"


def test_a_long_advert_is_read_as_markdown():
    paragraph = "**Owls** hunt at _night_, see [more](https://owls.example) and `code`; write to a@owls.example. " * 20
    assert len(paragraph) * 16 > 30_000
    found = lines(f"{paragraph}\n\n" * 16)
    assert all("**" not in line.text for line in found)


def test_an_advert_is_read_once():
    markdown = "**Owls** that nobody has seen before"
    assert lines(markdown) is lines(markdown)


@pytest.mark.slow
@pytest.mark.parametrize("part", ["*a* ", "a\n\n", "https://a.b ", "- x\n", "word ", "`c`"])
def test_what_is_kept_of_adverts_is_bounded_by_what_it_really_takes(part):
    lines("**first**")  # the reader itself
    adverts = [f"{number} {part * 500}" for number in range(60)]
    kept = LRUCache(1_000_000, getsizeof=prose._kept.getsizeof)
    read = cached(kept, key=str)(prose._lines_with_size.__wrapped__)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for advert in adverts:
            read(advert)
        held = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert kept.currsize <= 1_000_000
    assert held <= kept.currsize + 20_000
    last = read(adverts[-1])
    assert read(adverts[-1]) is last


def test_depth_has_an_end():
    assert lines(">" * 5_000 + " owl") is not None
    assert lines("- " * 5_000 + "owl") is not None
    assert lines("[" * 5_000 + "owl") is not None
    assert lines("*" * 5_000 + "owl") is not None


MARKDOWN = st.lists(
    st.sampled_from(
        [
            *"abc \n\n*_~`#>-+[]()!<>&\\|:\t1.",
            "[x](javascript:y)",
            "](",
            "https://a.b",
            "```\n",
            "  ",
            "\0",
            "\u2028",
            "🦉",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.text() | MARKDOWN)
@example("[a](JAVASCRIPT:b) <javascript:c>")
def test_any_text_becomes_lines_with_safe_links_alone(text):
    found = lines(text)
    for line in found:
        assert all(span.text for span in line.spans)
        assert all(span.url is None or span.url.startswith(("http://", "https://", "mailto:")) for span in line.spans)
        assert "\n" not in line.text
    assert not found or (found[0].spans and found[-1].spans)
