"""Errors that can be told in each language."""

from collections.abc import Callable
from typing import Self


class WordedError(Exception):
    """An error in words: an English `sentence` with places for `values`, so that who speaks to a person can say it in
    theirs. As text it is English; what others have said, such as git or the system, is a value and stays as it is.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence, self.values = sentence, values

    @classmethod
    def of(cls, error: object) -> Self:
        """An error of this kind with the words of another one, or of somebody else."""
        if isinstance(error, WordedError):
            return cls(error.sentence, **error.values)
        return cls("{why}", why=error)

    def text(self, gettext: Callable[[str], str]) -> str:
        """The same in another language."""
        values = {
            name: value.text(gettext) if isinstance(value, WordedError) else value
            for name, value in self.values.items()
        }
        return gettext(self.sentence).format(**values) if values else gettext(self.sentence)


def error_text(error: Exception, gettext: Callable[[str], str]) -> str:
    """An error in the words of a language, as far as it can be told in that."""
    return error.text(gettext) if isinstance(error, WordedError) else str(error)
