"""What pages say of positions: which role, whether one is offered now, always, or no more.

Names of roles are data of each language (`bot/language/LANGUAGE/pages.toml`, beside its `roles.toml`).
"""

import re
from functools import cache, lru_cache

from bot.domain.posting import Role
from bot.language import languages, page_languages, phrases, read
from bot.questions.roles import role_phrases
from bot.questions.spans.tokens import fold
from bot.sources.pages.sayings import Saying

_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\bph\s?\.\s?d\b\.?|\bph\.? d\b|\bthèses?\b", re.IGNORECASE)
_ENDINGS = re.compile(r"(?:[/*:_]-?|\()(?:r|in|innen|n)\b\)?")  # "Technische/r Assistent/in"
_MARKS = frozenset("/*:_(")
_PARTS_OF_PHD = frozenset(("ph", "these", "theses"))
"""The words of `_DOTTED`, folded."""


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], Role | None]]]:
    """Phrases by their first word, the longest first; those with None have the words of a role, and name none."""
    known: dict[tuple[str, ...], Role | None] = {
        phrase: next(iter(roles)) for phrase, roles in role_phrases().items() if len(roles) == 1
    }
    packs = [(language, read(language, "pages")) for language in page_languages()]
    for language, pack in packs:
        for role, names in pack.get("roles", {}).items():
            known |= {_folded(name): Role(role) for name in phrases(language, names)}
    for language, pack in packs:
        known |= {_folded(name): None for name in phrases(language, pack.get("no_role", ""))}
    result: dict[str, list[tuple[tuple[str, ...], Role | None]]] = {}
    for words, named in known.items():
        for form in {words, (*words[:-1], f"{words[-1]}s")}:
            result.setdefault(form[0], []).append((form, named))
    for forms in result.values():
        forms.sort(key=lambda known: -len(known[0]))
    return result


def _folded(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _WORD.findall(phrase))


@cache
def _ends() -> dict[str, Role]:
    """How the words end that a language writes in one with a role."""
    return {
        fold(ending): Role(role)
        for language in languages()
        for role, endings in read(language, "pages")["endings"].items()
        for ending in phrases(language, endings)
    }


@cache
def _all_ends() -> tuple[str, ...]:
    return tuple(_ends())


def roles_in(text: str, most: int = 400) -> list[Role]:
    """The roles that a text names, in its order."""
    return [role for role, _, _ in role_mentions(text, most)]


def role_mentions(text: str, most: int = 400) -> tuple[tuple[Role, int, int], ...]:
    """The roles that a text names, each once, with how many characters into the folded text it stands and ends."""
    return _mentions(text[:most])


@lru_cache(4096)
def _by_ending(word: str) -> Role | None:
    """The role of a compound, such as Laboringenieur."""
    if not word.endswith(_all_ends()):
        return None
    return next(
        (role for ending, role in _ends().items() if word.endswith(ending) and len(word) > len(ending) + 2), None
    )


def with_plain_phd(text: str) -> str:
    """A text in which the degree has no full stops: they would end a sentence."""
    return _DOTTED.sub("phd ", text) if "h" in text or "H" in text else text


@lru_cache(65536)
def _may_name(word: str) -> bool:
    """Whether a word in small letters may begin the name of a role, or end with one."""
    folded = fold(word)
    return folded in _phrases() or folded in _PARTS_OF_PHD or _by_ending(folded) is not None


@lru_cache(16384)  # a page of a megabyte has as many sentences
def _mentions(text: str) -> tuple[tuple[Role, int, int], ...]:
    if not any(map(_may_name, _WORD.findall(text.lower()))):
        return ()  # most texts name none
    text = with_plain_phd(text)
    if not _MARKS.isdisjoint(text):
        text = _ENDINGS.sub("", text)
    words = _WORD.findall(text.lower()) if text.isascii() else map(fold, _WORD.findall(text))
    folded, known = tuple(words), _phrases()
    found: dict[Role, tuple[int, int]] = {}
    at = 0
    while at < len(folded):
        length = 1
        for phrase, role in known.get(folded[at], ()):
            if folded[at : at + len(phrase)] == phrase:
                if role is not None:
                    found.setdefault(role, (at, at + len(phrase) - 1))
                length = len(phrase)
                break
        if length == 1 and (role := _by_ending(folded[at])):
            found.setdefault(role, (at, at))
        at += length
    if not found:
        return ()  # most texts name none
    spans = [word.span() for word in _WORD.finditer(text)]
    return tuple((role, spans[first][0], spans[last][1]) for role, (first, last) in found.items())


