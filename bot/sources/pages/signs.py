"""By what a part of a page shows what it is: a fact of a call, a table of them, one of several with a number."""

import re
from collections.abc import Collection
from functools import lru_cache

from bot.domain.posting import Role
from bot.sources.pages.sayings import saying
from bot.sources.pages.words import PART, roles_in, with_plain_phd

LABELLED = re.compile(r"\A\W{0,6}(?P<label>[^\n:]{2,60}):(?=\s|\Z)")
POSITION = re.compile(
    r"\b(?:positions?|vacanc\w{1,3}|studentships?|opening|\w{0,20}stellen?|project|internship|thesis|"
    r"fellowship|scholarship|job)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"\A\W{0,6}(?:for (?:other|more|further|student)|other|see also|more|please (?:see|visit|check|look))\b"
    r"[^.\n]{0,160}\b(?:see|visit|check|look|here|website|page)\b",
    re.IGNORECASE,
)
LEAD_END = re.compile(
    r"(?<=[\w)*])[:.](?=\s)|\n| [–—-] |\b(?:click|see|apply|deadline|more info\w{0,7}|details)\b", re.IGNORECASE
)


WHEN = re.compile(
    r"\b(?:apply|deadline|clos\w{1,3}|due|until|submit|submission|bewerb\w{0,12}|frist|bis|end\w?|einsend\w{0,9})\b",
    re.IGNORECASE,
)
TITLES = re.compile(r"\b(?:title|titel|position|job|stelle|role|vacancy|bezeichnung)\b", re.IGNORECASE)
CLOSES = re.compile(r"\b(?:deadline|clos\w{1,3}|apply by|frist|bewerbungs\w{1,9}|until|bis)\b", re.IGNORECASE)
PROJECTS = re.compile(r"\b(?:projects?|topics?|themen|projekte|opportunit\w{1,3})\b", re.IGNORECASE)
QUESTION = re.compile(
    r"\A\W{0,6}(?:do|does|can|could|is|will|should|must|may|have) (?:you|i|there|the|it|we|my)\b"
    r"(?! (?:want|like|enjoy|love|wish))[^\n]{0,100}\?\W{0,4}\Z|"
    r"\A\W{0,6}(?:when|how|what|who|why|where|wann|wie|was|wer|warum|wo)\b[^.:\n]{0,60}\Z",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"\A\W{0,6}(?:\d{1,2}[.)]\s(?=\S)|(?:DC|ESR|PhD|Post-?doc|Position|Project|Projekt|Stelle|Topic|Job|WP|No\.?|P)\s?[-#]?\s?\d{1,2}\b)",
    re.IGNORECASE,
)
READING = re.compile(
    r"(?:\A|\b(?:the )?following )(?:[\w-]{1,14} (?:and|&) )?"
    r"(?:books?|lecture notes?|papers?|references|publications|literature|"
    r"(?:further |recommended |suggested )?readings?|reading list|courses?|tutorials?|"
    r"blog posts?|literatur|bücher|livres?)(?: (?:and|&) [\w ]{1,20})?\W{0,4}\Z",
    re.IGNORECASE,
)
"""What leads to a list of what to read."""
STATES = re.compile(
    r"\A(?!\W{0,6}\d)[^:\n]{3,40}\b(?:is|are|was|were|will be|has been|have been|ist|sind|wird|werden|wurden?)\b"
    r"[^:\n]{0,30}\Z",
    re.IGNORECASE,
)
"""A line in bold that says something of a position, and heads none: "Both internships are paid"."""
NAMES_NONE = re.compile(
    r"\A\W{0,6}(?:(?:open|current|currently|available|vacant|latest|new|our|all|the|and|with|at|in|for|to|we|are|is|us|now|"
    r"positions?|vacanc(?:y|ies)|openings?|opportunit(?:y|ies)|jobs?|careers?|employment|recruitment|hiring|calls?|offers?|"
    r"announcements?|join|joining|work|working|team|group|lab|offene|freie|aktuelle|unsere|stellen?|stellenangebote?|"
    r"stellenausschreibung(?:en)?|ausschreibung(?:en)?|karriere|bei|uns|mitmachen|mitarbeit|und|"
    r"offres?|emplois?|d'emploi|d’emploi|de|postes?|ouverts?|recrutements?|nous|rejoindre|rejoignez|"
    r"ofertas?|empleo|vacantes?|plazas?|trabaja|con|nosotros|oportunidades|vagas|abertas|posizioni|aperte|lavora|noi)\b\W{0,4})+\Z",
    re.IGNORECASE,
)
"""A heading of positions that names none of them."""
CODED = re.compile(
    r"\A\W{0,6}(?:DC|ESR|PhD|Post-?doc|Position|Project|Projekt|Stelle|Topic|Thema|Job)\s?[-#]?\s?\d{1,2}\b[^\n]{15}",
    re.IGNORECASE,
)
"""With what a heading begins that is one position of a network's."""
OPENING = re.compile(
    r"\b(?:positions?|openings?|vacanc\w{1,3}|studentships?|internships?|jobs?|\w{0,20}stellen?)\b", re.IGNORECASE
)
FOLLOWING = re.compile(
    r"\b(?:following|these) (?:[\w-]{1,14} ){0,2}(?:positions?|openings?|vacanc\w{1,3}|jobs?|roles?|stellen)\W{0,4}\Z|"
    r"\bfolgende (?:[\w-]{1,14} ){0,2}stellen\W{0,4}\Z",
    re.IGNORECASE,
)
"""What leads to a list of positions that says no more than their names."""
LISTING = re.compile(
    r"\ba list of (?:[\w-]{1,16} ){0,3}(?:topics?|projects?|positions?|proposals?|internships?|theses|openings)\b|"
    r"\b(?:following|these|folgende\w?|diese) (?:[\w-]{1,16} ){0,2}(?:topics?|projects?|positions?|themen|arbeiten)\b",
    re.IGNORECASE,
)
"""What leads to a list of topics, whoever is invited beside it."""
LIST_OF = re.compile(
    r"\b(?:(?:below|here|following|this) is|find below|below you (?:will )?find) (?:a|the|our) (?:current |full )?"
    r"list of "
    r"(?:[\w-]{1,16} ){0,3}(?:proposals?|projects?|topics?|positions?|openings?|vacancies|theses|internships?)\b",
    re.IGNORECASE,
)
"""What says that the list below it is one of calls."""
LEVEL = re.compile(r"\A\W{0,6}(?:level|position|position type|type|role|degree|art der stelle)\W{0,4}\Z", re.IGNORECASE)
APPLICANTS = re.compile(r"\A\W{0,6}[\w./ -]{2,30}\b(?:candidates?|applicants?|bewerber\w{0,6})\W{0,4}\Z", re.IGNORECASE)
"""What a line in bold says that tells one kind of applicants what to send."""
PLACEHOLDER = re.compile(
    r"\b(?:content|text|description|details)\b[^\n]{0,60}\b(?:goes?|comes?) here\b|\blorem ipsum\b|"
    r"\A\W{0,6}(?:more to come|coming soon|tba|tbd)\W{0,6}\Z|\bto be added here\b",
    re.IGNORECASE,
)
"""What templates say before somebody fills them."""
SINGLE = re.compile(
    r"\b(?:position|studentship|fellowship|internship|stage|thèse|\w{0,20}stelle)"
    r"\b(?!s)(?!.{0,80}\bpositions\b)",
    re.IGNORECASE,
)
"""What a heading says that is one call, whatever stands below it."""
VISITS = re.compile(
    r"\A\W{0,6}(?:(?:our|research|academic|lab|guest|short|long|long-term|short-term|international|other|external|"
    r"scientific|opportunities for|information for|for|and|&|or) )*"
    r"(?:visits?|visitors?|visiting|guests?|sabbaticals?|stays?|gäste|gast(?:wissenschaftler|aufenthalt)\w{0,5}|"
    r"forschungsaufenthalte?|séjours? de recherche|visiteurs?|estancias?(?: de investigación)?|visitantes|"
    r"soggiorni(?: di ricerca)?|visitatori)"
    r"(?: (?:and|und|&|visits?|visitors?|visiting|guests?|stays?|opportunit\w{1,3}|positions?|students?|scholars?|"
    r"researchers?|scientists?|fellows?|professors?|faculty|program(?:me)?s?|sabbaticals?))*\W{0,4}\Z",
    re.IGNORECASE,
)
"""The heading of what is said to people who come for a while, whichever they are at home."""
WHO_MAY = re.compile(
    r"\bwho (?:should|can|may|could) (?:contact|apply|write|join|e-?mail)\b|"
    r"\bwer (?:kann|darf|sollte) sich (?:bewerben|melden)\b|"
    r"\bqui peut (?:candidater|postuler)\b|\bquién puede (?:solicitar|postular)\b",
    re.IGNORECASE,
)
"""The heading of whom a page speaks to: they are no calls each."""
ABOUT_APPLICANTS = re.compile(
    r"\A\W{0,6}(?:(?:our|the|your) )?(?:benefits|perks|advantages|working conditions|salary|salaries|"
    r"expectations|mentoring|training|life|prerequisites|requirements|qualifications|voraussetzungen|anforderungen|"
    r"leistungen|vorteile) (?:(?:and|&) \w{1,14} )?(?:for|of|as|in|für)\b|"
    r"\A\W{0,6}(?:(?:why|what (?:we|i|you)) (?:do|offer|expect|provide|look|want|need|bring|get)|"
    r"(?:was )?wir (?:bieten|erwarten|wünschen))\b|"
    r"\A\W{0,6}(?:how|where|when) to (?:apply|become|find|get|submit)\b|"
    r"\A\W{0,6}(?:process|procedure|faqs?|frequently asked questions|häufig(?:e|\w{0,3} gestellte) fragen|"
    r"recruitment|selection|admission|bewerbungsverfahren)\b|"
    r"\b(?:requirements|qualifications|profile|skills|tasks|duties|responsibilities|eligibility|criteria|anforderungen|"
    r"voraussetzungen|aufgaben|profil)\W{0,4}\Z|"
    r"\A\W{0,6}(?:(?:your|the|all|ihre?) )?(?:applications?|bewerbung\w{0,12}) (?:should|must|needs? to|"
    r"ha(?:s|ve) to|sollten?|müssen|muss)\b|\A\W{0,6}(?:your|the|ihre) (?:roles?|rolle)\W{0,4}\Z",
    re.IGNORECASE,
)
"""What a heading says below which a call tells whom it wants, and how it chooses, whichever role it names."""
TO_APPLICANTS = re.compile(
    r"\b(?:encouraged|welcome|invited|urged|advised) to apply\b|\b(?:ermutigt|gebeten|eingeladen|aufgefordert)\b",
    re.IGNORECASE,
)
"""What is said to whoever applies for a position that is there."""
HOW_TO_APPLY = re.compile(
    r"\A\W{0,6}(?:how to apply|(?:your )?applications? (?:guidelines?|process|procedure|instructions?)|to apply|"
    r"(?:are you )?(?:considering|interested in|thinking of) applying|bewerbung|so bewerben sie sich)\W{0,4}\Z",
    re.IGNORECASE,
)
APPLY_TO = re.compile(r"\b(?:apply|applications?|bewerb\w{0,8}|candidatures?)\b[^@]{0,200}@", re.IGNORECASE)
"""What tells to whom to write for a position."""
SEVERAL = re.compile(
    r"\b(?:positions|openings|opportunities|vacancies|studentships|fellowships|internships|jobs|projects|theses|students|"
    r"postdocs|researchers|fellows|assistants|engineers|interns|candidates|scholars|undergraduates|undergrads|graduates|\w{0,20}stellen|\w{0,20}arbeiten|"
    r"hilfskräfte)\b",
    re.IGNORECASE,
)
"""What a heading or a sentence says that speaks of more than one, or only introduces calls which follow."""
PEOPLE = re.compile(
    r"\A\W{0,6}(?:our |the |current |former |lab |group )?(?:team|people|members?|staff|alumni|group|lab)\W{0,4}\Z",
    re.IGNORECASE,
)
"""The heading of who is there."""


