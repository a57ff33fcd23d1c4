"""Editions for the formats' tests, and any text that a posting may hold."""

from datetime import timedelta

from hypothesis import strategies as st

from bot.domain.edition import Edition, revised
from bot.domain.posting import Posting, Role, Status
from bot.domain.site import Site
from bot.wording.catalogue import wording
from tests.domain.build import deadline, instant, posting

NOW = instant("2027-04-01 12:00")
PUBLISHED = NOW - timedelta(days=30)
SITE = Site("https://jobs.lab.example/board")
EN, DE = wording("en"), wording("de")
OWLS = posting(
    "owls",
    title="PhD with owls",
    deadline="2027-05-02",
    group="Owl Lab",
    location="Tübingen, Germany",
    summary="You count owls.",
    url="https://lab.example/owls",
    tags=("night",),
)
MICE = posting("mice", title="Postdoc with mice", role="postdoc")
PAST = posting("bats", title="Bats", deadline="2027-03-15")
FILLED = posting("newts", title="Newts", deadline="2027-06-01", status=Status.FILLED)


def editions(*postings: Posting) -> list[Edition]:
    return revised({}, postings, PUBLISHED)


ALL = editions(OWLS, MICE, PAST, FILLED)

hostile = st.text(max_size=60) | st.sampled_from(
    [
        "</script>",
        "]]>",
        "<!--",
        "a\r\nEND:VEVENT\r\nb",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "\ud800",
        "\x00\x1b",
        "a\u2028b",
        "[x](y)",
    ]
)
postings = st.builds(
    posting,
    st.just("owls"),
    title=hostile.filter(lambda text: text.strip()),
    role=st.sampled_from(list(Role)),
    deadline=st.none() | st.just(deadline("2027-05-02", "AoE")),
    group=st.none() | hostile,
    organization=st.none() | hostile,
    location=st.none() | hostile | st.just("Wien, Österreich"),
    summary=st.none() | hostile,
    description=st.none() | hostile,
    url=st.none() | hostile | st.just("https://lab.example/a?b=c&d='<>"),
    apply=st.none() | hostile,
    tags=st.lists(hostile, max_size=2).map(tuple),
)
