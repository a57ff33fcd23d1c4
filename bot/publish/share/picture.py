"""The picture that a link to a posting shows where it is shared (Open Graph): what, where, and until when to apply.

It says no "5 days left": whoever shows it keeps it for weeks. What is over says so.
"""

import hashlib
import io
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageColor, ImageDraw

from bot.domain.edition import Edition
from bot.domain.message import joined, shortened
from bot.domain.posting import Posting, Role
from bot.domain.site import Site
from bot.domain.version import Standing
from bot.language import pack
from bot.publish.share.lettering import BOLD, REGULAR, SEMIBOLD, TextBlock, clean, drawable, fitted, font
from bot.wording.wording import Wording

WIDTH, HEIGHT = 1200, 630
_DESIGN = 1
"""To be counted up when pictures look otherwise: then they are asked for anew."""

_LEFT, _RIGHT, _BAR, _PILL = 88, 1120, 20, 50
_PAPER, _INK, _SOFT, _FAINT, _RULE, _OVER = "#fbfaf7", "#1c2430", "#566070", "#8b93a0", "#dfdcd4", "#7a7f88"
_COLOURS = {  # 4.5:1 at least, on paper and under white
    Role.PHD: "#1f5f8b",
    Role.POSTDOC: "#6a4c93",
    Role.PROFESSOR: "#8c2f39",
    Role.RESEARCH_STAFF: "#2b6b5e",
    Role.STUDENT_ASSISTANT: "#9a5311",
    Role.THESIS: "#4a6b1f",
    Role.INTERNSHIP: "#a03a6b",
    Role.TECHNICIAN: "#4d5b6b",
    Role.ADMIN: "#5b5470",
    Role.OTHER: "#4d5b6b",
}
_TITLE = ((88, 2), (76, 2), (68, 2), (60, 2), (68, 3), (60, 3), (52, 4), (46, 4))
_READABLE = 0.5
"""Where fewer of its letters than this can be shown, a title is not shown."""


def render(edition: Edition, site: Site, now: datetime, words: Wording) -> bytes:
    """The picture of what is published, as it is now."""
    return draw(edition.posting, edition.standing(now), now, words, _name(site))


def _name(site: Site) -> str:
    return joined([site.title, urlsplit(site.base_url).netloc])


def card(edition: Edition, site: Site, now: datetime, words: Wording) -> dict[str, str]:
    """What a page says of itself to those that show a card where its link is shared (https://ogp.me), by property.

    They keep a picture by its address: so that has a number that changes whenever the picture does.
    """
    posting, standing = edition.posting, edition.standing(now)
    until = "".join(words.until(posting, now, standing)).strip()
    if standing is not Standing.OPEN:
        until = joined([words.over(standing), until], " ")
    title = shortened(clean(posting.title), 200)
    facts = joined([words.roles(posting), joined([posting.group, posting.organization], ", "), posting.location, until])
    drawn = (_DESIGN, title, facts, posting.workplace, standing, until, words.language, _name(site))
    number = hashlib.blake2s(repr(drawn).encode(), digest_size=6).hexdigest()
    return {
        "og:type": "website",
        "og:title": title,
        "og:description": clean(facts),
        "og:url": site.posting(posting.id),
        "og:image": f"{site.posting(posting.id, '.png')}?v={number}",
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": shortened(f"{title}. {clean(until)}", 400),
        "og:locale": pack(words.language)["open_graph"],
        **({"og:site_name": site.title} if site.title else {}),
        "twitter:card": "summary_large_image",
    }


def draw(posting: Posting, standing: Standing, now: datetime, words: Wording, site: str) -> bytes:
    """The picture as PNG; the same bytes for the same facts. `site` is the name of where it is published."""
    return _drawn(posting, standing, words.until(posting, now, standing), words, site)


