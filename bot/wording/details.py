"""The parts of a posting as they are shown: its line in a list, its facts, whom to write to, where its links lead."""

from itertools import chain

from babel.dates import format_date

from bot.domain import addresses
from bot.domain import markdown as prose
from bot.domain.message import Button, Line, LineKind, Span, joined, shortened
from bot.domain.posting import LABELS, Posting
from bot.wording.deadlines import Deadlines

_LONG = 300  # of how to apply


class Details(Deadlines):
    """The parts of a posting in one language."""

    def _item(self, mark: str, posting: Posting, length: int = 120, *, strike: bool = False) -> Line:
        url = _web(posting.url) or _web(posting.apply) or self._page(posting)
        facts = shortened(joined([self.roles(posting), posting.location]), 80)
        title = Span(shortened(posting.title, length), bold=True, strike=strike, url=url)
        return Line.of(mark, title, f" ({facts})" if facts else "", kind=LineKind.ITEM)

    def facts(self, posting: Posting) -> list[Line]:
        """Two lines about a posting: its roles, whose it is and where; its pay or share, openings, start, duration and
        workplace.
        """
        where = joined([posting.group, posting.organization], ", ")
        workplace = self.workplace_name(posting.workplace) if posting.workplace else None
        count = posting.openings or 0
        terms = joined(
            [
                self._pay(posting) or self.share(posting),
                self.ngettext("{n} opening", "{n} openings", count).format(n=count) if count else None,
                posting.start and self._("start: {start}").format(start=self.day(posting.start)),
                self.day(posting.duration),
                workplace,
            ]
        )
        first = joined([self.roles(posting), where, posting.location])
        return [Line.of(shortened(first, 300)), Line.of(shortened(terms, 300))]

    def labelled(self, posting: Posting) -> list[tuple[str, str]]:
        """Pairs of a label and a text, for what the posting says."""
        labelled_texts = [
            (self._("Role"), self.roles(posting)),
            (self._("Group"), joined([posting.group, posting.organization], ", ")),
            (
                self._("Place"),
                joined([posting.location, posting.workplace and self.workplace_name(posting.workplace)], ", "),
            ),
            (self._("Start"), self.day(posting.start)),
            (self._("Duration"), self.day(posting.duration)),
            (self._("Pay"), self._pay(posting)),
            (self._("Share of full time"), None if posting.pay else self._fte(posting)),
            (self._("Openings"), posting.openings and str(posting.openings)),
            (self._("Posted"), posting.posted and format_date(posting.posted, self.formats.long, self.formats.locale)),
            *((self._(label), _as_it_is(getattr(posting, key))) for key, label in LABELS.items()),
        ]
        return [(label, text) for label, text in labelled_texts if text]

    def requirements(self, posting: Posting) -> list[tuple[str, str]]:
        """Pairs of a label and a text, for what is asked of whoever applies."""
        requirements = ((self._("Degree"), posting.degree), (self._("Skills"), posting.skills))
        spoken = (self._("Languages"), posting.languages)
        return [(label, ", ".join(names)) for label, names in (*requirements, spoken) if names]

    def links(self, posting: Posting, *, is_open: bool) -> tuple[tuple[Button, ...], ...]:
        """Buttons to the advert, to where one applies, and to the posting's page."""
        apply = addresses.to_press(posting.apply) if posting.apply and is_open else None
        places = [
            (self._("Advert"), posting.url),
            (self._("Apply"), apply and apply.url),
            (self._("Details"), self._page(posting) if is_open else None),
        ]
        buttons = tuple(Button(label, url=url) for label, url in places if url)
        return (buttons,) if buttons else ()

    def _page(self, posting: Posting) -> str | None:
        return self.site.posting(posting.id) if self.site else None

    # --- Pay and share of full time

    def pay(self, posting: Posting) -> str | None:
        """What it pays, and which share of full time it is."""
        return self._pay(posting) or self.share(posting)

    def _pay(self, posting: Posting) -> str | None:
        return joined([posting.pay, self._fte(posting)]) if posting.pay else None

    def share(self, posting: Posting) -> str | None:
        """How much of full time it is."""
        return self._("{share} of full time").format(share=self._fte(posting)) if posting.fte else None

    def _fte(self, posting: Posting) -> str | None:
        return f"{posting.fte:g} %" if posting.fte else None

    # --- How to apply

    def how_to_apply(self, posting: Posting) -> list[Line]:
        """Where to apply when that is more than a web address, and whom to ask."""
        return [*self._apply(posting), *self._contact(posting)]

    def _way_to_apply(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        """The one line that says so in short, where no link does."""
        is_led_on = posting.apply or posting.url
        return self._contact(posting, indent, length) if not is_led_on else self._apply(posting, indent, length)

    def _apply(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        if not posting.apply or _web(posting.apply):
            return []
        return [Line.of(indent, self._("Apply:") + " ", *_linked(posting.apply, length))]

    def contact(self, posting: Posting) -> list[Line]:
        """Whom to ask."""
        return self._contact(posting)

    def _contact(self, posting: Posting, indent: str = "", length: int = _LONG) -> list[Line]:
        contact = posting.contact
        parts = [part for part in (contact.name, contact.email, contact.url) if part] if contact else []
        if not parts:
            return []
        spaced = chain.from_iterable((*_linked(part, length), Span(", ")) for part in parts)
        return [Line.of(indent, self._("Contact:") + " ", *list(spaced)[:-1])]


def _as_it_is(value: str | tuple[str, ...] | None) -> str | None:
    return value if value is None or isinstance(value, str) else ", ".join(value)


def _web(text: str | None) -> str | None:
    return addresses.web(text) if text else None


def _linked(text: str, length: int) -> tuple[Span, ...]:
    """What is an address as a whole is shown bare; of other text, what is one is a link."""
    address = addresses.whole(text)
    return (Span(shortened(address.text, length), url=address.url),) if address else prose.linked(text, length)
