"""Whatever stands in any field of a posting is text, in every format that is published. Judged by the parsers that
browsers, feed readers and site generators have: html5lib, feedparser, JSON, markdown-it.
"""

import json
import re
from dataclasses import fields, replace

import feedparser
import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.posting import Contact, Posting, Role, Workplace
from bot.domain.site import Site
from bot.publish.exporting import FORMATS, PublishedState, files
from bot.publish.formats import atom, jsonfeed, jsonld, listing, markdown
from bot.publish.formats.narrowing import Narrowing
from bot.publish.pages import pages
from bot.publish.pages.choices import choices_of
from bot.publish.share import picture as share
from tests.domain.build import posting
from tests.publish.build import DE, EN, NOW, SITE, editions

EVIL = [
    "</title></script></style></textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://a.example",
    'https://a.example/" onclick="alert(1)',
    "https://a.example/'><script>alert(1)</script>",
    "data:text/html,<script>alert(1)</script>",
    'mailto:a@b.example?bcc=c@d.example"><script>alert(1)</script>',
    "[x](javascript:alert(1)) ![y](data:image/svg+xml,<svg/onload=alert(1)>)",
    "<!--<script>",
    "]]><script>alert(1)</script>",
    "{{ 7*7 }} {% include x %} {{< x >}}",
    "\u2028\u2029\x00\x1b[31m\ud800\u202e</script\n>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a\r\nX-Evil: 1\r\n\r\n<script>",
    "<svg><style><img src=x onerror=alert(1)>",
    "<math><mtext></p><style><!--</style><img src onerror=alert(1)>",
]
texts = (
    st.sampled_from(EVIL) | st.text(max_size=60) | st.tuples(st.sampled_from(EVIL), st.text(max_size=9)).map("".join)
)
_GIVEN = {
    "id": st.just("owls"),
    "title": texts.filter(str.strip),
    "roles": st.lists(st.sampled_from(list(Role)), min_size=1, max_size=2, unique=True).map(tuple),
    "workplace": st.none() | st.sampled_from(list(Workplace)),
    "location": st.none() | texts | texts.map(lambda text: f"{text}, Germany"),
    "contact": st.none() | st.builds(Contact, name=texts, email=texts, url=texts),
    "description": st.none() | texts | st.lists(texts, max_size=4).map("\n\n".join),
    "fte": st.none() | st.just(65.0),
    "openings": st.none() | st.just(2),
    "aliases": st.just(()),
}
_LEFT = {"status", "timezone", "posted", "deadline", "deadline_kind", "opens_at", "closes_at"}
MEANT = posting("owls", deadline="2027-05-02")


def _text_of(field):
    return st.lists(texts, max_size=2).map(tuple) if "tuple" in str(field.type) else st.none() | texts


everything = {one.name: _GIVEN.get(one.name, _text_of(one)) for one in fields(Posting) if one.name not in _LEFT}
postings = st.fixed_dictionaries(everything).map(lambda given: replace(MEANT, **given))

TAGS = set(
    "html head meta title link body a header main form label span input details summary div select option button p ul"
    " li h1 h2 h3 section article dl dt dd bdi time footer nav script strong em s code br blockquote base".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name property rel href type title class id dir value maxlength placeholder open"
    " autocomplete method action role aria-label src defer hidden datetime selected target".split()
)
SCHEMES = ("https://", "http://", "mailto:", "webcal://", "/", "?", "#", "../")


def is_only_ours(html, *, scripts=("/board/board.js", "board.js", "../../board.js")):
    """No element, attribute, address or script in it but those of the templates."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for one in tree.iter():
        if not isinstance(one.tag, str):
            continue  # a comment of html5lib's is no element
        assert one.tag in TAGS, one.tag
        for name, value in one.attrib.items():
            assert name in ATTRIBUTES or name.startswith("data-"), (one.tag, name)
            if name in {"href", "src", "action"} and (value or one.tag != "a"):
                assert value.startswith(SCHEMES) or value in {"board.css", *scripts}, value
        if one.tag == "script":
            if one.get("type") == "application/ld+json":
                json.loads("".join(one.itertext()))
            else:
                assert one.get("src") in scripts
    assert not [one for one in tree.iter() if not isinstance(one.tag, str)], "no comment"
    return tree


def fragment(html):
    """The same of what stands within a feed's entry."""
    for one in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        assert one.tag in {"DOCUMENT_FRAGMENT", "p", "br", "blockquote", "strong", "em", "s", "code", "a"}, one.tag
        assert set(one.attrib) <= {"href"}
        assert one.get("href", "https://").lower().startswith(("https://", "http://", "mailto:"))


