"""What the front matter of a page about one call says of it: the values that its text does not give."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.domain.posting import Status
from bot.schema import Value
from bot.sources.base import AsFound, FoundPosting
from bot.sources.files.hints import status_named
from bot.sources.pages.blocks import Block, BlockKind
from bot.sources.pages.days import DateStyle
from bot.sources.pages.deadlines import deadline
from bot.sources.pages.details import emails
from bot.sources.pages.links import resolved
from bot.sources.pages.paying import pay

_NAMES = {
    "deadline": "deadline deadlinedate closingdate closedate closing closes closeson closesat applicationdeadline"
    " deadlineforapplications applicationsclose appldate applyby applybefore applyuntil due duedate until lastdate"
    " validthrough validuntil expires expirydate expirationdate bewerbungsfrist bewerbungsschluss bewerbungsende frist"
    " fechalimite fechacierre datelimite datalimite scadenza prazo sluitingsdatum ansokningsdag soknadsfrist",
    "url": "externalurl link applyurl applylink announcement advert url redirect",
    "organization": "organization organisation institution university employer company",
    "location": "location place city ort",
    "pay": "salary salaryrange salaryscale pay paygrade payment stipend compensation remuneration wage gehalt vergütung"
    " verguetung entgelt eingruppierung salaire rémunération salario sueldo stipendio salaris statementofpayment",
    "contact": "contact contactemail email kontakt",
}
"""By what front matter names a field, in small letters, `-` and `_` left out."""
_STATES = "status state estado active open filled closed callstatus published".split()
_ENDED = frozenset((Status.CLOSED, Status.FILLED, Status.WITHDRAWN))
_ELSEWHERE = frozenset(("close", "cerrado", "cerrada"))
"""What ends a call in templates, and in languages that have no folder in `bot/language`."""


def names_deadline(front: Mapping[str, Value], calendar: DateStyle) -> bool:
    """Whether front matter says until when to apply."""
    known = _values(front)
    values = (known[name] for name in _NAMES["deadline"].split() if name in known)
    return any(deadline([f"Deadline: {value}"], calendar).day for value in values)


def _values(front: Mapping[str, Value]) -> dict[str, str]:
    """The texts of front matter, by the names of their keys in small letters without signs."""
    return {
        re.sub(r"[-_ ]", "", key.lower()): value
        for key, value in front.items()
        if isinstance(value, str) and value.strip()
    }


def with_front_matter(
    posting: FoundPosting, front: Mapping[str, Value], calendar: DateStyle, base: str | None
) -> FoundPosting:
    """The posting with what its page's front matter adds."""
    fields, evidence, uncertain = dict(posting.fields), dict(posting.evidence), dict(posting.uncertain)
    values = _values(front)
    if "/" in values.get("pdf", ""):  # a name alone is completed by the site
        values.setdefault("advert", values["pdf"])
    for key, names in _NAMES.items():
        name = next((name for name in names.split() if name in values), None)
        if name is None or key in fields:
            continue
        text = " ".join(values[name].split())
        if key == "deadline":
            due = deadline([f"Deadline: {text}"], calendar)
            if "deadline" not in uncertain and due.day and due.kind and "deadline_kind" not in fields:
                fields |= {"deadline": due.day.isoformat(), "deadline_kind": due.kind.value}
                evidence["deadline"] = f"{name}: {text}"
        elif key == "url":
            evidence["url"] = text
            if address := resolved(text, base):
                fields["url"] = address
                fields.setdefault("apply", address)
                uncertain.pop("url", None)
        elif key == "pay":
            if paid := pay([f"Salary: {text}"]):
                fields["pay"], evidence["pay"] = paid[0], f"{name}: {text}"
        elif key == "contact":
            if [address for address, _ in emails(Block(BlockKind.PARAGRAPH, text))] == [text]:
                fields["contact"] = {"email": text}
                fields.setdefault("apply", text)
                evidence["contact"] = f"{name}: {text}"
        elif len(text) < 200:
            fields[key] = text
            evidence[key] = f"{name}: {text}"
    as_found = posting.as_found
    for name in _STATES:
        if name in values and as_found is AsFound.OPEN:
            value = values[name].lower()
            is_over = value == ("true" if name in {"filled", "closed"} else "false") and name != "published"
            if is_over or value in _ELSEWHERE or (status_named(value) or value) in _ENDED:
                as_found = AsFound.CLOSED
    return replace(posting, fields=fields, evidence=evidence, uncertain=uncertain, as_found=as_found)
