"""The links of a call: to where one applies, and to the advert in full."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from bot.sources.pages.blocks import Block, PageLink
from bot.sources.pages.words import GENERIC, roles_in

_APPLY = re.compile(
    r"\b(?:appl(?:y|ication)|bewerb\w{0,8}|\w{0,20}portal|submit|form|jobs?posting|candidat\w{0,4}|"
    r"postul\w{0,4})\b",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"\b(?:here|pdf|advert\w{0,10}|details?|full|announcement|posting|call|offer|description|link|more|ad|hier|"
    r"ausschreibung\w{0,2}|"
    r"stellen\w{0,15}|position|vacanc\w{1,3}|subject|job|topic|project|internship|thesis|info\w{0,8}|click|this)\b",
    re.IGNORECASE,
)
_DETAILS = re.compile(
    r"\b(?:details|advert\w{0,10}|announcement|description|job posting|flyer|ausschreibung\w{0,7})\b", re.IGNORECASE
)
_FUNDER = re.compile(
    r"\A(?:https?:)?//(?:[\w-]{1,40}\.){0,3}(?:(?<!euraxess\.)ec\.europa\.eu/research|"
    r"marie-sklodowska-curie-actions\.ec\.europa\.eu|"
    r"erc\.europa\.eu|humboldt-foundation\.de|daad\.(?:de|org)|dfg\.de|embo\.org/funding|hfsp\.org|ukri\.org|"
    r"epsrc\.ac\.uk|"
    r"royalsociety\.org|raeng\.org\.uk|thebritishacademy\.ac\.uk|britishcouncil\.org|leverhulme\.ac\.uk|"
    r"wellcome\.(?:org|ac\.uk)|"
    r"royalcommission1851\.org|cscuk\.fcdo\.gov\.uk|csc\.edu\.cn|chinesescholarshipcouncil\.com|snf\.ch|"
    r"nserc-crsng\.gc\.ca|"
    r"nsfgrfp\.org|nsf\.gov|nih\.gov|fulbright[\w.-]{0,30}|jsps\.go\.jp|anr\.fr|ncn\.gov\.pl|nwo\.nl|fwf\.ac\.at|"
    r"commonwealthscholarships[\w.-]{0,20}|gatescambridge\.org|schmidtsciencefellows\.org)(?:[/?#]|\Z)",
    re.IGNORECASE,
)
"""Hosts of those who pay for people and have no positions of a group's."""
_JOBSITE = re.compile(
    r"job|vacan|career|position|stelle[n_-]|recruit|apply|ausschreib|concors|emploi|offre|hiring|"
    r"talent|opening|bewerb|"
    r"greenhouse|lever\.co|ashby|smartrecruiters|workday|euraxess|academicpositions|softgarden|b-ite|personio|"
    r"umantis|refline|"
    r"forms\.gle|docs\.google\.com/forms|findaphd|\.pdf|\.docx?|vacature|phd|postdoc|hr\.|thesis|internship|"
    r"studentship",
    re.IGNORECASE,
)
_NOT_ADVERT = re.compile(
    r"(?:medium\.com|substack\.com|twitter|facebook|linkedin|youtube|instagram|wikipedia|arxiv|doi\.org|"
    r"scholar\.google|goo\.gl/maps|"
    r"google\.[a-z.]+/maps|"
    r"/(?:papers?|publications?|preprints?)/|//people\.|/~[\w.-]{2,30}/?\Z|eprint\.iacr|"
    r"openstreetmap|orcid|github\.com/[^/]+/?$|maps\.app)|"
    r"/(?:contact|teaching|people|team|members|publications?|research|about|news|kontakt|lehre|datenschutz|privacy)"
    r"(?:/|\.html?|\.php)?$|\.(?:png|jpe?g|gif|svg|webp|css|js)$",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\A\W{0,3}(?:prof|dr|phd|mr|ms|mrs|pd|univ)\b|\A[A-ZÄÖÜ][\w.'-]{0,20} (?:[A-Z]\. )?[A-ZÄÖÜ][\w'-]{1,25}\Z"
)


_TERMS = re.compile(
    r"\b(?:conditions|terms|privacy|datenschutz\w{0,12}|polic(?:y|ies)|values|disclaimer|"
    r"code of conduct|imprint|impressum|requirements|eligibility|guidelines|"
    r"salary|salaries|admission|manuals?|handbook|expectations|philosophy|blog|wiki|tips|advice|general information|"
    r"(?:papers?|articles?|publications?|preprints?|slides)\Z|as (?:an )?employer|als arbeitgeber\w{0,3}|benefits|"
    r"\w{0,12}templates?|\w{0,12}vorlagen?|frequently asked|faq)\b",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\b(?:previous|past|former|old|e?-?mail|write) (?:\w{1,12} ){0,2}(?:to|calls?|adverts?|positions?)?\W{0,20}\Z",
    re.IGNORECASE,
)


