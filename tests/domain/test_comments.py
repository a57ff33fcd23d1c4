"""Which parts of a text are comments, and what is left without them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import markdown as prose
from bot.domain.comments import left_out
from bot.questions.query import search_words
from tests.domain.build import posting


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Public.\n\n<!-- INTERNAL: up to E14 -->\n\nMore. <!-- TODO: pay -->\n", "Public.\n\n\n\nMore.\n"),
        ("a <!-- no --> b", "a  b"),
        ("a<!--no-->b", "ab"),
        ("<!-- no --> a", "a"),
        ("<!-- no -->      a", "a"),
        ("a  <!-- no -->  \nb", "a\nb"),
        ("a <!-- no\nno\n\nno --> b", "a  b"),
        ("a <!-- no\n\nno", "a"),
        ("<!-- no", ""),
        ("<!-->a<!--->b<!---->c", "abc"),
        ("<!-- no <!-- no --> a", "a"),
        ("a\r\n<!-- no -->\r\nb", "a\n\nb"),
        ("1. a\n   <!-- no -->\n2. b", "1. a\n\n2. b"),
        ("> a <!-- no\n> no -->\n> b", "> a\n> b"),
        ("- `a\n- b <!-- no --> `", "- `a\n- b  `"),
        ("`a\n\n<!-- no -->`", "`a\n\n`"),
        ("`a <!-- no -->``", "`a ``"),
        ("\\`<!-- no -->`", "\\``"),
        ("<!--\n```\n-->\n\na <!-- no -->", "a"),
        ("- ```\n  <!-- code -->\n\na <!-- no -->", "- ```\n  <!-- code -->\n\na"),
        ("<div>\n<!-- no --></div>", "<div>\n</div>"),
        ("<!<!-- no -->-- no", ""),
    ],
)
def test_a_comment_is_left_out(text, left):
    assert left_out(text).strip() == left.strip()
    assert "no" not in left_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "`<!-- code -->`",
        "`` ` <!-- code --> ``",
        "`<!-- code\n-->`",
        "```html\n<!-- code -->\n```",
        "~~~\n<!-- code -->\n\n\n<!-- code\n~~~",
        "- a\n\n  ```\n  <!-- code -->\n  ```",
        "> ```\n> <!-- code -->\n> ```",
        "    <!-- code -->",
        "\\<!-- text -->",
        "&lt;!-- text --&gt;",
        "<b>a</b> <a href='x'>b</a> <! --> <!- - c -->",
        "a --> b",
        "2 < 3 <!> 4",
    ],
)
def test_in_code_it_is_text_and_so_is_all_other_html(text):
    assert left_out(text) == text
    assert left_out(f"{text}\n\n<!-- no -->") == f"{text}\n\n"


def test_no_posting_holds_one_whoever_shows_it():
    one = posting(summary="Owls. <!-- no -->", description="<!-- no\n\nno -->\n\nThey **hunt**. `<!-- owl -->`")
    assert one.summary == "Owls."
    assert one.description == "They **hunt**. `<!-- owl -->`"
    assert [line.text for line in prose.lines(one.description)] == ["They hunt. <!-- owl -->"]
    assert "no" not in search_words(one)
    bare = replace(one, summary="<!-- no -->", description="<!-- no -->\n")
    assert (bare.summary, bare.description) == (None, None)


PIECES = st.sampled_from(
    ["<!--", "-->", "`", "``", "```\n", "\n", "\n\n", "- ", "> ", "    ", "\\", "<", "!", "-", "a ", "~~~\n"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_done_twice_it_is_as_if_once(text):
    left = left_out(text)
    assert left_out(left) == left
    assert len(left) <= len(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "part",
    ["<!--", "<!-- -->", "`<!--", "``<!-- `", "> <!--\n", "- <!--\n", "```\n<!--\n", "<!-- -->\n\n`", "<!<!-- -->--"],
)
def test_long_texts_end(part):
    left_out(part * 20_000 + "<!--")
