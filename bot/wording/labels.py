"""What stands on the board around the postings, in a reader's language."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bot.domain.version import Standing
from bot.domain.zones import AOE
from bot.wording.wording import Wording


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
        take_away=_("Take away"),
        words_only=_("Searched as words that stand in the text: on this page, days and questions are not understood."),
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
        subscribe=_("Subscribe"),
        subscribe_hint=_("New positions and moved deadlines come to your calendar or feed reader by themselves."),
        subscribe_part=_("What matches these filters comes to your calendar or feed reader by itself."),
        subscribe_next=_("The next one comes to your calendar or feed reader by itself."),
        subscribe_calendar=_("Calendar"),
        copy_calendar=_("Copy calendar address"),
        back=_("To the open positions"),
        withdrawn=_("This position was withdrawn."),
        footer=_("Dates are told in the time zone of each position."),
    )


def chat_labels(words: Wording) -> dict[str, Any]:
    """What stands on the page of the chat in the browser around the messages, by the name that the page asks for;
    `first`: questions to begin with, each with what they ask.
    """
    _: Callable[[str], str] = words.gettext
    return {
        "local": _("A chat on this computer. Nothing here is sent to Telegram or Slack."),
        "channel": _("Channel"),
        "choose": _("Channel:"),
        "direct": _("Direct chat"),
        "question": _("Your question"),
        "send": _("Send"),
        "example": _("e.g. PhD positions in Tübingen"),
        "you": _("You"),
        "bot": "Callboard",
        "edited": _("edited"),
        "reply": _("in reply to an earlier message"),
        "away": _("The bot is not running. This page waits for it."),
        "quiet": _("Nothing has been announced here yet. Announcements and reminders arrive by themselves."),
        "hello": _("Ask what is open, for example:"),
        "failed": _("No answer: is the bot running?"),
        "first": {
            _("What is open?"): "/positions",
            _("PhD positions"): "phd",
            _("Which deadlines are near?"): "/deadlines",
            _("Help"): "/help",
        },
    }


def count(words: Wording, number: int) -> str:
    """The number of positions, in words."""
    return words.ngettext("{n} position", "{n} positions", number).format(n=number)


def telling(words: Wording, timezone: str) -> dict[str, Any]:
    """What a page needs that tells by itself how much time is left: words for one and for `{n}`, and the zone in which
    days are counted.
    """

    def both(singular: str, plural: str) -> list[str]:
        return [words.ngettext(singular, plural, number) for number in (1, 2)]

    return {
        "passed": words.standing_name(Standing.PASSED),
        "day": both("{n} day left", "{n} days left"),
        "hour": both("{n} hour left", "{n} hours left"),
        "minute": both("{n} minute left", "{n} minutes left"),
        "timezone": "Etc/GMT+12" if timezone == AOE else timezone,
    }
