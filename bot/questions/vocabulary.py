"""The words of a registry, each with the postings that hold it, and which of them a term of a query finds."""

from collections.abc import Iterable, Iterator

from bot.questions.query import is_whole, similar
from bot.questions.slots import SlotTable
from bot.questions.stems import stems

_MOST_MEANT = 1000


class WordIndex:
    """Every word of the registry, with the slots of the postings that hold it."""

    def __init__(self) -> None:
        self._slots: SlotTable[str] = SlotTable()
        self._text: str | None = None  # all words, one a line: the quickest thing to search
        self._meant: dict[str, list[str]] = {}  # what was asked for of late, as long as no word comes or goes

    def __contains__(self, word: str) -> bool:
        return word in self._slots

    def add(self, words: Iterable[str], slot: int) -> None:
        """Has words lead to a slot."""
        for word in words:
            if self._slots.add(word, slot):
                self._forget()

    def remove(self, words: Iterable[str], slot: int) -> None:
        """Has words lead to a slot no more."""
        for word in words:
            if self._slots.remove(word, slot):
                self._forget()

    def _forget(self) -> None:
        self._text = None
        self._meant.clear()

    def slots(self, words: Iterable[str]) -> set[int]:
        """The slots that hold one of these words."""
        return self._slots.slots(words)

    def meant(self, term: str) -> list[str]:
        """The registry's words that a term which finds nothing may be a misspelling of. It is compared with all of
        them, so what comes of it is kept.
        """
        if term not in self._meant:
            if len(self._meant) >= _MOST_MEANT:
                self._meant.clear()
            self._meant[term] = similar(term, self._slots)
        return self._meant[term]

    def of_stem(self, term: str) -> list[str]:
        """The words that differ from a term in their endings alone: robust for robustness."""
        alike: set[str] = set()
        for stem in stems(term):
            alike.update(word for word in self.matching(stem) if stem in stems(word) or word == stem)
        return sorted(alike)

    def has(self, term: str) -> bool:
        """Whether a term finds a word as it is."""
        return next(self._match(term), None) is not None

    def matching(self, term: str) -> list[str]:
        """The registry's words that a term finds as it is written (`query.word_matches`)."""
        return list(self._match(term))

    def _match(self, term: str) -> Iterator[str]:
        if is_whole(term):
            if term in self._slots:
                yield term
            return
        if self._text is None:
            self._text = "\n".join(["", *self._slots, ""])
        sought = term if len(term) >= 6 else f"\n{term}"
        at = self._text.find(sought)
        while at >= 0:
            start = self._text.rfind("\n", 0, at + 1) + 1
            end = self._text.index("\n", at + 1)
            yield self._text[start:end]
            at = self._text.find(sought, end)
