"""The keys of a posting file: what each may hold, as reader and as JSON Schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache, partial
from typing import Any

from bot.domain.addresses import MAILTO, MAX_EMAIL
from bot.domain.genders import without_gender
from bot.domain.letters import UNSEEN, without_unseen
from bot.domain.posting import Contact, Deadline, DeadlineKind, Posting, Role, Status, Workplace
from bot.domain.worded import _
from bot.domain.zone_hints import zone_hint
from bot.domain.zones import at_local, offset_name, zone, zone_names
from bot.schema import Choice, InvalidError, Items, KeyedRecord, Node, Number, OneOf, Text, line_of, value_of
from bot.sources.files.dates import Day, DayOrWords, LastInstant
from bot.sources.files.field import Field, FormEntry
from bot.sources.files.hints import role_hint, word_hint

MOST_ID = 200
ID = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"

_line = Text()
_day_or_words = DayOrWords()
_sentence = Text(most=1000)
_roles = Items(Choice(Role, role_hint), or_one=True, least=1, most=100)
_deadline_kind = Choice(DeadlineKind, partial(word_hint, "deadline_kind"))
_time_zone = OneOf(zone_names(), "time zone", "a name such as Europe/Berlin, or AoE", zone_hint)
_list_or_text = Items(_sentence, or_one=True, least=1, most=100)
_url = Text(rf'https?://[^\s<>"\\{UNSEEN}]+', "is no web address; write https://…", most=2048)
_email = Text(MAILTO, "is no e-mail address; write name@host.example", most=MAX_EMAIL)
_id = Text(ID, "is no id; write lower-case letters, digits and hyphens", most=MOST_ID)

_person = Text(r"[A-Za-z0-9][A-Za-z0-9_.-]*:[^\s:]{1,128}", "is no person; write PLATFORM:ID, such as slack:U0ADA0001")

MOST_DESCRIPTION = 32 * 1024
"""Characters; it is Markdown, which takes its time."""


FIELDS: Mapping[str, Field] = {
    "title": Field(
        _line,
        "What the position is called, without (m/f/d).",
        names="titel bezeichnung stellenbezeichnung stellentitel überschrift position name",
        form=FormEntry(10, _("Title"), _("What the position is called, without (m/f/d).")),
    ),
    "role": Field(
        _roles,
        "What one would be: one role or a list of them.",
        names="rolle stellenart art typ type kategorie category",
        form=FormEntry(20, _("Role"), _("One or several.")),
    ),
    "status": Field(
        Choice(Status, partial(word_hint, "status")),
        "open (default), draft, closed, filled or withdrawn.",
        example="draft",
        names="zustand",
        by_members=False,
    ),
    "organization": Field(
        _line,
        "University, institute or company.",
        example="Example University",
        names="organisation einrichtung universität uni hochschule institution institut arbeitgeber employer"
        " university hiringorganization",
        form=FormEntry(60, _("Organization"), _("University, institute or company.")),
    ),
    "group": Field(
        _line,
        "Research group, lab or department.",
        example="Medical Imaging Group",
        names="gruppe arbeitsgruppe ag lehrstuhl abteilung fachgebiet department lab employmentunit",
        form=FormEntry(70, _("Group"), _("Research group, lab or department.")),
    ),
    "location": Field(
        _line,
        "City and country.",
        example="Tübingen, Germany",
        names="ort standort arbeitsort dienstort place city joblocation",
        form=FormEntry(80, _("Place"), _("City and country.")),
    ),
    "workplace": Field(
        Choice(Workplace, partial(word_hint, "workplace")),
        "on-site, hybrid or remote.",
        example="hybrid",
        names="arbeitsplatz arbeitsweise homeoffice remote joblocationtype",
        form=FormEntry(90, _("Workplace"), _("Whether one has to be there.")),
    ),
    "posted": Field(
        Day(),
        "The day on which it opens: YYYY-MM-DD. It is announced on that day.",
        names="veröffentlicht veröffentlichung datum date ausgeschrieben publiziert dateposted published",
        by_members=False,
    ),
    "deadline": Field(
        LastInstant(),
        "YYYY-MM-DD (ends 23:59:59) or YYYY-MM-DD HH:MM, with an offset if you like.",
        names="frist bewerbungsfrist bewerbungsschluss einsendeschluss stichtag abgabe due closes closing"
        " closing_date closing-date application_deadline application-deadline apply_by validthrough"
        " bewerbung_bis",
        form=FormEntry(30, _("Deadline"), _("The last day on which one can apply. Empty: there is none.")),
    ),
    "timezone": Field(
        _time_zone,
        "The deadline's zone: an IANA name such as Europe/Berlin, or AoE.",
        names="zeitzone tz time_zone zone",
        form=FormEntry(40, _("Time zone of the deadline"), _("A name such as Europe/Berlin, or AoE. Empty: {zone}.")),
    ),
    "deadline_kind": Field(
        _deadline_kind,
        "fixed, review-begins (still open after it) or rolling (no deadline).",
        example="fixed",
        names="fristart",
        form=FormEntry(50, _("Kind of deadline"), _("Empty: fixed with a deadline, open-ended without.")),
    ),
    "start": Field(
        _day_or_words,
        "When it begins: a date or words.",
        example="as soon as possible",
        names="beginn anfang arbeitsbeginn startdatum eintrittsdatum start_date start-date jobstartdate",
        form=FormEntry(120, _("Start"), _("A day as 2027-10-01, or words such as: as soon as possible.")),
    ),
    "duration": Field(
        _day_or_words,
        "How long it lasts, such as 3 years, or the last day.",
        example="3 years",
        names="dauer laufzeit befristung vertragsdauer vertragslaufzeit jobduration",
        form=FormEntry(130, _("Duration"), _("For example 3 years.")),
    ),
    "pay": Field(
        _line,
        "Such as TV-L E13.",
        example="TV-L E13",
        names="gehalt vergütung bezahlung entgelt entgeltgruppe eingruppierung besoldung salary wage stipend"
        " basesalary",
        form=FormEntry(100, _("Pay"), _("For example TV-L E13.")),
    ),
    "fte": Field(
        Number(1, 100, whole=False),
        "Percent of full time.",
        example="65",
        names="umfang stellenumfang arbeitszeit wochenstunden workload hours workhours",
        form=FormEntry(110, _("Percent of full time"), _("A number from 1 to 100.")),
    ),
    "openings": Field(
        Number(1, 1000),
        "How many are sought.",
        example="1",
        names="anzahl stellenzahl plätze positions totaljobopenings",
    ),
    "degree": Field(
        _list_or_text,
        "The degree that is asked for.",
        example="Master's degree in a quantitative subject",
        names="abschluss studienabschluss qualifikation qualification educationrequirements",
    ),
    "languages": Field(
        _list_or_text,
        "Languages that are asked for.",
        example="[English]",
        names="sprache sprachen sprachkenntnisse language",
    ),
    "skills": Field(
        _list_or_text,
        "Skills that are asked for.",
        example="[Python, deep learning]",
        names="fähigkeiten kenntnisse fertigkeiten anforderungen requirements",
    ),
    "supervisors": Field(
        _list_or_text,
        "Who supervises.",
        example="[Prof. Example]",
        names="betreuer betreuerin betreuung betreuende supervisor pi",
    ),
    "project": Field(
        _list_or_text,
        "The project that it belongs to.",
        example="Robust Imaging",
        names="projekt",
    ),
    "funder": Field(
        _list_or_text,
        "Who pays.",
        example="Example Foundation",
        names="förderer förderung geldgeber drittmittelgeber finanzierung funding",
    ),
    "call": Field(
        _line,
        "A name that postings of one call share.",
        example="spring",
        names="ausschreibung",
    ),
    "url": Field(
        _url,
        "The full advert.",
        example="https://lab.example/jobs/robust-ml",
        names="link webseite website adresse internet webadresse homepage",
        form=FormEntry(140, _("Full advert"), _("Where it stands on the web: https://…")),
    ),
    "apply": Field(
        _sentence,
        "Where to apply: a web address, an e-mail address, or a sentence.",
        example="jobs@lab.example",
        names="bewerbung bewerben bewerbungen application applications how_to_apply",
        form=FormEntry(150, _("How to apply"), _("An address of the web, an e-mail address, or words.")),
    ),
    "contact": Field(
        KeyedRecord({"name": _line, "email": _email, "url": _url}),
        "Whom to ask.",
        example='{name: Lab office, email: jobs@lab.example, url: "https://lab.example"}',
        names="kontakt ansprechpartner ansprechpartnerin ansprechperson email e-mail mail",
    ),
    "tags": Field(
        Items(Text(most=100), most=100),
        "Words to find it by.",
        example="[machine learning, medical imaging]",
        names="schlagworte schlagwörter schlüsselwörter stichworte themen keywords topics labels",
        form=FormEntry(180, _("Tags"), _("Words to find it by, with commas between them.")),
    ),
    "summary": Field(
        Text(lines=True, most=4000),
        "One paragraph.",
        example="What this is about, in a few sentences.",
        names="zusammenfassung kurzbeschreibung kurzfassung teaser abstract",
        form=FormEntry(160, _("Summary"), _("What it is about, in a few sentences.")),
    ),
    "description": Field(
        Text(lines=True, most=MOST_DESCRIPTION),
        "The text in full, in Markdown.",
        example="|\n#   As long as you like, in Markdown. Every line is indented by the same two spaces.",
        names="beschreibung text body inhalt aufgaben details stellenbeschreibung",
        form=FormEntry(170, _("Description"), _("The text in full; Markdown.")),
    ),
    "aliases": Field(
        Items(_id, most=100),
        "Former ids of this posting.",
        example="[old-id]",
        names="alias former_ids",
        by_members=False,
    ),
    "owner": Field(
        Items(_person, or_one=True, least=1, most=100),
        "Who answers for it and may change it in chat: PLATFORM:ID or a list of them. Nobody is shown that.",
        example="slack:U0ADA0001",
        by_members=False,
    ),
    "source": Field(
        KeyedRecord({"name": _line, "id": _sentence, "url": _url}),
        "Where an import found it. Nobody is shown that.",
        by_members=False,
    ),
}
"""In the order in which they stand in a file."""

_NAMES = {name.replace("_", " "): key for key, field in FIELDS.items() for name in field.names.split()}


def key_named(name: str) -> str | None:
    """The key that people call so; None where there is none."""
    folded = name.strip().casefold()
    return folded if folded in FIELDS else _NAMES.get(folded.replace("_", " "))


def key_hint(key: str) -> str:
    """What to write in place of a key, as the end of a message; nothing where it cannot be known."""
    known = _NAMES.get(key.strip().casefold().replace("_", " "))
    return f'; did you mean "{known}"?' if known else ""


POSTING = KeyedRecord({key: field.kind for key, field in FIELDS.items()}, required=("title", "role"), hint=key_hint)

_NEVER_SHOWN = ("owner", "source")
"""No part of a `Posting`, so that none of it can be shown, published or kept with it: see `origin`."""

_DATED = (DeadlineKind.FIXED, DeadlineKind.REVIEW_BEGINS)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a posting file; it accepts what the loader accepts."""
    properties = {key: {**field.kind.schema, "description": field.about} for key, field in FIELDS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Callboard posting",
        "description": "One advertised position. The file's name is its id: lower-case letters, digits and hyphens.",
        **POSTING.schema,
        "properties": properties,
        "if": {"properties": {"deadline_kind": {"enum": list(_DATED)}}, "required": ["deadline_kind"]},
        "then": {"required": ["deadline"]},
    }