_PROJECT = re.compile(
    r"\b(?:project(?:'s)? (?:web)?site|website of|webpage|homepage|programmes?|programs?)\b", re.IGNORECASE
)
_SCHOOL = re.compile(
    r"\b(?:(?:doctoral|graduate|ph\.?d\.?|master'?s?|training|visitors?|visiting|exchange) "
    r"(?:program(?:me)?|scheme)s?|(?:graduate|doctoral) schools?)\b",
    re.IGNORECASE,
)
"""Where people are admitted whom a group may then supervise, whichever position it has."""
_SEE = re.compile(
    r"\b(?:link to the call|official (?:job )?(?:advert\w*|announcement|call)|"
    r"(?:full|formal|job) (?:[a-z]{2,8} )?announcement(?: \([^()]{0,20}\))?|"
    r"info(?:rmation)? at|see(?! (?:also )?(?:the |our |this )?"
    r"(?:recent |following )?(?:article|paper|publication))|details?|more information|apply|info|link)\b"
    r"[^.\n]{0,30}\Z",
    re.IGNORECASE,
)
_APPLY_BY = re.compile(
    r"\b(?:apply|bewerb\w{0,8}|candidat\w{0,4}|postul\w{0,4}|submit\w{0,4})\b[^.\n]{0,60}"
    r"\b(?:via|through|using|refer to|visit|see|at|on|über|unter|auf|sur|en|su)\s(?:the |our |das |die |der )?\Z",
    re.IGNORECASE,
)
"""What leads to where one applies, whatever that is called."""
_OVERVIEW = re.compile(
    r"/(?:jobs?|job-?market|job-?board|jobb[oö]e?rse|vacanc(?:y|ies)|careers?|karriere|stellen(?:angebote|"
    r"ausschreibungen|"
    r"markt|börse)?|open-positions|positions|openings|work-(?:with|for|at)-[\w-]{1,20}|offres-emploi)"
    r"(?:/(?:index\.\w{2,5})?|\.\w{2,5})?\Z",
    re.IGNORECASE,
)
"""The path of whatever positions an employer has."""
_AMONG_SCHEMES = re.compile(
    r"\b(?:scholarships?|fellowships?|stipendi\w{1,3}|funding|grants?|schemes?)\b[^.\n]{0,20}\b(?:such as|like|"
    r"e\.g\.|"
    r"including|wie|z\.\s?B\.)[^.\n]{0,60}\Z",
    re.IGNORECASE,
)
"""What leads to those who pay for people."""
_LIQUID = re.compile(r"""['"]\s{0,5}\||\A\{\{\s{0,5}site\.(?:baseurl|url)\s{0,5}\}\}/[\w{]""")
"""What is known of an address that begins with Liquid: a path in the site."""
_HOME = re.compile(r"\Ahttps?://[^/?#]{1,200}/?\Z", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:research unit|(?:research )?group|lab|laboratory|institute|department|team|article|paper|arbeitsgruppe|"
    r"institut|lehrstuhl)\Z",
    re.IGNORECASE,
)
_MOST_BEFORE = 80  # characters
_MOST_LINKS = 1000
"""Of one call: behind so many stands none by which one applies, but what leads around a site."""
_TO_APPLY = 5
"""What a link scores, at least, by which one applies."""


def advert_link(blocks: Iterable[Block], title: str) -> PageLink | None:
    """The link to where one applies, else to the advert in full."""
    best: tuple[int, int] = (0, 0)
    chosen = None
    for number, (before, link) in enumerate(islice(_links(blocks), _MOST_LINKS)):
        score = _score(link, before, title)
        if 1 < score < _TO_APPLY and _OVERVIEW.search(link.href):
            score = 1  # what is advertised anywhere else comes first
        if score > best[0] or (score and chosen is None):
            best, chosen = (score, -number), link
    return chosen


def apply_link(blocks: Iterable[Block]) -> PageLink | None:
    """The link to where one applies, where the words of the page say so."""
    return next(
        (link for before, link in islice(_links(blocks), _MOST_LINKS) if _score(link, before, "") >= _TO_APPLY), None
    )


