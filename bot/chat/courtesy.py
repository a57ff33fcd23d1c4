"""What people say that asks for no position: thanks, hello, a thumb. It is answered in one line, or with the help."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bot.core.query import words

LONGEST = 100
"""Whoever writes more than that asks for something."""


class Courtesy(StrEnum):
    """Of several at once ("hi, who are you?"), the first one here is answered."""

    ABOUT = "about"
    THANKS = "thanks"
    HELP = "help"
    GOODBYE = "goodbye"
    GREETING = "greeting"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Remark:
    """`language`: of which it is a phrase, where it is no English one, nor one of both."""

    courtesy: Courtesy
    language: str | None = None


_SAID: Mapping[tuple[Courtesy, str | None], str] = {
    (Courtesy.HELP, None): """help; help me; i need help; can you help me; help please; please help; what can you do;
        what do you do; what can i ask; what can i do; how does this work; how does it work; how do you work; hilfe;
        hilf mir; ich brauche hilfe; kannst du mir helfen; koennen sie mir helfen; konnen sie mir helfen; was kannst du;
        was kann ich fragen; was kann man fragen; wie funktioniert das; wie geht das""",
    (Courtesy.ABOUT, None): """who are you; what are you; who is this; are you a bot; are you a robot; are you human;
        are you real; are you a person; your name; what is your name; whats your name""",
    (Courtesy.ABOUT, "de"): """wer bist du; was bist du; wer sind sie; wer seid ihr; wer ist das; wie heisst du;
        wie heissen sie; bist du ein bot; bist du ein mensch; bist du echt""",
    (Courtesy.THANKS, None): """thanks; thank you; thank u; thanks a lot; thank you very much; many thanks; thx; ty;
        cheers; much appreciated; merci""",
    (Courtesy.THANKS, "de"): """danke; dankeschon; dankeschoen; danke schon; danke schoen; danke sehr; vielen dank;
        besten dank; herzlichen dank; ich danke""",
    (Courtesy.GOODBYE, None): """bye; bye bye; goodbye; good bye; see you; see you later; see ya; cu; ciao; farewell;
        take care; good night""",
    (Courtesy.GOODBYE, "de"): """tschuss; tschuess; tschues; auf wiedersehen; bis bald; bis dann; bis spater;
        bis spaeter; mach gut; machs gut; gute nacht""",
    (Courtesy.GREETING, None): """hi; hello; hey; hiya; good morning; good afternoon; good evening; good day; greetings;
        how are you; how are you doing; how is it going""",
    (Courtesy.GREETING, "de"): """hallo; moin; moin moin; servus; gruss gott; gruess gott; gruezi; guten tag;
        guten morgen; guten abend; wie geht es dir; wie geht es ihnen; wie gehts; na""",
    (Courtesy.AGREED, None): """ok; okay; okey; k; great; cool; nice; super; perfect; awesome; excellent; wonderful;
        fine; good; alright; all right; got it; i see; understood; yes; yep; yeah; no; nope; no problem; well done;
        good bot; sounds good""",
    (Courtesy.AGREED, "de"): """prima; toll; klasse; spitze; gut; sehr gut; alles klar; alles gut; passt; verstanden;
        ach so; aha; ja; nein; kein problem; perfekt; in ordnung; schon; schoen""",
}

# What may stand around it: "hello there", "thank you so much for your help", "danke dir für die Hilfe".
_AROUND = frozenset(
    """there bot callboard everyone everybody all you so very much a lot and for your the this that help again oh well
    just dear team dir ihnen euch fur fuer die das deine ihre eure hilfe auskunft sehr und nochmal na mal liebes liebe
    alles war lieber leute zusammen schon""".split()
)

# As Slack sends them (`:+1:`, `:wave::skin-tone-3:`), and as they are.
_SHORTCODES = re.compile(r"(?:\s*:[\w+'-]{1,50}:)+\s*")
_EMOJI = {
    Courtesy.THANKS: ("🙏", ":pray:", ":bow:"),
    Courtesy.GREETING: ("👋", "🤗", ":wave:", ":hugging_face:"),
}


def remark(text: str) -> Remark | None:
    """What a text says, if it is nothing but courtesy; None when it may ask for something."""
    if len(text) > LONGEST:
        return None
    if _SHORTCODES.fullmatch(text):
        return _of_emoji(text)
    said = tuple(words(text))
    if not said:
        return _of_signs(text)
    return min(_phrases(said), key=lambda one: list(Courtesy).index(one.courtesy), default=None)


def _phrases(said: tuple[str, ...]) -> list[Remark]:
    """The phrases of which a text is made; none where it holds another word."""
    known, at = _known(), 0
    found: list[Remark] = []
    while at < len(said):
        length = next((n for n in (5, 4, 3, 2, 1) if said[at : at + n] in known and at + n <= len(said)), 0)
        if length:
            found.append(known[said[at : at + length]])
        elif said[at] not in _AROUND:
            return []
        at += length or 1
    return found


@cache
def _known() -> Mapping[tuple[str, ...], Remark]:
    return {tuple(one.split()): Remark(*kind) for kind, phrases in _SAID.items() for one in phrases.split(";")}


def _of_signs(text: str) -> Remark | None:
    """Of a text without a letter: what asks is a call for help, and emoji are a remark."""
    if any(sign in text for sign in "?¿\u061f\uff1f"):
        return Remark(Courtesy.HELP)
    is_emoji = any(unicodedata.category(sign) == "So" for sign in text)
    return _of_emoji(text) if is_emoji else None


def _of_emoji(text: str) -> Remark:
    return Remark(next((one for one, signs in _EMOJI.items() if any(sign in text for sign in signs)), Courtesy.AGREED))
