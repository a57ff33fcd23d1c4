"""What was handed in from chat, as whoever runs the bot sees it: what waits and since when, and who decided what."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from xml.etree.ElementTree import Element

from bot.domain.draft import Action, AuditEntry, Contributor, Draft, DraftState
from bot.domain.message import shortened
from bot.domain.zones import zone
from bot.pictures.markup import Page, add, element, style

LATEST = 200
"""So many entries of the audit are shown; `callboard audit` has all."""

_LONGEST = 600  # characters of a value

_DONE = {
    Action.HANDED_IN: "handed in",
    Action.APPROVED: "approved",
    Action.REJECTED: "rejected",
    Action.PUBLISHED: "published",
    Action.CHANGED: "changed",
    Action.EXTENDED: "extended",
    Action.CLOSED: "closed",
    Action.REOPENED: "reopened",
    Action.IMPORTED: "imported",
    Action.SET: "set",
}
_WANTED = {
    Action.PUBLISHED: "a new position",
    Action.IMPORTED: "a new position, from a source",
    Action.EXTENDED: "another deadline",
    Action.CLOSED: "to close it",
    Action.REOPENED: "to open it again",
}


def page(drafts: Sequence[Draft], audit: Sequence[AuditEntry], timezone: str, now: datetime) -> Page:
    """`drafts`: those that wait and those decided lately, oldest first; `audit`: the latest entries, oldest first."""
    where = zone(timezone)
    waiting = [draft for draft in drafts if draft.state is DraftState.WAITING]
    decided = [draft for draft in drafts if draft.state is not DraftState.WAITING]
    main = element("main", element("h1", "Drafts"), element("p", _summary(waiting, now), class_="summary"))
    if waiting:
        add(main, element("h2", "Waiting"), *(_waits(draft, now, where) for draft in waiting))
    if decided:
        latest = sorted(decided, key=lambda draft: draft.decided_at or draft.at, reverse=True)
        rows = (_decided(draft, where) for draft in latest)
        add(main, element("h2", "Decided in the last 30 days"), table(_DECIDED, rows, "Decided"))
    if audit:
        add(
            main,
            element("h2", "Who did what"),
            table(_AUDIT, (_entry(entry, where) for entry in reversed(audit)), "Audit"),
        )
    if len(audit) >= LATEST:
        add(main, element("p", f"These are the latest {LATEST}; `callboard audit` lists all.", class_="note"))
    add(main, element("p", f"Times are those of {timezone}.", class_="note"))
    return Page("Drafts", style("preview") + style("drafts"), main)


def age(span: timedelta) -> str:
    """How long ago, in the largest unit that fits: `3 days`, `1 hour`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if count := seconds // size:
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return "less than a minute"


def _summary(waiting: Sequence[Draft], now: datetime) -> str:
    if not waiting:
        return "Nothing waits for approval."
    count = "1 draft waits" if len(waiting) == 1 else f"{len(waiting)} drafts wait"
    oldest = age(now - waiting[0].at)
    return f"{count} for approval, {'' if len(waiting) == 1 else 'the oldest '}for {oldest}."


def _waits(draft: Draft, now: datetime, where: tzinfo) -> Element:
    """A draft that waits: what it says, and how it is decided here."""
    about = "" if draft.is_new else f" for {draft.posting}"
    by = f"{_named(draft.by)}: {_wanted(draft)}{about}, {_local(draft.at, where)}, {age(now - draft.at)} ago"
    says = element("dl", *(part for key, value in draft.changes.items() for part in _key(draft, key, value)))
    section = element("section", element("h3", _title(draft), dir="auto"), element("p", by, class_="note"), says)
    if draft.trouble:
        add(
            section, element("p", f"When it was last approved, it could not be done: {draft.trouble}", class_="trouble")
        )
    how = ("In the chat, or here: ", element("code", f"callboard approve {draft.id}"), " or ")
    add(section, element("p", *how, element("code", f"callboard reject {draft.id} --why TEXT"), class_="note"))
    return section


def _key(draft: Draft, key: str, value: object) -> Iterator[Element]:
    yield element("dt", key)
    before = (draft.base or {}).get(key)
    was = element("del", _text(before)) if before not in (None, "") else None
    yield element(
        "dd", was, " " if was is not None else None, _text(value) if value is not None else "taken away", dir="auto"
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items())
    return shortened(str(value), _LONGEST)


_DECIDED = ("Decided", "What", "Handed in by", "Became", "By", "Why")
_AUDIT = ("When", "Who", "Did", "Posting", "Detail")


def _decided(draft: Draft, where: tzinfo) -> Sequence[str]:
    state = str(draft.state) if draft.is_done or draft.state is DraftState.REJECTED else "approved, and being done"
    by = _named(draft.decided_by) if draft.decided_by else ""
    at = _local(draft.decided_at, where) if draft.decided_at else ""
    return at, _title(draft), _named(draft.by), state, by, draft.why or ""


def _entry(entry: AuditEntry, where: tzinfo) -> Sequence[str]:
    return _local(entry.at, where), _named(entry.by), _DONE[entry.action], entry.posting or "", entry.detail


def table(names: Sequence[str], rows: Iterable[Sequence[str]], label: str) -> Element:
    """Rows below the names of their columns; a narrow screen shows each name beside its cell."""
    head = element("thead", element("tr", *(element("th", name, scope="col") for name in names)))
    body = element("tbody")
    for row in rows:
        cells = (
            element("td", shortened(text, _LONGEST), dir="auto", data_label=name)
            for name, text in zip(names, row, strict=True)
        )
        add(body, element("tr", *cells))
    return element("section", element("table", head, body), class_="table", tabindex=0, aria_label=label)


def _title(draft: Draft) -> str:
    return shortened(str(draft.changes.get("title") or draft.posting or draft.id), 200)


def _wanted(draft: Draft) -> str:
    return _WANTED.get(draft.action, "a change")


def _named(by: Contributor) -> str:
    return f"{by.name} ({by.person})" if by.name != str(by.person) else by.name


def _local(at: datetime, where: tzinfo) -> str:
    return f"{at.astimezone(where):%Y-%m-%d %H:%M}"