@lru_cache(maxsize=256)
def _drawn(posting: Posting, standing: Standing, until: tuple[str, str, str], words: Wording, site: str) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    on = ImageDraw.Draw(image)
    is_open = standing is Standing.OPEN
    colour = _COLOURS[posting.roles[0]] if is_open else _OVER
    on.rectangle((0, 0, _BAR - 1, HEIGHT), fill=colour)

    where = _line(joined([posting.group, posting.organization]), SEMIBOLD, 31)
    where.draw(on, _LEFT, 58, _SOFT)
    top = 112 if where.lines else 72
    title, known = drawable(posting.title, BOLD)
    if known < _READABLE or not title:
        title = drawable(words.roles(posting), BOLD)[0]
    block = fitted(title, BOLD, _TITLE, _RIGHT - _LEFT)
    block.draw(on, _LEFT, top, _INK if is_open else _OVER)
    _facts(on, posting, words, top + block.height + 26, colour)

    on.line((_LEFT, 444, _RIGHT, 444), fill=_RULE, width=2)
    _deadline(on, standing, until, words)
    foot = fitted(drawable(site, SEMIBOLD)[0], SEMIBOLD, ((25, 1),), _RIGHT - _LEFT)
    foot.draw(on, _RIGHT - foot.width, 572, _FAINT)
    return _png(image, colour)


def _line(text: str, path: Path, size: int, room: float = _RIGHT - _LEFT) -> TextBlock:
    return fitted(drawable(text, path)[0], path, ((size, 1),), room)


def _facts(on: ImageDraw.ImageDraw, posting: Posting, words: Wording, top: int, colour: str) -> None:
    """The role on its colour, and beside it the place."""
    role = _line(words.roles(posting), SEMIBOLD, 29, 560)
    pill = _pill(round(role.width) + 40)
    on.bitmap((_LEFT, top), pill, fill=colour)
    role.draw(on, _LEFT + 20, top + _PILL / 2 - _middle(role), "#ffffff")
    left = _LEFT + pill.width + 22
    where = _line(joined([posting.location, words.workplace(posting)]), REGULAR, 31, _RIGHT - left)
    where.draw(on, left, top + _PILL / 2 - _middle(where), _SOFT)


def _pill(width: int) -> Image.Image:
    """A mask with round ends, drawn large and made small: so its edge is smooth."""
    large = Image.new("L", (4 * width, 4 * _PILL))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, large.width - 1, large.height - 1), 2 * _PILL, fill=255)
    return large.resize((width, _PILL), Image.Resampling.BOX)


def _middle(block: TextBlock) -> float:
    """How far below its top the middle of its capital letters is."""
    face = font(block.path, block.size)
    return face.getmetrics()[0] + face.getbbox("H", anchor="ls")[1] / 2


def _deadline(on: ImageDraw.ImageDraw, standing: Standing, until: tuple[str, str, str], words: Wording) -> None:
    """Until when one can apply, with weekday, time and zone; or that it is over."""
    lead, when, after = until
    if standing is not Standing.OPEN:
        _line(words.over(standing), BOLD, 40).draw(on, _LEFT, 466, _INK)
        if when:
            deadline_text = drawable(f"{lead}{when}{after}", REGULAR)[0]
            fitted(deadline_text, REGULAR, ((27, 1), (24, 1), (21, 1)), _RIGHT - _LEFT).draw(on, _LEFT, 522, _SOFT)
        return
    if not when:
        fitted(drawable(lead, SEMIBOLD)[0], SEMIBOLD, ((40, 1), (36, 2)), _RIGHT - _LEFT).draw(on, _LEFT, 470, _INK)
        return
    _line(lead.strip(), REGULAR, 27).draw(on, _LEFT, 460, _SOFT)
    date, _, place = when.rpartition(" (")
    block = fitted(drawable(date + after, BOLD)[0], BOLD, ((42, 1), (36, 1), (30, 1)), _RIGHT - _LEFT)
    block.draw(on, _LEFT, 492 + (42 - block.size) / 2, _INK)
    _line(place.rstrip(")"), REGULAR, 27, 640).draw(on, _LEFT, 546, _SOFT)


def _png(image: Image.Image, colour: str) -> bytes:
    """With a palette of the colours that are used and the steps between them: it is a third of the size."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(_steps(colour))
    png = io.BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(png, "PNG", compress_level=6)
    return png.getvalue()


@cache
def _steps(colour: str) -> bytes:
    pairs = [(_PAPER, other_colour) for other_colour in (_INK, _SOFT, _FAINT, _RULE, _OVER, colour)] + [
        (colour, "#ffffff")
    ]
    steps_between = []
    for pair in pairs:
        start, end = (ImageColor.getrgb(colour_name) for colour_name in pair)
        steps = 36
        steps_between += [
            bytes(round(a + (b - a) * step / (steps - 1)) for a, b in zip(start, end, strict=True))
            for step in range(steps)
        ]
    return b"".join(steps_between)
