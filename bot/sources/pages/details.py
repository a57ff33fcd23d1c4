"""Single facts of a call: its addresses, pay, number of openings and title."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from bot.domain.addresses import EMAIL
from bot.domain.genders import without_gender
from bot.sources.pages.blocks import Block

_AT = (
    r"\s{0,3}(?:\[\s?(?:at|ät|@)\s?\]|\(\s?(?:at|ät|@)\s?\)|\{\s?(?:at|@)\s?\}|<\s?at\s?>|_at_|\*at\*|-at-|"
    r"\sat\s|\s@\s|"
    r"\(a\)|\[a\])\s{0,3}"
)
_DOT = (
    r"\s{0,2}(?:\[\s?(?:dot|punkt|\.)\s?\]|\(\s?(?:dot|punkt|\.)\s?\)|\{\s?dot\s?\}|_dot_|\*dot\*|\sdot\s|\spunkt\s)"
    r"\s{0,2}"
)
_LOCAL = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,40}"
_HIDDEN = re.compile(
    rf"(?<![\w@.])(?P<local>{_LOCAL}(?:(?:{_DOT})[A-Za-z0-9_-]{{1,30}}){{0,3}}){_AT}"
    rf"(?P<host>[A-Za-z0-9-]{{1,40}}(?:(?:\.|{_DOT})[A-Za-z0-9-]{{2,40}}){{1,4}})",
    re.IGNORECASE,
)
_SIGNS = (
    "@",
    "[at",
    "[ at",
    "(at",
    "( at",
    "[ät",
    "(ät",
    "[ ät",
    "( ät",
    "{at",
    "{ at",
    "<at",
    "< at",
    "_at_",
    "*at*",
    "-at-",
    " at ",
    "(a)",
    "[a]",
)
_PLAIN = re.compile(r"(?<![\w@.+-])[A-Za-z0-9][A-Za-z0-9._+'-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,200}[A-Za-z0-9]")
_is_email = re.compile(EMAIL).fullmatch
_PLACEHOLDER = re.compile(
    r"\A(?:your|you|name|firstname|first|vorname|user|username|example|someone|noreply|no-reply|webmaster|x|xxx|"
    r"email|e-mail|mail|"
    r"me|abc|test|foo|nospam|spam)[._-]?(?:name|lastname|email|nachname)?@|@(?:domain|email|mail|host|yourdomain|"
    r"university|"
    r"example)\.(?:com|de|edu|tld)\Z|\.(?:png|jpe?g|gif|svg|webp)\Z",
    re.IGNORECASE,
)
_NO_SPAM = re.compile(r"(?:[-_.]?no[-_.]?spam[-_.]?|[-_.]?remove[-_.]?this[-_.]?)", re.IGNORECASE)


def emails(block: Block) -> list[tuple[str, str]]:
    """The addresses of a block, in order, each with the words that give it; hidden ones as they are meant."""
    found: list[tuple[int, str, str]] = []
    for link in block.links:
        if link.href.lower().startswith("mailto:"):
            address = re.split("[,;]", unquote(link.href[7:].partition("?")[0]))[0].strip()
            found.append((link.start, address, link.href))
    lowered = block.text.lower()
    if "@" in lowered:
        found += [(mention.start(), mention[0], mention[0]) for mention in _PLAIN.finditer(block.text)]
    for hidden in _HIDDEN.finditer(block.text) if any(sign in lowered for sign in _SIGNS) else ():
        local = re.sub(_DOT, ".", hidden["local"], flags=re.IGNORECASE)
        host = re.sub(_DOT, ".", hidden["host"], flags=re.IGNORECASE).rstrip(".")
        if " at " in hidden[0].lower() and not re.search(_DOT, hidden[0], re.IGNORECASE) and not _is_mail_like(local):
            continue  # "work at lab.example"
        found.append((hidden.start(), f"{local}@{host}", hidden[0]))
    result: dict[str, str] = {}
    for _, address, words in sorted(found):
        plain = address.strip(".,;:<> ")
        if _is_email(plain) and not _PLACEHOLDER.search(plain) and not _NO_SPAM.search(plain) and "{" not in plain:
            result.setdefault(plain, words)
    return list(result.items())


def _is_mail_like(local: str) -> bool:
    return not {".", "_", "+"}.isdisjoint(local)


_PAY = re.compile(
    r"(?:"
    r"\b(?:(?:100|[1-9]\d)\s?%\s?,?\s{0,2}){0,1}(?:Entgeltgruppe |EG |pay (?:scale|grade|group) |salary (?:scale|"
    r"group|grade) )?"
    r"\(?(?:E|EG|TV-?L|TVöD|TVÖD)[ -]?\d{0,2}[ab]?,?\s?(?:of the |der |des |nach |according to )?(?:TV-?L|TVöD|"
    r"TVÖD|TV-?H|TV-?G-?U)?(?:[- ](?:Bund|VKA|E\s?\d{1,2}|\d{1,2}))?"
    r"(?:,?\s?\(?(?:100|[1-9]\d)\s?%\)?)?(?!\w)"
    r"|\b[Ee]ntgeltgruppe\s(?:E\s?)?\d{1,2}[ab]?(?:\s?TV-?(?:L|öD|ÖD|H))?(?:,?\s?\(?(?:100|[1-9]\d)\s?%\)?)?(?!\w)"
    r"|(?:[€£$]|EUR|USD|GBP|CHF|SEK|DKK|NOK|AUD|CAD|SGD|BRL|PLN|CZK)"
    r"\s?\d[\d.,' ]{1,12}\d?[kK]?(?:\s?(?:-|–|to)\s?(?:[€£$]|"
    r"EUR)?\s?\d[\d.,']{1,12}[kK]?)?(?: (?:per|a|p\.?a\.?|/)\s?(?:year|month|annum|hour))?"
    r"|\b\d{1,3}(?:[.,]\d\d)?\s?(?:€|£|EUR|Euro|euros?)\s?(?:/|per|pro)\s?(?:h|hour|Stunde|Std)\b"
    r"|\b\d[\d.,']{2,12}[kK]?\s?(?:-\s?\d[\d.,']{2,12}\s?)?(?:€|£|EUR|Euro|euros?|USD|CHF|GBP|SEK|DKK|"
    r"NOK|BRL|PLN|CZK|CAD|AUD)(?!\w)(?: ?(?:/|per|a|net|gross|brutto|monthly)\s?"
    r"(?:year|month|annum|hour|Monat|Jahr|mois|mes|mese|maand)?)?"
    r"|\b\d[\d.,]{0,12}\s?(?:M|million)?\s?(?:JPY|yen|INR) ?(?:/|per|a)\s?(?:year|month|annum)"
    r"|\b(?:[Gg]rade|[Bb]and) \d{1,2}(?: (?:or|to|-|–) \d{1,2})?(?!\w)"
    r"|\b(?:unpaid|unbezahlt|unvergütet)\b"
    r")"
)
_MUST = re.compile(r"\d|unpaid|unbezahlt|unvergütet", re.IGNORECASE)
_PAY_LABEL = re.compile(
    r"(?im)^\W{0,6}(?:total |gross |net |annual |monthly |starting )?(?:salary|pay|wage|stipend|remuneration|"
    r"compensation|gehalt|vergütung|bezahlung|entgelt|grade|hours)"
    r"(?: range| scale)?[\s*_]{0,4}:[\s*_]{0,4}(?P<value>[^\n]{2,200})$"
)
_SHARE = re.compile(r"(?<![\d.,])(?:100|[1-9]\d)(?:[.,]\d)?\s?%(?!\w)(?!\s?(?:of the|confidence|der))")
_OTHER_PAY = re.compile(
    r"\b(?:MSCA|Marie|fellowship|budget|grant of|funded with|million|billion|Mio|Mrd|GDP|"
    r"travel|bonus|prize|fee|fees|tuition|cost)\b",
    re.IGNORECASE,
)


def pay(texts: Iterable[str]) -> tuple[str, str] | None:
    """What is paid, and the words that say so."""
    for text in texts:
        for line in text.split("\n"):
            if not _MUST.search(line):
                continue
            label = _PAY_LABEL.search(line)
            if (
                label
                and re.search(r"\d", label["value"])
                and not re.search(r"(?i)per month|hours", label["value"] if "hours" in line.lower()[:12] else "")
            ):
                return label["value"].partition(". ")[0].strip(" *_.;"), line.strip()[:300]
            for found in _PAY.finditer(line):
                value = re.sub(r"(?<=\d)\.\Z", "", found[0].strip(" ,;(/"))
                if value.count("(") < value.count(")"):
                    value = value.rstrip(")")
                if _MUST.search(value) and (
                    re.search(r"(?i)un(?:paid|bez|verg)", value)
                    or len(re.findall(r"\d", value)) >= 2
                    or "JPY" in value
                    or re.match(r"E[G ]{0,3}\d[ab]?\b.*TV", value)
                    or value[:5].lower() in {"grade", "band "}
                ):
                    behind = line[found.end() : found.end() + 30].partition(". ")[0]
                    if _OTHER_PAY.search(line, max(0, found.start() - 60), found.end() + len(behind)):
                        continue
                    return value, line.strip()[:300]
    return None


def share(text: str) -> tuple[float, str] | None:
    """The percent of full time that a text names, when it names one."""
    found = {float(part[0].rstrip("% ").replace(",", ".")): part[0] for part in _SHARE.finditer(text)}
    return next(iter(found.items())) if len(found) == 1 else None


_NUMBERS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        "one|ein|eine|einen|un|une|uno; two|zwei|deux|due|dos; three|drei|trois|tre|tres; four|vier; five|fünf;"
        " six|sechs;"
        " seven|sieben; eight|acht; nine|neun; ten|zehn".split(";"),
        1,
    )
    for word in words.strip().split("|")
}
_OPENINGS = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|"
    r"fünf)(?:\s?[x×])?\s"
    r"(?!(?:-|year|month|to\b|or\b|half|percent|hour|week|jahr))"
    r"(?:(?:\d{1,2}|one|two|three|four|five)[- ]years?\s|yearly\s)?"
    r"(?:(?:fully[- ]funded|funded|open|paid|full[- ]time|new|available|vacant|offene|excellent|talented|"
    r"motivated|junior|senior|more)\s){0,3}"
    r"(?:(?:phd|ph\.d\.|doctoral|post-?docs?(?:toral)?|doktorand\w{0,6}|research|student|master|internship|"
    r"software|academic|hiwi|shk|permanent|assistant|early[- ]stage|phd/postdoc)[\s-]){0,3}"
    r"(?:positions?|vacanc(?:y|ies)|openings?|studentships?|students?|candidates?|researchers?|stellen?|"
    r"postdocs?|post-docs?|phds?|fellows?|"
    r"internships?|interns?|engineers?|assistants?|fellowships?|scholarships?|doktorand\w{0,6}|professorships?|"
    r"posts?|places?|tutor\w{0,7}|bolsas?)\b",
    re.IGNORECASE,
)
_NOT_SURE = re.compile(
    r"(?:up to|bis zu|roughly|about|around|approximately|circa|ca\.|-|–|\bor|\bto|/|at least|over|"
    r"than|total of|group|commission|class|\bno\.?|\bmaster|\bbachelor|\bm|\blevel|\byear|\bsemester|\bphase)\s{0,2}\Z",
    re.IGNORECASE,
)


_AND_MORE = re.compile(
    r",?\s{0,2}(?:\band\b|\bund\b|&|,|\+)\s{1,2}(?:\d{1,2}|one|a|an|two|three|four|five|eine?|zwei|drei)\s",
    re.IGNORECASE,
)


def openings(texts: Iterable[str]) -> tuple[int, str] | None:
    """How many are sought, where one number says so."""
    for text in texts:
        for found in _OPENINGS.finditer(text[:1500]):
            if _NOT_SURE.search(text[max(0, found.start() - 16) : found.start()]):
                continue
            if _AND_MORE.match(text, found.end()):
                return None  # "2 PhD and 1 postdoc positions"
            word = found["number"].lower()
            number = int(word) if word.isdigit() else _NUMBERS[word]
            if 1 <= number <= 50:
                return number, found[0]
    return None


_LEAD = re.compile(r"\A(?:[^\w(\"“„«'\[]|_)+")
_TAIL = " \t\n\v:;,.*_|–—-"
_STAMP = re.compile(
    r"\A(?:\[?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,6}\.? )?20\d\d\]?\s{0,2}[-:–]?\s{1,2}|"
    r"\(?(?:new|neu|open|closed|filled)[!:)]{1,2}\s)",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\s?[\[(–-]\s?(?:closed|filled|position filled|expired|open|besetzt|vergeben|"
    r"now closed|applications? closed|abgelaufen)\s?[\])]?\Z",
    re.IGNORECASE,
)


def tidy_title(text: str) -> str:
    """A heading, or the beginning of an item, as a title."""
    text = " ".join(text.split())
    text = _LEAD.sub("", text)
    text = _STAMP.sub("", text)
    text = _LEAD.sub("", text)
    text = _STATUS.sub("", text)
    text = without_gender(text)
    return text.rstrip(_TAIL)