_SUBJECT = re.compile(
    r"\b(?:subject|betreff)\b[^\n\[\]\"“”„.]{0,40}[\[\"“„][^\n\[\]\"“”„]{1,60}[\]\"“”]", re.IGNORECASE
)


def heads_facts(title: str) -> bool:
    """Whether a heading announces a fact of the calls beside it: how to apply, by when, what is paid."""
    return saying("parts", "facts").search(title) is not None


def heads_group(title: str) -> bool:
    """Whether a heading is of the group itself: its news, people, projects."""
    return saying("parts", "group").search(title) is not None


def speaks_as_applicant(title: str) -> bool:
    """Whether a heading is what somebody says who may apply: `I am a student of your university`."""
    return saying("parts", "applicant").search(with_plain_phd(title)) is not None


def heads_readings(title: str) -> bool:
    """Whether words head a list of what to read."""
    return saying("parts", "readings").search(title) is not None


def names_several(text: str) -> bool:
    """Whether a sentence that stands in one call speaks of all that there are: `both positions`."""
    return saying("parts", "several").search(text) is not None


def singles_out(text: str) -> bool:
    """Whether a sentence sets one position against others, or says something of them on a condition."""
    return saying("parts", "singled").search(text) is not None


def refers_back(text: str) -> bool:
    """Whether a sentence begins with a word for what the one before it named: `its deadline`."""
    return saying("parts", "back").search(text) is not None


