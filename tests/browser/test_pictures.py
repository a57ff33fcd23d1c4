"""The timeline, the drafts and the preview as pages of their own, in a real browser."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.draft import Action, AuditEntry, Contributor, Draft, DraftState
from bot.domain.person import Person
from bot.domain.zones import zone
from bot.inspect import drafts, preview
from bot.inspect.marks import Mark
from bot.inspect.preview import Occurrence, View
from bot.inspect.timeline import TimelineSpan
from bot.inspect.timeline import page as timeline
from bot.pictures.viewer import Viewer
from bot.platforms.kinds import kinds
from tests.browser.judges import is_accessible, is_well_formed
from tests.domain.build import channel, instant, posting

NOW = instant("2027-04-15 13:00")


@pytest.fixture
def opened(browser, tmp_path):
    """A page as a file that is opened."""

    async def opened(shown, **given):
        is_well_formed(shown.html)
        file = tmp_path / "page.html"
        file.write_text(shown.html)
        return await browser.open(f"file://{file}", **given)

    return opened


def timeline_of(names, *, past=14):
    marks = [Mark(NOW + timedelta(days=3), name, "slack", "announcement", ("owls",)) for name in names]
    channels = [channel(name, platform="slack") for name in names]
    titles = {"owls": "PhD position in the hearing of owls that are awake at night"}
    start, end = NOW - timedelta(days=past), NOW + timedelta(days=44 - past)
    return timeline(TimelineSpan(start, end, NOW, "Europe/Berlin", channels, marks, (), titles))


@pytest.mark.parametrize("past", [0, 3, 14, 30, 44])
async def test_on_a_phone_the_timeline_begins_at_now_and_can_be_moved(opened, past):
    page = await opened(timeline_of(["lab"], past=past), width=360, height=700)
    box = await page.locator("line.now").bounding_box()
    assert 0 < box["x"] < 360, "now is in sight"
    picture = page.locator(".picture")
    await picture.evaluate("one => { one.scrollLeft = one.scrollLeft > 100 ? 0 : 400 }")
    moved = await picture.evaluate("one => one.scrollLeft")
    await page.evaluate("new Promise(done => setTimeout(done, 0))")
    assert await picture.evaluate("one => one.scrollLeft") == moved, "and stays where one moves it"


async def test_on_a_phone_the_table_needs_no_second_hand(opened):
    page = await opened(timeline_of([f"a-channel-of-the-lab-{number}" for number in range(6)]), width=360, height=700)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    table = page.locator(".table")
    assert await table.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert await page.locator("tbody .chip").count() == 6
    await is_accessible(page)


@pytest.mark.parametrize("width", [320, 360, 1280])
async def test_the_time_of_a_message_lies_within_its_bubble(opened, width):
    drawing = kinds()["telegram"].preview()
    look = Viewer(NOW, zone("Europe/Berlin"))
    views = [
        View("Telegram", "lab", drawing.draw({"text": "word " * 6 + "x" * length}, look), look, Occurrence.ANNOUNCEMENT)
        for length in range(1, 60, 3)
    ]
    shown = preview.page(posting(), views, [drawing.style], [], b"", None, NOW)
    page = await opened(shown, width=width, height=700)
    inside = await page.locator(".bubble").evaluate_all(
        "all => all.map(one => one.querySelector('.meta').getBoundingClientRect().bottom"
        " <= one.getBoundingClientRect().bottom)"
    )
    assert inside == [True] * len(views)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light")])
async def test_the_drafts_fit_on_a_phone_and_can_be_read(opened, width, scheme):
    ada, long = Contributor(Person("slack", "U0ADA"), "Ada Example"), "x" * 90
    waits = Draft(
        id="abc234",
        at=NOW - timedelta(days=2),
        by=ada,
        action=Action.CHANGED,
        posting=long,
        changes={"pay": "E13", "summary": long, "url": None},
        base={"pay": "E12", "url": f"https://lab.example/{long}"},
        trouble=long,
    )
    decided = replace(waits, id="def567", state=DraftState.REJECTED, decided_by=ada, decided_at=NOW, why=long)
    audit = [AuditEntry(NOW, ada, Action.REJECTED, long, long)]
    page = await opened(drafts.page([waits, decided], audit, "Europe/Berlin", NOW), width=width, color_scheme=scheme)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await page.locator(".table").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    await is_accessible(page)
