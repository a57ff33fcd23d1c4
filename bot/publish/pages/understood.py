"""How what stands in the board's search field was understood, with links that take a part of it away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.message import shortened
from bot.publish.formats.entries import clean
from bot.questions.query import Query
from bot.questions.question import Question
from bot.wording.parts import Part, without_each
from bot.wording.wording import Wording


@dataclass(frozen=True, slots=True)
class Understood:
    """`parts`: each with the text that asks for the others, or None where there is none. `notes`: what was not
    understood for sure or stands nowhere, each with what may be meant and the text that asks so.
    """

    parts: Sequence[tuple[str, str | None]] = ()
    notes: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()


NOTHING = Understood()


def understood(
    question: Question, parts: Sequence[Part], unknown: Sequence[str], words: Wording, read: Callable[[str], Query]
) -> Understood:
    """`unknown`: the words that no posting has. `read` reads a text as the field is read."""
    _ = words.gettext
    notes: list[tuple[str, Sequence[tuple[str, str]]]] = []
    for doubt in question.doubts:
        text = shortened(doubt.text, 60)
        if doubt.choices:
            days = words.gettext(" or ").join(words.days(days) for days, _text in doubt.choices)
            doubt_text = _("“{text}” can be {days}, so I left it out. Which is meant?").format(text=text, days=days)
        else:
            doubt_text = _("I did not understand “{text}” for sure, so I left it out.").format(text=text)
        notes.append((clean(doubt_text), [(words.days(days), plain) for days, plain in doubt.choices]))
    if unknown:
        named = ", ".join(_("“{word}”").format(word=word) for word in unknown)
        notes.append((clean(_("No position has {words}.").format(words=shortened(named, 100))), ()))
    without = without_each(question.query, parts, read)
    return Understood([(clean(part.label), text) for part, text in zip(parts, without, strict=True)], notes)
