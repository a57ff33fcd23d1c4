"""What stands on the board around the postings, in a reader's language."""

from collections.abc import Callable
from types import SimpleNamespace

from bot.core.wording import Wording


def signs(words: Wording) -> SimpleNamespace:
    """By the name that a page asks for: no dictionary, for that has a `clear` of its own."""
    _: Callable[[str], str] = words.gettext
    return SimpleNamespace(
        skip=_("Skip to the positions"),
        filter=_("Filter"),
        search=_("Search"),
        search_hint=_("Title, group, topic …"),
        role=_("Role"),
        place=_("Place"),
        tag=_("Tag"),
        any=_("Any"),
        show=_("Show"),
        clear=_("Clear filters"),
        no_match=_("Nothing that is open matches."),
        closed_lately=_("Closed lately"),
        newer=_("Previous"),
        older=_("Next"),
        pages=_("Pages"),
        calendar=_("Calendar"),
        feed=_("Feed"),
        data=_("Data"),
        all=_("All open positions"),
        your_time=_("In your time zone:"),
        apply=_("Apply"),
        advert=_("Full advert"),
        add=_("Add to calendar"),
        share=_("Copy link"),
        copied=_("Link copied"),
        about=_("About the position"),
        facts=_("At a glance"),
        missing=_("There is no such page"),
        missing_hint=_("The address may be mistyped, or the position was never published here."),
        footer=_("Dates are told in the time zone of each position."),
    )


def count(words: Wording, number: int) -> str:
    """How many are shown."""
    return words.ngettext("{n} position", "{n} positions", number).format(n=number)
