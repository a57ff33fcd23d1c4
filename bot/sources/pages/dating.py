"""What stands around a date, and says what day it is: one to apply by, or one on which something else happens."""

import re
from functools import cache

from bot.sources.pages.phrasing import expression
from bot.sources.pages.sayings import said, saying

DUE = re.compile(
    r"\b(?:"
    r"(?:deadline|frist|bewerbungsfrist|application (?:period|window|phase)|call) (?:ends|endet|läuft)\b|"
    r"deadline was|frist war|(?:sista )?ansökningsdag|søknadsfrist|ansøgningsfrist|sollicitatiedeadline|"
    r"deadlines?|dead-line|closing date|closes?|closing|closed on|due|"
    r"apply before|apply by|bewerbungsfrist|"
    r"frist(?:en)?|bewerbungsfristen|"
    r"bewerbungsschluss|bewerbungsende|einsendeschluss|bewerbungszeitraum|date limite|fecha limite|fecha límite|"
    r"plazos?|prazos?|dates limites|fechas límite|"
    r"first[- ]served basis (?:until|till)|valid until|"
    r"scadenz[ae]|termine|cut-?off(?: date)?|last (?:day|date) (?:to|for|of)|valid through|expires?|application period|"
    r"application window|call open|open until|open till|open through|offen bis|accepted until|apply until|"
    r"applications? (?:are )?open(?! (?:on|from|in|since)\b|\s?:)|cierre|clôture|limite)\b",
    re.IGNORECASE,
)
DUE_STEMS = (
    *(
        "appl",
        "dead",
        "submi",
        "send",
        "sent",
        "due",
        "clos",
        "bewerb",
        "frist",
        "mail",
        "call",
        "review",
        "consider",
        "last",
    ),
    *(
        "valid",
        "expire",
        "served",
        "portal",
        "form",
        "prazo",
        "write",
        "know",
        "touch",
        "meld",
        "open",
        "offen",
        "accept",
        "cut",
        "material",
        "cv",
        "unterlagen",
        "schick",
        "recei",
        "reach",
    ),
    *("contact", "reich", "interess", "express", "screening", "evaluat", "processing", "sichtung", "begutachtung"),
    *(
        "auswahl",
        "einsend",
        "limite",
        "límite",
        "plazo",
        "prazo",
        "scadenz",
        "termin",
        "cierre",
        "clôture",
        "candidat",
        "postul",
    ),
    *("solicit", "domand", "ansök", "søknad", "ansøg", "sollicit"),
)
"""One of these stands in whatever names a day to apply by."""
APPLYING = re.compile(
    r"\b(?:appl(?:y|ying|ications?|icants?)|submi(?:t|tted|ssions?)|send|sent|materials?|email|e-mail|cv|"
    r"bewerb\w{0,12}|unterlagen|senden|schicken|candidat\w{0,6}|postul\w{0,6}|solicitud\w{0,4}|domand\w{0,3}|"
    r"received|reach us|contact|reichen|einreich\w{0,6}|interessensbekundung\w{0,3}|calls?|"
    r"expressions? of interest|express|write (?:to )?(?:me|us)|let (?:me|us) know|get in touch|reach out|"
    r"\w{0,20}portal|"
    r"(?:complete|fill in|fill out) (?:the|our|this) (?:\w{1,14} )?form|meld(?:e|et|en|en sie) (?:sich|dich|euch))\b",
    re.IGNORECASE,
)
_FILLER = (
    r"(?:the|den|dem|le|el|il|on|am|at|um|midnight|noon|mitternacht|end of|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?|"
    r"(?:mon|diens|mitt|donners|frei|sams|sonn)(?:tag|woch),?|"
    r"\d{1,2}(?:[:.h]\d\d)?\s?(?:uhr|h|[ap]\.?m\.?)?,?|\(?[a-z]{2,4}t\)?,?|\(?(?:utc|aoe)\)?,?) "
)
"""What may stand between until and the day: an article, the day of the week, a time of day."""
UNTIL_NEAR = re.compile(
    r"\b(?:by|before|until|till|up to|through|no later than|not later than|latest(?: by)?|at the latest(?: by)?|"
    r"bis(?: zum| spätestens| spätestens zum| einschließlich)?|spätestens(?: am| zum| bis| bis zum)?|vor(?: dem)?|"
    rf"avant(?: le)?|jusqu['’]au|hasta(?: el)?|antes del?|entro(?: il)?|até)[\s,:*(]{{0,4}}(?:{_FILLER}){{0,4}}\Z",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:start(?:s|ing|ed)?|begin(?:s|ning)?|commenc\w{0,5}|interviews?|posted|published|updated?|advertised|"
    r"awarded|"
    r"obtained|since|born|beginn|eintritt\w{0,8}|vorstellungsgespräch\w{0,4}|ab(?: dem)?|zum nächst\w{0,8}|runs?|"
    r"last modified|decisions?|notif\w{0,9}|results|talks?|symposium|seminar|completed|graduat\w{0,7}|from|as of|"
    r"earliest|available|funded|project duration|laufzeit|contract|employment|appointment|duration|befristet|"
    r"defended|conferred|degree|résultats|début|inicio|inizio|a partir|dès|opens|opening|fellowship period|"
    r"defen[cs]e|"
    r"arrival|hired|founded|established|onboarding|verteidig\w{0,5}|auswahl\w{0,12}|gespräche?|stand|veröffentlicht|"
    r"ausgeschrieben|created|shortlist\w{0,6}|selection|position will|ends?|ending|endet|läuft|workshop|"
    r"conference|deadline extended from|"
    r"extended from|originally|previously|old deadline|was|war|before the age|after)\b",
    re.IGNORECASE,
)
REVIEW = re.compile(
    r"\b(?:review\w{0,3}|screening|evaluat\w{0,5}|consider\w{0,6}|processing|sichtung|begutachtung|"
    r"auswahlverfahren)\b"
    r"[^.\n]{0,60}\b(?:begins?|starts?|start|begin|commences?|beginnt|from|on(?! an?\b)|starting|ab|startet)\b"
    r"|\b(?:first|initial) (?:review|screening|selection)(?: date| round)?\b"
    r"|\b(?:full|best|priority|first|fullest) consideration\b|\b(?:soft|priority|preferred|first) deadline\b|"
    r"\breviewing applications\b",
    re.IGNORECASE,
)
ELIGIBLE = re.compile(
    r"\b(?:(?:must|should|shall|may|need to|have to|has to|expected to|required to)(?: not)? (?:already )?"
    r"(?:have|hold|possess|complete|finish|obtain|be (?:enrolled|registered|awarded|completed|"
    r"defended|finished))|resid\w{1,5}|lived|(?:have|has|having) (?:been "
    r"|already )?(?:submitted|obtained|completed|defended|received|finished)|degree|diploma|dissertation|"
    r"thesis (?:before|by|until))\b",
    re.IGNORECASE,
)
NOT_APPLYING = re.compile(
    r"\b(?:we (?:will |aim to |plan to |expect to |hope to )?(?:answer|reply|respond|get back|"
    r"contact|decide|select|process|"
    r"evaluate|assess|finish|complete|announce|make)|(?:will|to) be (?:announced|processed|evaluated|"
    r"decided|selected|made|contacted|answered)|ready to|wir (?:melden|antworten|entscheiden|werden)|"
    r"notif\w{1,9}|inform(?:ed)?|hear (?:back )?from|decisions?|decided?|(?:to|will) graduate|graduat(?:ing|ion)|"
    r"born|"
    r"(?:can|could|able to) (?:start|begin|join)|shortlist\w{0,6}|invited (?:for|"
    r"to) (?:an? )?interviews?|benachrichtig\w{1,3}|informier\w{1,3}|"
    r"geboren|rückmeldung\w{0,2})\b",
    re.IGNORECASE,
)
"""What happens by a day that has to do with applicants, and is no end of applying."""
OTHERS_DUE = re.compile(
    r"\b(?:conference|workshop|symposium|summer school|winter school|abstracts?|papers?|proceedings|"
    r"registration|register|"
    r"nominations?|award|tagung|konferenz|anmeldung\w{0,2}|anmeldeschluss|sommerschule|seminar|"
    r"vortrag|festival|talk)\b"
    r"[^.\n;]{0,60}\Z"
    r"|\b(?:submitting|submission of|handing in) (?:the |your |a )?(?:\w{1,14} )?(?:thesis|"
    r"dissertation)\b[^.\n;]{0,30}\Z"
    r"|\A\W{0,6}(?:(?:the|all) )?(?:(?:recommendation|reference) letters?|letters? of (?:recommendation|reference)|"
    r"references) (?:must|should|need|have to|are|will|can)\b[^.\n;]{0,60}\Z",
    re.IGNORECASE,
)
"""Deadlines of something else than a position."""
AFTER_OTHER = re.compile(
    r"(?:[ ,][^.;\n]{0,60})?[ ,](?:abgeschlossen|statt(?:finden)?|befristet|begonnen|zu besetzen|promoviert|"
    r"(?:are|is) (?:not )?(?:eligible|preferred|excluded|expected to start))\b|"
    r"(?-i: (?:intakes?|entry|admissions?|cohorts?)\b)",
    re.IGNORECASE,
)
"""What a sentence only says behind its day."""
OWN_FUNDING = re.compile(
    r"\b(?:(?:your|their|its|his|her|an?|the)? ?own (?:\w{1,14} )?(?:funding|fellowship|grant|"
    r"scholarship|stipend)\w{0,2}|"
    r"(?:own|external) funding|third-party fellowship|eigene[ns]? (?:stipendi\w{1,3}|förderung|mittel\w?))\b",
    re.IGNORECASE,
)
"""A scheme of somebody else's: its dates are none of a position's."""
SCHEME = re.compile(
    r"\b(?:fellowships?|msca|marie|humboldt|daad|erc|stipendi\w{1,3}|scholarships?|grants?)\b", re.IGNORECASE
)
INVITES = re.compile(
    r"\b(?:happy|glad|pleased|delighted|willing|"
    r"(?:to|we|i|will|can|gladly|also) support|supporting|host\w{0,3}|welcome|interested|gern|"
    r"unterstütz\w{1,3})\b",
    re.IGNORECASE,
)
"""Who helps others to apply for a scheme names the days of that."""
YEARLY = re.compile(
    r"\b(?:(?:each|every) (?:year|semester|term|fall|spring|autumn|winter|summer)|annual(?:ly)?|typically|usually|"
    r"jedes jahr|jährlich)\b",
    re.IGNORECASE,
)
EXTENDED = re.compile(
    r"\b(?:extended|extension|new deadline|verlängert|neue frist|prolong\w{0,3}|prorogat\w)\b", re.IGNORECASE
)


def is_rolling(sentence: str) -> bool:
    """Whether a sentence says that applications are taken until somebody is found, or as they come."""
    return saying("applying", "rolling").search(sentence) is not None or _undated().match(sentence) is not None


def may_be_rolling(text: str) -> bool:
    """Whether a text has what every such sentence has; to look for it is quick."""
    return saying("applying", "rolling").may_match(text) or saying("applying", "label").may_match(text)


@cache
def _undated() -> re.Pattern[str]:
    """What a field for the day says in the place of one: `Deadline: open`."""
    known = said("applying")
    return re.compile(
        rf"\W{{0,6}}{expression(known['label'])}(?: [^:.\n]{{0,30}})?\s?[:–-]\W{{0,4}}"
        rf"{expression(known['open'])}(?=\s{{0,2}}(?:[^\w\s]|\Z))",
        re.IGNORECASE,
    )


def is_afterwards(text: str) -> bool:
    """Whether applications are taken still after the day that stands beside such words."""
    return saying("applying", "afterwards").search(text) is not None


def is_preferred(text: str) -> bool:
    """Whether a text says that those who apply by a day are seen first: others may still apply."""
    return saying("applying", "preferred").search(text) is not None
