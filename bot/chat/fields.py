"""What is asked of a position, in people's words: each key's name and a hint."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.chat.context import Context
from bot.domain.message import joined, shortened

_NAMED = 5  # of what is in use
_HAVE_NAMES = ("organization", "group", "location", "tags")


def names(context: Context) -> Mapping[str, str]:
    """What the keys are called, in the order in which they are asked for at once."""
    _ = context.wording._
    return {
        "title": _("Title"),
        "role": _("Role"),
        "deadline": _("Deadline"),
        "deadline_time": _("Time of the deadline"),
        "timezone": _("Time zone of the deadline"),
        "deadline_kind": _("Kind of deadline"),
        "organization": _("Organization"),
        "group": _("Group"),
        "location": _("Place"),
        "workplace": _("Workplace"),
        "pay": _("Pay"),
        "fte": _("Percent of full time"),
        "start": _("Start"),
        "duration": _("Duration"),
        "url": _("Full advert"),
        "apply": _("How to apply"),
        "summary": _("Summary"),
        "description": _("Description"),
        "tags": _("Tags"),
    }


def hints(context: Context) -> Mapping[str, str]:
    """What helps to fill them in."""
    _ = context.wording._
    zone = _("A name such as Europe/Berlin, or AoE. Empty: {zone}.").format(zone=context.timezone)
    return {
        "title": _("What the position is called, without (m/f/d)."),
        "role": _("One or several."),
        "deadline": _("The last day on which one can apply. Empty: there is none."),
        "deadline_time": _("Empty: until the end of that day."),
        "timezone": zone,
        "deadline_kind": _("Empty: fixed with a deadline, open-ended without."),
        "organization": joined((_("University, institute or company."), _named(context, "organization")), " "),
        "group": joined((_("Research group, lab or department."), _named(context, "group")), " "),
        "location": joined((_("City and country."), _named(context, "location")), " "),
        "workplace": _("Whether one has to be there."),
        "pay": _("For example TV-L E13."),
        "fte": _("A number from 1 to 100."),
        "start": _("A day as 2027-10-01, or words such as: as soon as possible."),
        "duration": _("For example 3 years."),
        "url": _("Where it stands on the web: https://…"),
        "apply": _("An address of the web, an e-mail address, or words."),
        "summary": _("What it is about, in a few sentences."),
        "description": _("The text in full; Markdown."),
        "tags": joined((_("Words to find it by, with commas between them."), _named(context, "tags")), " "),
    }


def _named(context: Context, key: str) -> str | None:
    used = in_use(context, key)[:_NAMED]
    listed = ", ".join(shortened(name, 60) for name in used)
    return context.wording._("In use: {names}.").format(names=listed) if used else None


def in_use(context: Context, key: str) -> Sequence[str]:
    """What postings say there, the most frequent first; nothing for keys under which each says something of its own."""
    if key not in _HAVE_NAMES:
        return ()
    said: Counter[str] = Counter()
    for posting in context.index:
        value = getattr(posting, key)
        said.update([value] if isinstance(value, str) else value or ())
    return sorted(said, key=lambda name: (-said[name], name))
