"""Which link of a call leads to where one applies, or to the advert in full."""

import pytest

from bot.sources.pages.html import html_blocks
from bot.sources.pages.links import advert_link


@pytest.mark.parametrize(
    ("html", "href"),
    [
        ('See the <a href="job.pdf">Job Description</a> for details.', "job.pdf"),
        ('<a href="https://jobs.uni.example/1">Apply Now</a>', "https://jobs.uni.example/1"),
        ('Bewerbungen über <a href="https://kolleg.example">Kolleg</a>', "https://kolleg.example"),
        ('For how to apply please see the <a href="https://owls.example/">project page</a>', "https://owls.example/"),
        ('Fill in <a href="https://forms.gle/x">this form</a>.', "https://forms.gle/x"),
        ('Download the <a href="/assets/call.docx">call</a>', "/assets/call.docx"),
        ('Maggiori informazioni <a href="https://bandi.example/1">qui</a>', "https://bandi.example/1"),
        (
            '<a href="https://uni.example/job-market">Job market</a>, <a href="https://uni.example/job/7">this job</a>',
            "https://uni.example/job/7",
        ),
    ],
)
def test_a_link_to_apply_or_to_the_advert(html: str, href: str) -> None:
    link = advert_link(html_blocks(f"<p>{html}</p>"), "")
    assert link is not None
    assert link.href == href


@pytest.mark.parametrize(
    "html",
    [
        'Supervisor: <a href="https://uni.example/people/ada">Ada Example</a>',
        'Many benefits, see <a href="https://jobs.uni.example/why-us">the university as employer</a>',
        'See our <a href="/manual/">lab manual</a>.',
        'Read <a href="https://blog.example/phd">this blog post</a> first.',
        'with scholarships such as <a href="https://fund.example/phd-fellowships">FUND</a>',
        'our <a href="owl2026.pdf">recent paper</a> on owls',
        'The <a href="https://uni.example/visitor-scheme">visitor scheme</a>',
        'Here is some <a href="https://uni.example/phd/how-to">general information</a>.',
    ],
)
def test_a_link_to_something_else(html: str) -> None:
    assert advert_link(html_blocks(f"<p>{html}</p>"), "") is None