@settings(max_examples=150, deadline=None)
@given(postings, st.sampled_from([EN, DE]), texts)
def test_on_every_page(one, words, asked):
    found = editions(one, replace(MEANT, id="mice"))
    for is_file in (False, True):
        setting = pages.PageSetting(SITE, words, NOW, is_file=is_file)
        filters = pages.Filters(Narrowing(asked.strip(), "", asked.strip(), asked.strip()))
        shown = pages.board(setting, found, found, filters, choices_of(found))
        for html in (
            shown,
            pages.posting(setting, found[0]),
            pages.moved(setting, found[0]),
            pages.missing(setting, found),
        ):
            is_only_ours(html)
        is_only_ours(pages.embed(setting, found, filters.part))


@settings(max_examples=150, deadline=None)
@given(postings, texts)
def test_in_every_feed(one, asked):
    found, part = editions(one), Narrowing(asked, "", asked, asked)
    feed = feedparser.parse(atom.render(found, SITE, EN, NOW, part), sanitize_html=False)
    assert not feed.bozo
    assert len(feed.entries) == 1
    fragment(feed.entries[0].content[0].value)
    data = json.loads(jsonfeed.render(found, SITE, EN, NOW, part))
    fragment(data["items"][0]["content_html"])
    assert data["items"][0].get("external_url", "https://").lower().startswith(("https://", "http://"))
    data = json.loads(listing.render(found, SITE, EN, NOW, part))
    assert data["postings"][0].get("advert", "https://").lower().startswith(("https://", "http://"))
    linked = jsonld.render(found[0], SITE, EN, NOW)
    if linked:
        assert not set("<>&\u2028") & set(linked)
        fragment(json.loads(linked)["description"])
        assert json.loads(linked).get("sameAs", "https://").lower().startswith(("https://", "http://"))


@settings(max_examples=150, deadline=None)
@given(postings)
def test_in_markdown(one):
    text = markdown.render(editions(one), replace(SITE, when_empty=EVIL[0]), EN, NOW)
    assert not any(sign in text for sign in ("{{", "{%", "{<"))
    html = MarkdownIt("commonmark").render(text.replace(markdown.BEGIN, "").replace(markdown.END, ""))
    for shown in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        assert shown.tag in {"DOCUMENT_FRAGMENT", "h3", "p", "br", "strong", "a"}, shown.tag
        assert set(shown.attrib) <= {"href"}
        leads_to = shown.get("href", "https://").lower()
        assert leads_to.startswith(("https://", "http://", "mailto:"))
        assert not re.search(r"^mailto:.*(?:cc|body)=", leads_to)


@settings(max_examples=40, deadline=None)
@given(postings)
def test_in_the_picture_that_is_shared(one):
    """Which is a picture of the size that it always has."""
    (edition,) = editions(one)
    drawn = share.render(edition, SITE, NOW, EN)
    assert drawn[16:24] == (1200).to_bytes(4) + (630).to_bytes(4)
    assert len(drawn) < 100_000


@pytest.mark.parametrize("letter", ["x", "W", " a", "漢", "\u0301", "🦉", "\u202e", "ﷺ", "א"])
def test_in_a_picture_of_ten_thousand_letters(letter):
    one = replace(MEANT, title=letter * 10_000, group=letter * 10_000, location=letter * 10_000)
    (edition,) = editions(one)
    assert len(share.render(edition, replace(SITE, title=letter * 10_000), NOW, EN)) < 100_000
    is_only_ours(pages.posting(pages.PageSetting(SITE, EN, NOW), edition))
    assert (
        len(pages.board(pages.PageSetting(SITE, EN, NOW), [edition], [], pages.Filters(), choices_of([edition])))
        < 50_000
    )


@settings(max_examples=30, deadline=None)
@given(postings, texts)
def test_in_every_file_of_an_export(one, heading):
    site = Site("https://jobs.lab.example/board", title=heading, when_empty=heading)
    published = PublishedState(editions(one), site, EN, NOW)
    found = files(FORMATS, published)
    assert {path for path in found if "owls" in path} <= {
        "postings/owls/index.html",
        *(f"postings/owls.{ending}" for ending in ("png", "ics", "jsonld")),
    }
    for path, content in found.items():
        if path.endswith(".html"):
            is_only_ours(content)


def test_the_judge_is_one():
    """Each kind of fault in a page is seen."""
    good = pages.missing(pages.PageSetting(SITE, EN, NOW), []).decode()
    is_only_ours(good)
    for evil in (
        "<img src=x>",
        "<p onclick=x>",
        '<a href="javascript:alert(1)">',
        "<script>alert(1)</script>",
        '<script src="//evil.example/x.js"></script>',
        "<!-- x -->",
        '<script type="application/ld+json">{</script>',
    ):
        with pytest.raises((AssertionError, ValueError)):
            is_only_ours(good.replace("</main>", f"{evil}</main>"))
