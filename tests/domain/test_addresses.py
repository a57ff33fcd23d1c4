"""What is an address, what it leads to, and which stand in a text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.addresses import MAX_EMAIL, email, find, link, to_press, web, whole


@pytest.mark.parametrize(
    "text",
    [
        "jobs@lab.example",
        "first.last+phd@sub.lab.example",
        "o'brien@lab.example",
        "r&d@lab.example",
        "büro@müller.example",
        "a_b-c~d=e@x-y.example",
        "a" * 64 + "@lab.example",
        "1@2.example",
    ],
)
def test_an_email_address_is_one(text):
    assert email(text) == text
    assert whole(text) is not None
    assert whole(text).is_mail


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jobs",
        "@lab.example",
        "jobs@",
        "jobs@localhost",
        "jobs@lab.1",
        "jobs@-lab.example",
        "jobs@lab-.example",
        "jobs@lab..example",
        ".jobs@lab.example",
        "jobs.@lab.example",
        "jo..bs@lab.example",
        "jobs@lab.example.",
        "jobs@\nlab.example",
        "jo\u200bbs@lab.example",
        "jobs\xa0@lab.example",
        "jobs@lab.example\u202e",
        "jobs at lab.example",
        "Office <jobs@lab.example>",
        "jobs@lab.example, office@lab.example",
        "mailto:jobs@lab.example,office@lab.example",
        "a?bcc=b@lab.example",
        "a%40evil.example@lab.example",
        "mailto:a%3Fbcc=b@lab.example",
        "a/b@lab.example",
        "jobs@[127.0.0.1]",
        '"jobs"@lab.example',
        "a" * 65 + "@lab.example",
        "jobs@" + "a" * 64 + ".example",
        "jobs@" + "a." * 125 + "example",
        "mailto:",
        "mailto:?subject=Hi",
        "javascript:jobs@lab.example",
    ],
)
def test_what_is_no_email_address(text):
    assert email(text) is None
    assert link(text) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("mailto:jobs@lab.example", "mailto:jobs@lab.example"),
        ("MAILTO:Jobs@lab.example", "mailto:Jobs@lab.example"),
        ("Mailto: jobs@lab.example", "mailto:jobs@lab.example"),
        ("mailto://jobs@lab.example", "mailto:jobs@lab.example"),
        ("mailto:mailto:jobs@lab.example", "mailto:jobs@lab.example"),
        ("mailto:jobs%40lab.example", "mailto:jobs@lab.example"),
        ("mailto:jobs@lab.example?subject=PhD%20position", "mailto:jobs@lab.example?subject=PhD%20position"),
        ("mailto:jobs@lab.example?bcc=x@evil.example", "mailto:jobs@lab.example"),
        ("mailto:jobs@lab.example?cc=x@evil.example&Subject=A&body=B", "mailto:jobs@lab.example?subject=A"),
        ("mailto:jobs@lab.example?subject=A&amp;to=x@evil.example", "mailto:jobs@lab.example?subject=A"),
        (
            "mailto:jobs@lab.example?subject=A%26bcc=x@evil.example",
            "mailto:jobs@lab.example?subject=A%26bcc%3Dx%40evil.example",
        ),
        (
            "mailto:jobs@lab.example?subject=A%0D%0ABcc:%20x@evil.example",
            "mailto:jobs@lab.example?subject=A%20Bcc%3A%20x%40evil.example",
        ),
        ("mailto:jobs@lab.example?subject=", "mailto:jobs@lab.example"),
        ("r&d@lab.example", "mailto:r%26d@lab.example"),
        ("büro@müller.example", "mailto:b%C3%BCro@m%C3%BCller.example"),
    ],
)
def test_a_mail_link_has_one_recipient_and_no_more_than_a_subject(text, url):
    assert link(text) == url
    assert whole(text).text.count("@") == 1
    assert not whole(text).text.casefold().startswith("mailto")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://lab.example", "https://lab.example"),
        (" HTTPS://Lab.example/a?b=c#d ", "https://Lab.example/a?b=c#d"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("https://müller.example/ä(b)", "https://müller.example/ä(b)"),
        ("https://bank.example@evil.example/", None),
        ("https://", None),
        ("https:///x", None),
        ("http://.", None),
        ("https://lab.example/ x", None),
        ("https://lab.example/\u202ex", None),
        ("https:\\\\lab.example", None),
        ("ftp://lab.example", None),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)//https://lab.example", None),
        ("data:text/html,x", None),
        ("https://lab.example/" + "a" * 8000, None),
    ],
)
def test_a_web_address_is_one_of_http_without_a_users_name(text, url):
    assert web(text) == url
    assert link(text) == url


def bare(text):
    return [text[address.start : address.end] for address in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Apply at https://lab.example/apply, or write to jobs@lab.example.",
            ["https://lab.example/apply", "jobs@lab.example"],
        ),
        ("https://lab.example/apply or jobs@lab.example", ["https://lab.example/apply", "jobs@lab.example"]),
        ("(see https://lab.example/x_(y)).", ["https://lab.example/x_(y)"]),
        ("“https://lab.example/”?!", ["https://lab.example/"]),
        ("“https://lab.example/a”and „https://lab.example/b“", ["https://lab.example/a", "https://lab.example/b"]),
        ("请见https://lab.example/a（说明）。", ["https://lab.example/a"]),
        ("请见：https://lab.example/a（说明），jobs@lab.example。", ["https://lab.example/a", "jobs@lab.example"]),
        ("https://lab.example/O’Brien/ü", ["https://lab.example/O’Brien/ü"]),
        ("[https://lab.example/a]", ["https://lab.example/a"]),
        ("https://lab.example/[a]{b}(c);", ["https://lab.example/[a]{b}(c)"]),
        ("https://a.example/a,https://b.example", ["https://a.example/a", "https://b.example"]),
        ("https://a.example/?u=https://b.example/x", ["https://a.example/?u=https://b.example/x"]),
        ("xhttps://lab.example", []),
        ("https://bank.example@evil.example/x", []),
        ("…jobs@lab.example…", ["jobs@lab.example"]),
        ("...jobs@lab.example...", ["jobs@lab.example"]),
        ("E-Mail:jobs@lab.example;b@lab.example", ["jobs@lab.example", "b@lab.example"]),
        ("<jobs@lab.example>", ["jobs@lab.example"]),
        ("a@b@c.example", []),
        ("git@code.example:lab/x.git", []),
        ("@lab_jobs on Telegram, @user:matrix.example", []),
        ("mailto:jobs@lab.example?subject=Hi. And so on", ["mailto:jobs@lab.example?subject=Hi"]),
        ("MAILTO:jobs@lab.example.", ["MAILTO:jobs@lab.example"]),
        ("nothing here", []),
    ],
)
def test_addresses_are_found_in_a_text_without_what_stands_around_them(text, expected):
    assert bare(text) == expected


def test_what_is_found_is_shown_bare_and_leads_there():
    text = "Mailto:jobs@lab.example?subject=A%20B&bcc=x@y.example HTTP://Lab.example/x"
    assert [(address.text, address.url) for address in find(text)] == [
        ("jobs@lab.example", "mailto:jobs@lab.example?subject=A%20B"),
        ("HTTP://Lab.example/x", "http://Lab.example/x"),
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://lab.example/apply", "https://lab.example/apply"),
        ("Online: https://lab.example/apply.", "https://lab.example/apply"),
        ("https://lab.example/apply or jobs@lab.example", "https://lab.example/apply"),
        ("https://lab.example/a, again https://lab.example/a", "https://lab.example/a"),
        ("https://lab.example/a or https://lab.example/b", None),
        ("https://a.example/a,https://b.example", None),
        ("by mail to jobs@lab.example", "mailto:jobs@lab.example"),
        ("a@lab.example and b@lab.example", None),
        ("by post", None),
    ],
)
def test_a_button_stands_for_the_one_address_of_a_text(text, url):
    found = to_press(text)
    assert (found and found.url) == url


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('ab.@:/?&=-_+()[], \n<>"mailtohps\u200bä1'), max_size=400))
def test_whatever_is_found_lies_apart_in_the_text_and_is_strict(text):
    addresses = find(text)
    assert all(one.end <= two.start for one, two in pairwise(addresses))
    for one in addresses:
        assert 0 <= one.start < one.end <= len(text)
        assert one.text in text
        assert (email(one.text) == one.text) if one.is_mail else (web(one.text) == one.url)
        assert one.url.isprintable()


class Counted(str):
    """A text that counts how often it is looked at, sign by sign or in parts."""

    __slots__ = ()
    looks = 0

    def __getitem__(self, place):
        Counted.looks += 1
        return str.__getitem__(self, place)


@pytest.mark.parametrize(
    "part",
    [
        "@",
        "a@",
        "a@b.",
        "a@b.example ",
        "mailto:",
        "https://",
        "https://(",
        "http://a,",
        "x",
        "a.",
        "https://a@",
        "(a@",
    ],
)
def test_twice_the_text_takes_no_more_than_twice_the_looks(part):
    looks = []
    for number in (1_000, 2_000):
        Counted.looks = 0
        find(Counted(part * number))
        whole(Counted(part * number))
        looks.append(Counted.looks)
    assert looks[1] <= 2 * looks[0] + 2 * MAX_EMAIL