def _links(blocks: Iterable[Block]) -> Iterator[tuple[str, PageLink]]:
    """Each link with the words in front of it, which may be those of the line above: `Apply here:`."""
    above = ""
    for block in blocks:
        for link in block.links:
            before = block.text[max(0, link.start - _MOST_BEFORE) : link.start].rpartition("\n")[2]
            yield (above if link.start < 3 and not before.strip() else before), link
        above = (
            block.text[-_MOST_BEFORE:] if block.text.rstrip().endswith(":") or len(block.text) < _MOST_BEFORE else ""
        )


def _score(link: PageLink, before: str, title: str) -> int:
    href = link.href
    if href in {"", "#", "-"} or href.startswith(("#", "mailto:", "tel:", "javascript:")) or _NOT_ADVERT.search(href):
        return 0
    words = href if link.text.startswith(("http://", "https://")) else link.text
    if (
        (_is_person(words) and not _is_title(words, title))
        or (_AMONG_SCHEMES.search(before) and not _APPLY.search(before))
        or _FORMER.search(before)
        or (_TERMS.search(words) and not _is_title(words, title))
        or _FUNDER.search(href)
        or (href.startswith("{{") and not _LIQUID.search(href))
    ):
        return 0
    is_site = bool(_JOBSITE.search(href))
    if not is_site and _PROJECT.search(before + words) and not _APPLY_BY.search(before):
        return 0
    if _SCHOOL.search(words) and not _APPLY.search(words) and not _is_title(words, title):
        return 0
    if _APPLY.search(words) or ((GENERIC.search(words or "here") or words == href) and _APPLY.search(before)):
        return _TO_APPLY + is_site
    if _APPLY_BY.search(before):
        return _TO_APPLY
    if _HOME.search(href) and (not is_site or _names_host(words, href)):
        return 0
    if GENERIC.search(words or "here") or (_ADVERT.search(words) and (is_site or _DETAILS.search(words))):
        return 3 + is_site
    if (
        is_site
        or _is_title(words, title)
        or (_SEE.search(before) and not _HOME.search(href) and not _GROUP.search(words))
    ):
        return 3
    return 0


def _is_person(words: str) -> bool:
    """Whether the words of a link are somebody's name, and not `Job Description`."""
    return bool(_PERSON.search(words)) and not (
        GENERIC.search(words) or _APPLY.search(words) or _DETAILS.search(words) or roles_in(words)
    )


def _names_host(words: str, href: str) -> bool:
    """Whether a link to a whole site says no more than what that is called: a portal, whatever stands in it today."""
    host = (urlsplit(href).hostname or "").removeprefix("www.").casefold()
    return words == href or words.strip().casefold().removeprefix("www.") in {host, host.partition(".")[0]}


def _is_title(words: str, title: str) -> bool:
    """Whether the words of a link are the title, or most of it."""
    words, title = (" ".join(_WORD.findall(text.casefold())) for text in (words, title))
    if not words or not title:
        return False
    return title in words or (words in title and len(words) * 3 >= len(title))


_WORD = re.compile(r"[^\W_]+")
_AS_IT_IS = "/%:@!$&'()*+,;=?~[]{}|^`"
"""What may stand in an address as it is; letters that are not of ASCII may not (RFC 3986)."""


def resolved(href: str, base: str | None) -> str | None:
    """Where a link leads, as an address of the web; None where that cannot be known."""
    cleaned = _site_path(href)
    if cleaned is None:
        return None
    if re.match(r"https?://", cleaned, re.IGNORECASE):
        address = cleaned
    elif base and not re.match(r"[a-z][a-z0-9+.-]{0,20}:", cleaned, re.IGNORECASE):
        try:
            address = urljoin(base, cleaned)
        except ValueError:
            return None
    else:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if re.search(r'[\t\r\n<>"\\]', address):
        return None
    address = urlunsplit(parts._replace(path=quote(parts.path, _AS_IT_IS), query=quote(parts.query, _AS_IT_IS)))
    return (
        address
        if parts.hostname and parts.scheme in {"http", "https"} and not re.search(r'[\s<>"\\]', address)
        else None
    )


_FILTER = re.compile(r"\{\{\s{0,5}['\"]([^'\"{}]{1,400})['\"]\s{0,5}\|\s{0,5}(?:relative|absolute)_url\s{0,5}\}\}")
_SITE = re.compile(r"\{\{\s{0,5}site\.(?:baseurl|url)\s{0,5}\}\}")


def _site_path(href: str) -> str | None:
    """An address of which Liquid says no more than that it lies in the site."""
    text = _FILTER.sub(lambda found: f"/{found[1].lstrip('/')}", href)
    text = _SITE.sub("", text)
    return None if "{{" in text or "{%" in text else text