def posting(name: str, node: Node, default_zone: str, body: str = "") -> Posting:
    """The posting that a file's root node describes; `body` is the text below its front matter, if it has one.

    Raises `InvalidError` with everything that is wrong in it.
    """
    values, problems = POSTING.read_what_holds(node)
    body = body.strip() if without_unseen(body).strip() else ""
    if body and "description" in values:
        line = line_of(node, "description")
        problems.append((line, "description: stands among the keys and below them; keep one of the two"))
    elif len(body) > MOST_DESCRIPTION:
        line = node.end_mark.line + 1
        problems.append((line, f"the text below has {len(body)} characters; write at most {MOST_DESCRIPTION}"))
    elif body:
        values["description"] = body
    deadline: datetime | None = values.get("deadline")
    kind = values.get("deadline_kind", DeadlineKind.FIXED if deadline else DeadlineKind.ROLLING)
    if kind in _DATED and deadline is None and not any(text.startswith("deadline:") for _, text in problems):
        problems.append((line_of(node, "deadline_kind"), f'deadline_kind: "{kind}" needs a deadline; add one'))
    if problems:
        raise InvalidError(*sorted(problems))
    if " " not in values.get("apply", " "):  # an address, mostly
        values["apply"] = without_unseen(values["apply"])
    values["title"] = without_gender(values["title"])
    for key in _NEVER_SHOWN:
        values.pop(key, None)
    for key, shared in _SHARED.items():
        if key in values:
            values[key] = shared(values[key])
    zone_name, roles = values.pop("timezone", None), values.pop("role")
    advert = Posting(
        **{
            **values,
            "id": name,
            "roles": _shared_roles(tuple(dict.fromkeys(roles))),
            "deadline_kind": kind,
            "deadline": deadline and _in_its_zone(deadline, zone_name, default_zone),
            "timezone": zone_name or default_zone,
            "contact": Contact(**values["contact"]) if values.get("contact") else None,
        }
    )
    if advert.status in _MAY_OPEN and advert.opens_at and advert.closes_at and advert.opens_at > advert.closes_at:
        text = f"posted: {advert.posted} lies after the deadline, so it would never be open; check the years"
        raise InvalidError((line_of(node, "posted"), text))
    return advert


