"""Share images: what they say, that it fits, and that no text can do harm."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.domain.edition import Edition
from bot.domain.posting import Role
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.publish.share import lettering
from bot.publish.share import picture as share
from bot.publish.share.lettering import BOLD, UNKNOWN, TextBlock, clean, drawable, fitted, width
from bot.wording.catalogue import wording
from tests.domain.build import instant, posting

NOW = instant("2027-04-15 13:00")
SITE = "Open positions · jobs.lab.example"
OWL = posting(
    title="PhD in the hearing of owls",
    group="Owl lab",
    organization="Universität Tübingen",
    location="Tübingen, Germany",
    deadline="2027-05-02",
)


@pytest.fixture
def drawn(monkeypatch):
    """Draws, and gives the blocks of text with their places."""
    blocks = []
    original = TextBlock.draw

    def watched(self, on, left, top, colour):
        blocks.append((self, left, top, colour))
        original(self, on, left, top, colour)

    monkeypatch.setattr(TextBlock, "draw", watched)

    def draw(one, become=Standing.OPEN, language="en"):
        blocks.clear()
        share._drawn.cache_clear()
        image = Image.open(io.BytesIO(share.draw(one, become, NOW, wording(language), SITE)))
        return blocks[:], image.convert("RGB")

    return draw


def words(blocks):
    return [" ".join(block.lines) for block, *_ in blocks if block.lines]


def test_it_says_who_what_where_and_until_when(drawn):
    blocks, image = drawn(OWL)
    assert image.size == (1200, 630)
    assert words(blocks) == [
        "Owl lab · Universität Tübingen",
        "PhD in the hearing of owls",
        "PhD",
        "Tübingen, Germany",
        "Apply by",
        "Sunday, 2 May 2027, 23:59",
        "Europe/Berlin, UTC+2",
        SITE,
    ]


def test_it_speaks_german(drawn):
    blocks, _ = drawn(OWL, language="de")
    assert {"Promotion", "Bewerbung bis", "Sonntag, 2. Mai 2027, 23:59"} <= set(words(blocks))


@pytest.mark.parametrize(
    ("become", "said"),
    [
        (Standing.FILLED, "This position is filled."),
        (Standing.WITHDRAWN, "This position was withdrawn."),
        (Standing.GONE, "This position is no longer listed."),
        (Standing.CLOSED, "This position is closed."),
        (Standing.PASSED, "This position is closed."),
    ],
)
def test_what_is_over_says_so_and_has_lost_its_colour(drawn, become, said):
    blocks, image = drawn(OWL, become)
    assert said in words(blocks)
    assert "Apply by" not in " ".join(words(blocks))
    assert image.getpixel((5, 300)) != drawn(OWL)[1].getpixel((5, 300))


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({}, ["No fixed deadline: applications are welcome at any time"]),
        ({"deadline": "2027-05-02", "deadline_kind": "review-begins"}, ["Review begins", "Sunday, 2 May 2027, 23:59"]),
        (
            {"deadline": "2027-04-02", "deadline_kind": "review-begins"},
            ["Review began", "Friday, 2 April 2027, 23:59; still open"],
        ),
        (
            {"deadline": "2027-05-03 00:00"},
            ["Apply by", "Monday, 3 May 2027, 00:00 (as Sunday ends)", "Europe/Berlin, UTC+2"],
        ),
    ],
)
def test_every_kind_of_deadline_is_said_as_it_is(drawn, given_, said):
    blocks, _ = drawn(posting(**given_))
    assert words(blocks)[2:-1][: len(said)] == said


def test_it_says_nothing_that_is_untrue_tomorrow():
    """Whoever shows it keeps it: the same bytes on another day, and after another start."""
    first = share.draw(OWL, Standing.OPEN, NOW, wording("en"), SITE)
    for cached in (lettering.font, lettering._home, lettering._shape, share._drawn):
        cached.cache_clear()
    assert share.draw(OWL, Standing.OPEN, NOW + timedelta(days=3), wording("en"), SITE) == first


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_a_colour_on_which_white_can_be_read(role, drawn):
    _, image = drawn(posting(role=role))
    pill = image.getpixel((5, 300))
    assert contrast(pill, (255, 255, 255)) >= 4.5
    assert contrast(pill, image.getpixel((600, 620))) >= 4.5


@pytest.mark.parametrize("ink", [share._INK, share._SOFT, share._OVER])
def test_all_that_matters_can_be_read(ink):
    assert contrast(ImageColor.getrgb(ink), ImageColor.getrgb(share._PAPER)) >= (3 if ink == share._OVER else 4.5)


def contrast(one, other):
    """WCAG 2.2, 1.4.3."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour):
    parts = [part / 255 for part in colour[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_what_is_published_is_drawn_as_it_is_now():
    site = Site("https://jobs.lab.example/board", "Open positions")
    edition = Edition("owls", OWL, 0, NOW, NOW)

    def at(days, **given):
        return share.render(replace(edition, **given), site, NOW + timedelta(days=days), wording("en"))

    def drawn_as(become, days=0):
        return share.draw(OWL, become, NOW + timedelta(days=days), wording("en"), SITE)

    assert at(0) == drawn_as(Standing.OPEN)
    assert at(30) == drawn_as(Standing.PASSED, 30)
    assert at(0, gone_at=NOW) == drawn_as(Standing.GONE)


def test_its_card_says_the_same_and_has_a_new_address_when_the_picture_is_new():
    site = Site("https://jobs.lab.example", "Owl jobs")

    def card(one=OWL, days=0, language="en"):
        return share.card(Edition("owls", one, 0, NOW, NOW), site, NOW + timedelta(days=days), wording(language))

    found = card()
    assert found["og:title"] == "PhD in the hearing of owls"
    assert found["og:description"] == (
        "PhD · Owl lab, Universität Tübingen · Tübingen, Germany · "
        "Apply by Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)"
    )
    assert found["og:url"] == "https://jobs.lab.example/postings/phd-owls"
    assert found["og:image"].startswith("https://jobs.lab.example/postings/phd-owls.png?v=")
    assert (found["og:site_name"], found["og:locale"]) == ("Owl jobs", "en_GB")
    assert found["twitter:card"] == "summary_large_image"
    assert card(days=3) == found
    assert "This position is closed. The deadline passed Sunday" in card(days=30)["og:description"]
    moved = posting(title=OWL.title, deadline="2027-05-09")
    assert len({card()["og:image"], card(days=30)["og:image"], card(moved)["og:image"]}) == 3
    assert card(language="de")["og:locale"] == "de_DE"


# --- Text that is long, strange or hostile

LONG = "Postdoctoral researcher in trustworthy and energy-efficient machine learning for the life sciences " * 4
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 5
HOSTILE = [
    "\u202eevil\u202c",
    "a\u0301\u0302\u0303\u0304\u0305",
    "\x00\x1b[31m",
    "\ud800",
    "中文" * 90,
    "😀" * 50,
    WORD,
    "<b>&",
]
texts = st.lists(st.one_of(st.text(max_size=80), st.sampled_from([*HOSTILE, LONG])), max_size=4).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=texts, group=texts, location=texts, become=st.sampled_from(Standing), role=st.sampled_from(Role))
@example(title=LONG, group=LONG, location=LONG, become=Standing.OPEN, role=Role.PHD)
@example(title=WORD, group=WORD, location=WORD, become=Standing.PASSED, role=Role.OTHER)
@example(title="", group="", location="", become=Standing.OPEN, role=Role.OTHER)
def test_whatever_is_written_stays_on_the_picture_and_nothing_lies_on_another(title, group, location, become, role):
    one = posting(
        title=title,
        group=group,
        location=location,
        role=f"{role} phd research-staff",
        deadline="2027-09-30 12:00",
        timezone="America/Argentina/Buenos_Aires",
    )
    blocks = []
    original = TextBlock.draw
    share._drawn.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TextBlock, "draw", lambda self, on, left, top, colour: (
            blocks.append((left, top, left + self.width, top + self.height)) if self.lines else None,
            original(self, on, left, top, colour),
        ))  # fmt: skip
        made = share.draw(one, become, NOW, wording("de"), title or SITE)
    assert len(made) <= 80_000
    for left, top, right, bottom in blocks:
        assert left >= 60
        assert right <= 1200 - 60
        assert top >= 40
        assert bottom <= 630
    for number, one_box in enumerate(blocks):
        for other in blocks[number + 1 :]:
            apart = one_box[2] <= other[0] or other[2] <= one_box[0]
            slack = 0.35 * min(one_box[3] - one_box[1], other[3] - other[1], 46)  # leading above and below the letters
            assert apart or one_box[3] - slack <= other[1] or other[3] - slack <= one_box[1]


