"""Where a query is being read, and what stands there: a role, a name, a small word."""

from collections.abc import Callable

from bot.domain.posting import Role
from bot.questions.pieces import PieceKind, pieces
from bot.questions.query import homographs
from bot.questions.roles import leading_roles, nearest_role_word, roles_of
from bot.questions.small_words import passed_over, small_words


class Cursor:
    """A text's pieces, and the place up to which they are read. `known`, `named` and `is_person` tell of a word what
    the registry knows of it (see `grammar.parse`).
    """

    def __init__(
        self,
        text: str,
        known: Callable[[str], bool],
        named: Callable[[tuple[str, ...]], bool],
        *,
        is_filter: bool,
        is_person: Callable[[str], bool],
    ) -> None:
        self._is_person = is_person
        self._known, self._named, self._is_filter = known, named, is_filter
        self._small = small_words()
        self._pieces = list(pieces(text))
        self._at = 0
        written = [piece for piece in self._pieces if piece.kind is PieceKind.WORD]
        # In what is written in capitals as a whole, they mark nothing.
        self._shouts = text.upper() == text and any(piece.text not in homographs() for piece in written)

    def _is_small(self, at: int) -> bool:
        """Whether a word carries no meaning there."""
        piece = self._pieces[at]
        if piece.text not in self._small.noise:
            return self._is_passed_over(at)
        if piece.text not in homographs():
            return not self._is_name(at)
        if piece.in_capitals and (self._is_filter or not self._shouts):
            return False
        return not ((piece.in_capitals or self._named((piece.text,))) and self._stands_for_a_name(at))

    def _is_passed_over(self, at: int) -> bool:
        """Whether a word is none that a question looks for: what is not a name."""
        piece = self._pieces[at]
        if self._is_filter or piece.text not in passed_over() or self._named((piece.text,)):
            return False
        return not self._is_name(at)

    def _is_name(self, at: int) -> bool:
        """Whether a small word begins a name of several words: the tag "open science"."""
        return self._length_of_name(at) > 1

    def _length_of_name(self, at: int) -> int:
        """How many words from there on are a tag, a place or a group of some posting; at least one."""
        for length in (4, 3, 2):
            run = self._pieces[at : at + length]
            if len(run) == length and all(piece.kind is PieceKind.WORD for piece in run):
                name = tuple(piece.text for piece in run)
                if not set(name) <= self._small.noise and self._named(name):
                    return length
        return 1

    def _stands_for_a_name(self, at: int) -> bool:
        """Whether "us" and its like stand where a name would: alone, before "jobs", behind "jobs" or "in the"."""
        before = self._word(at - 1)
        following = self._word(at + 1)
        is_last = following is None
        if before is None:
            return is_last or following in self._small.jobs
        return (before in self._small.before_names or before in self._small.jobs) and not (
            before in self._small.before_last_names and is_last
        )

    def _word(self, at: int) -> str | None:
        if 0 <= at < len(self._pieces) and self._pieces[at].kind is PieceKind.WORD:
            return self._pieces[at].text
        return None

    def _roles(self, at: int | None = None) -> tuple[frozenset[Role], int]:
        """The roles that the next words mean, and how many words that takes; at least one."""
        start = self._at if at is None else at
        texts = []
        for piece in self._pieces[start : start + 6]:
            if piece.kind is not PieceKind.WORD:
                break
            texts.append(piece.text)
        return leading_roles(texts) if texts else (frozenset(), 1)

    def _apart(self, word: str) -> tuple[frozenset[Role], str] | None:
        """A role and a word of some posting between which a space is missing: `phdberlin`."""
        if self._is_filter or len(word) < 6 or self._known(word):
            return None
        for at in range(3, len(word) - 2):
            for role, rest in ((word[:at], word[at:]), (word[at:], word[:at])):
                if (roles := roles_of((role,))) and self._known(rest):
                    return roles, rest
        return None

    def _nearest_role(self, word: str) -> frozenset[Role] | None:
        guess = nearest_role_word(word)
        return roles_of((guess,)) if guess and not self._known(word) else None

    def _follows_open(self) -> bool:
        behind = self._pieces[self._at :]
        is_negated = any(piece.kind not in {PieceKind.WORD, PieceKind.END} for piece in behind)
        return not is_negated and any(piece.text in self._small.open for piece in behind)

    def _is_title(self, at: int) -> bool:
        """Whether "Prof." stands before a name there, and means no role: "with Prof. Example"."""
        word, following = self._word(at), self._word(at + 1)
        if self._is_filter or word not in self._small.titles or following is None:
            return False
        if self._is_person(following) or following in self._small.titles:
            return True
        is_said_of_one = self._word(at - 1) in self._small.before_people and word not in self._small.doctors
        return is_said_of_one and not self._is_small(at + 1) and not self._roles(at + 1)[0]

    def _is_of_pay(self, at: int) -> bool:
        following = self._word(at + 1)
        return (
            self._word(at) in self._small.of_pay and following is not None and any(sign.isdigit() for sign in following)
        )

    def _ends_part(self) -> bool:
        return self._at == len(self._pieces) or self._pieces[self._at].kind is PieceKind.END

    def _is_workplace(self) -> bool:
        return not self._is_filter and self._word(self._at) in self._small.workplaces