@dataclass(frozen=True, slots=True)
class Origin:
    """Who answers for a posting, by `PLATFORM:ID`, and where an import found it (`name`, `id` and `url`, those that are
    there), as its file says.
    """

    owners: tuple[str, ...] = ()
    source: Mapping[str, str] | None = None


NOWHERE = Origin()


def origin(node: Node) -> Origin:
    """What a file's root node says of its origin. Raises `InvalidError`."""
    values = {key: FIELDS[key].kind.read(value, key) for key in _NEVER_SHOWN if (value := value_of(node, key))}
    return Origin(values.get("owner", ()), values.get("source")) if values else NOWHERE


_MAY_OPEN = (Status.OPEN, Status.DRAFT)
_OFTEN = 1000
"""So many different values are kept once, of keys that say the same in many files."""


def _itself(value: Any) -> Any:
    return value


# A table for each: what is equal in two of them may differ in kind.
_SHARED = {key: lru_cache(_OFTEN)(_itself) for key in ("fte", "tags", "languages", "degree", "funder", "project")}
_shared_roles = lru_cache(_OFTEN)(_itself)


def _in_its_zone(written: datetime, zone_name: str | None, default_zone: str) -> Deadline:
    if written.tzinfo:  # the offset says which instant it is; a zone beside it, only how to show it
        if zone_name:
            return Deadline(written.astimezone(zone(zone_name)), zone_name)
        fixed = written.astimezone(timezone(written.utcoffset() or timedelta()))
        return Deadline(fixed, offset_name(fixed))
    return _at_local(written, zone_name or default_zone)


@lru_cache(_OFTEN)  # many end on the same days; with an offset, what is equal may be shown otherwise
def _at_local(written: datetime, name: str) -> Deadline:
    instant = at_local(written.date(), written.time(), zone(name))
    return Deadline(instant.astimezone(UTC).astimezone(zone(name)), name)
