"""What a person reads in a message, and how a deadline is written: to compare what was sent with what is expected."""

import re

from bot.domain.message import LineKind, Message
from tests.soak.adverts import Deadline, zone

WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(),
}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
}
AOE = {"en": "AoE, anywhere on Earth", "de": "AoE, irgendwo auf der Erde"}
STATUS = {
    "This position is filled.": "filled",
    "Diese Stelle ist besetzt.": "filled",
    "This position was withdrawn.": "withdrawn",
    "Diese Stelle wurde zurückgezogen.": "withdrawn",
    "This position is no longer listed.": "gone",
    "Diese Stelle ist nicht mehr aufgeführt.": "gone",
    "This position is closed.": "closed",
    "Diese Stelle ist geschlossen.": "closed",
    "Filled": "filled",
    "Besetzt": "filled",
    "Withdrawn": "withdrawn",
    "Zurückgezogen": "withdrawn",
    "No longer listed": "gone",
    "Nicht mehr ausgeschrieben": "gone",
    "Closed": "closed",
    "Geschlossen": "closed",
    "Deadline passed": "passed",
    "Frist abgelaufen": "passed",
}
OPENINGS = {
    "New position:": "announcement",
    "Neue Stelle:": "announcement",
    "Open again:": "reopened",
    "Wieder offen:": "reopened",
}
HEADINGS = {
    "New positions": "announcement",
    "Neue Stellen": "announcement",
    "Open again": "reopened",
    "Wieder offen": "reopened",
    "Deadlines that were moved": "deadline-moved",
    "Geänderte Fristen": "deadline-moved",
    "Deadlines that come near": "reminder",
    "Fristen, die näher rücken": "reminder",
    "No longer open": "closed",
    "Nicht mehr offen": "closed",
}
FORMERLY = ("Formerly: ", "Bisher: ")
NO_DEADLINE = {"en": "no fixed deadline", "de": "keine feste Frist"}
ANY_TIME = ("No fixed deadline", "Keine feste Frist")


def when(deadline: Deadline, language: str) -> str:
    """`Sunday, 2 May 2027, 23:59 (Europe/Berlin, UTC+2)`."""
    local = deadline.local
    hours = round(deadline.at.astimezone(zone(deadline.zone)).utcoffset().total_seconds() / 3600)
    offset = f"UTC{'+' if hours > 0 else '−'}{abs(hours)}" if hours else "UTC"
    name = AOE[language] if deadline.zone == "AoE" else deadline.zone
    weekday, month = WEEKDAYS[language][local.weekday()], MONTHS[language][local.month - 1]
    day = f"{local.day}." if language == "de" else local.day
    return f"{weekday}, {day} {month} {local.year}, {local:%H:%M} ({name}, {offset})"


def read(message: Message) -> tuple[int | None, int, list[dict]]:
    """The number of all that a digest names, if it is one; how many it only counts; and what it says of each."""
    lines = list(message.lines)
    if lines[0].text.startswith("📋"):
        return _digest(lines)
    return None, 0, [_single(message)]


def _single(message: Message) -> dict:
    lines = list(message.lines)
    first = lines[0]
    text = "\n".join(line.text for line in lines[1:])
    facts = {"kind": _kind(first.text), "title": first.spans[-1].text, "struck": first.spans[-1].strike, "status": None}
    rest = lines[1:]
    if facts["kind"] == "closed":
        facts["status"] = STATUS[first.spans[1].text]
    elif rest and len(rest[0].spans) == 1 and rest[0].spans[0].bold and rest[0].text in STATUS:
        facts["status"] = STATUS[rest[0].text]
    if facts["kind"] == "deadline-moved":
        facts["earlier"] = first.text.startswith("⚠️")
    facts |= _deadline(rest)
    for name, pattern in (("pay", r"\bPay(\d+)\b"), ("summary", r"\bSummary(\d+)\b")):
        if found := re.search(pattern, text):
            facts[name] = int(found[1])
    if found := re.search(r"\b(Jena|Ulm|Kiel|Bonn|Graz|Basel)\b", text):
        facts["place"] = found[1]
    for button in (button for row in message.buttons for button in row):
        if button.url and "apply.example" in button.url:
            facts["apply"] = int(button.url.rpartition("/")[2])
    return facts


def _kind(text: str) -> str:
    if text.startswith("⏰"):
        return "reminder"
    if text.startswith("🔒"):
        return "closed"
    if text.startswith(("⏩", "⚠️", "ℹ️")):
        return "deadline-moved"
    return next(kind for words, kind in OPENINGS.items() if words in text)


def _deadline(lines: list) -> dict:
    """Of the first line that has one, and of the next, in the reader's own time."""
    for number, line in enumerate(lines):
        if not line.text.strip().startswith("⏳"):
            continue
        below = list(lines[number + 1 :])
        was = None
        if below and below[0].text.strip().startswith(FORMERLY):
            was = next(span.text for span in below.pop(0).spans if span.strike)
        if any(words in line.text for words in ANY_TIME):
            return {"until": "any time", "was": was, "instant": None}
        until = next(span.text for span in line.spans if span.bold)
        return {"until": until, "was": was, "instant": below[0].spans[-1].instant if below and below[0].spans else None}
    return {"until": None, "was": None, "instant": None}


def _digest(lines: list) -> tuple[int, int, list[dict]]:
    total = int(re.search(r"\d+", lines[0].text)[0])
    items, heading, more = [], None, 0
    for number, line in enumerate(lines[1:], 1):
        if line.kind is LineKind.ITEM:
            title = line.spans[1]
            rest = lines[number + 1 : number + 5]
            ends = next((n for n, one in enumerate(rest) if one.kind is LineKind.ITEM or not one.spans), len(rest))
            rest = rest[:ends]
            status = next((STATUS[span.text] for one in rest for span in one.spans if span.italic), None)
            place = re.search(r"(Jena|Ulm|Kiel|Bonn|Graz|Basel)", line.text)
            facts = {"kind": heading, "title": title.text, "struck": title.strike, "status": status}
            items.append(facts | _deadline(rest) | {"place": place and place[0]})
        elif line.text in HEADINGS:
            heading = HEADINGS[line.text]
        elif line.text.startswith("… "):
            more = int(re.search(r"\d+", line.text)[0])
    return total, more, items
