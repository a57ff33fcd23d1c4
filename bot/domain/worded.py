"""Sentences and errors that can be told in each language."""

from collections.abc import Callable
from typing import Self


def _(sentence: str) -> str:
    """Marks a sentence for the catalogues; `Wording` translates it."""
    return sentence


class WordedError(Exception):
    """An error in words: an English `sentence` with places for `values`, so that who speaks to a person can say it in
    theirs. As text it is English; what others have said, such as git or the system, is a value and stays as it is.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values

    @classmethod
    def of(cls, error: object) -> Self:
        """An error of this class with the words of `error`."""
        if isinstance(error, WordedError):
            return cls(error.sentence, **error.values)
        return cls("{why}", why=error)

    def text(self, gettext: Callable[[str], str]) -> str:
        """The error's words in the language that `gettext` translates to."""
        values = {
            name: value.text(gettext) if isinstance(value, WordedError) else value
            for name, value in self.values.items()
        }
        return gettext(self.sentence).format(**values) if values else gettext(self.sentence)


def error_text(error: Exception, gettext: Callable[[str], str]) -> str:
    """An error's words in the language that `gettext` translates to; of an error that is no `WordedError`, its own
    words.
    """
    return error.text(gettext) if isinstance(error, WordedError) else str(error)