HIRING = Saying("offers", "hiring")
VACANCIES = Saying("offers", "vacancies")
PART = re.compile(
    r"\A\W{0,6}(?!job offers?\b)(?:\d[.)]\s?)?(?:(?:we |possible |potential |research |your |our |the |"
    r"about the |about |job |project |position |key |main |"
    r"essential |desirable |desired |minimum |"
    r"type of |preferred |general |further |more |additional |weitere |required |what |who |how |why |where |when |"
    r"application |scientific |"
    r"ihre? |unser |unsere |wir |das |die |der )*)"
    r"(?:description|contexte|objectifs?|candidature|missions|compétences|summary|overview|background|context|project|topic|topics|requirements?|qualifications?|"
    r"profile?|skills?|"
    r"tasks?|duties|responsibilit\w{1,3}|offers?|we offer|benefits?|apply|application|applications|process|procedure|"
    r"deadlines?|closing date|(?:informal |further )?(?:enquir|inquir)(?:y|ies)|"
    r"contact|contacts|"
    r"contact us|details?|information(?:en| in brief)?|in brief|at a glance|info|links?|us|group|lab|team|tübingen|"
    r"university|location|place|start|"
    r"starting date|start date|duration|salary|funding|supervis\w{1,5}|we are looking for|are looking for|"
    r"we're looking for|"
    r"looking for|you bring|you offer|you will do|you'll do|expect|is|we do|to apply|bewerbung|bewerben|aufgaben|"
    r"anforderungen|profil|bieten|erwarten|kontakt|hintergrund|projekt|beschreibung|voraussetzungen|"
    r"qualifikation(?:en)?|"
    r"angebot|frist|bewerbungsfrist|bewerbungsschluss|beginn|ort|vergütung|dauer|umfang|"
    r"stellenumfang|befristung|befristet|laufzeit|arbeitszeit|dienstort|arbeitsort|eingruppierung|"
    r"entgelt|important|note|notes|notice|keywords|"
    r"references|publications|"
    r"level|terms|published|type|position type|tasks|assessable conditions|number|start of|employer|posted|"
    r"conditions|environment|values|mission|vision|focus|interests?|criteria|eligibility|candidate|education|"
    r"experience|documents|materials|questions?|faq|equal opportunity|diversity|disclaimer|date|dates|timeline|"
    r"research focus|research areas?|news|publications?|people|selection|laboratory|institute|institution|city|"
    r"admission|program(?:me)?|teaching|research|candidates|guidelines?|get in touch|in touch)\b"
    r"(?:[^\w\n]|\([^()\n]{0,60}\)|(?:and|of|the|to|for|in|at|on|und|der|die|you|date|us|about|questions?|interests?|position|"
    r"project|details|values|"
    r"selection|group|lab|role|research|description|criteria|profile|requirements?|process|procedure|deadline|"
    r"du|de la|stage|thèse|poste|"
    r"starting|start|guidelines?|"
    r"information|skills|offer|apply)\b){0,12}\Z",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"\A\W{0,6}(?:related|recent|latest|similar|more|other|previous|next)(?: \w{1,12})? (?:posts?|"
    r"news|articles?|entries|stories|"
    r"pages)\W{0,4}\Z|\A\W{0,6}(?:tags?|categories|archives?|(?:ähnliche|neueste|weitere|"
    r"letzte) (?:beiträge|artikel|meldungen|"
    r"nachrichten)|kategorien|schlagwörter)\W{0,4}\Z"
    r"|\A\W{0,6}(?:(?:our|all|some) )?(?:finished|completed|defended|ongoing|past|former|previous|current|supervised) "
    r"(?:[\w'’-]{1,14} ){0,3}(?:theses|students|members|supervisions?)\W{0,4}\Z|\A\W{0,6}alumni\b[^\n]{0,20}\Z"
    r"|\A\W{0,6}(?:(?:hinweise|tipps|leitfaden|richtlinien|guidelines?|tips|advice)\b[^\n]{0,40}|how to )"
    r"\b(?:erstellung|erstellen|verfassen|schreiben|writing|write)\b[^\n]{0,60}\Z"
    r"|\A\W{0,6}(?:abgeschlossene|beendete|laufende|betreute) (?:\w{1,14} ){0,2}\w{0,20}arbeiten\W{0,4}\Z",
    re.IGNORECASE,
)
"""The heading of what a site puts beside every page, and of who was there."""
GENERIC = re.compile(
    r"\A\W{0,6}(?:(?:here|link|pdf|details?|more|info|information|apply|now|full|job|call|advert|ad|the|official|see|"
    r"read|this|page|for|and|"
    r"ici|aquí|aqui|qui|här|her|hier|mehr|weitere|informationen|infos?|website|announcement|description|posting|online|portal|form|click|webpage|further|particulars|to|"
    r"download|view|details?|detailed|complete)\W*)+\Z",
    re.IGNORECASE,
)