@given(st.text())
def test_a_clean_text_is_one_line_that_turns_no_direction(text):
    assert not set(clean(text)) & set(
        "\n\r\t\x00\x1b\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ud800"
    )
    assert clean(clean(text)) == clean(text)


def test_letters_that_no_font_has_are_replaced_and_emoji_left_out():
    assert drawable("Ωμέγα Жук äöüß – “x” 😀", BOLD) == ("Ωμέγα Жук äöüß – “x”", 1.0)
    found, known = drawable("\U00010330\U00010331 owls", BOLD)  # Gothic
    assert found == f"{UNKNOWN} owls"
    assert known == pytest.approx(4 / 6)


def test_a_title_of_which_little_can_be_shown_gives_way_to_the_role(drawn):
    assert words(drawn(posting(title="\U00010330" * 9, role="thesis"))[0])[0] == "Thesis"


def test_a_font_for_east_asia_is_used_where_it_is_installed(monkeypatch, tmp_path):
    package = tmp_path / "noto_cjk_sans_jp_regular"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "Noto.otf").write_bytes(lettering.SEMIBOLD.read_bytes())
    monkeypatch.setattr(lettering, "_shape", lambda letter, path: letter if path.name == "Noto.otf" else "nothing")
    monkeypatch.syspath_prepend(tmp_path)
    home, find = lettering._home.__wrapped__, lettering._cjk.__wrapped__
    monkeypatch.setattr(lettering, "_cjk", find)
    assert home("深", BOLD) == package / "Noto.otf"
    monkeypatch.setattr(lettering, "_cjk", lambda: None)
    assert home("深", BOLD) is None


def test_a_text_is_shrunk_before_it_is_cut():
    short, long = fitted("Owls", BOLD, ((80, 1), (40, 2)), 500), fitted("Owls " * 40, BOLD, ((80, 1), (40, 2)), 500)
    assert (short.size, short.lines) == (80, ("Owls",))
    assert (long.size, len(long.lines)) == (40, 2)
    assert long.lines[-1].endswith("…")


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=300), st.integers(80, 900))
def test_no_line_is_wider_than_its_room(text, room):
    block = fitted(drawable(text, BOLD)[0], BOLD, ((60, 2), (30, 3)), room)
    assert all(width(line, BOLD, block.size) <= room for line in block.lines)


def test_the_longest_text_is_not_measured_over_and_over(monkeypatch):
    measured = []

    def counted(line, path, size):
        measured.append(len(line))
        return width(line, path, size)

    monkeypatch.setattr(lettering, "width", counted)
    for times in (1, 100):
        measured.clear()
        share._drawn.cache_clear()
        share.draw(
            posting(title=LONG * times, group=LONG * times, deadline="2027-05-02"),
            Standing.OPEN,
            NOW,
            wording("en"),
            SITE,
        )
        assert 0 < sum(measured) < 10_000  # letters