@lru_cache(2048)
def holds_for_all(text: str) -> bool:
    """Whether a text speaks of all positions, whichever roles it names: `both positions`, `these positions`."""
    return names_several(text) or saying("parts", "for_all").search(text) is not None


_ASIDE = re.compile(
    r"(?P<before>(?:\b[^\W\d]{1,20},?\s{1,2}){3})"
    r"\((?:only )?(?:for|if|nur|für|pour|para|per)\b[^()\d]{1,60}\)",
    re.IGNORECASE,
)
"""What is asked of some only, in brackets: `publications (for postdocs)`; not behind a day, which is theirs."""


@lru_cache(2048)
def roles_named(text: str) -> tuple[Role, ...]:
    """The roles that a text names; what an e-mail is to have as its subject is an example, and what stands in brackets
    an aside.
    """
    text = _SUBJECT.sub("", text)
    return tuple(roles_in(_ASIDE.sub(r"\g<before>", text) if "(" in text else text))


def concerns(text: str, roles: Collection[Role]) -> bool:
    """Whether a text that stands beside a call of these roles may be about it: it names no other role alone."""
    return not (named := roles_named(text)) or not roles or bool(set(named) & set(roles)) or holds_for_all(text)


def is_fact(label: str) -> bool:
    """Whether what stands before a colon names a fact of a call, and no call."""
    return bool(PART.match(label)) or (len(label) < 40 and not roles_in(label) and bool(WHEN.search(label)))
