"""What is gathered while a query is read: what is wanted and left out, and what is odd about it as a filter."""

from dataclasses import dataclass, field

from bot.domain.posting import Role
from bot.questions.query import Exclusion, Query, Scope


@dataclass(slots=True)
class Gathered:
    """What is found in a text, and what is odd about it as a filter."""

    roles: set[Role] = field(default_factory=set)
    terms: list[str] = field(default_factory=list)
    either: list[list[tuple[str, ...]]] = field(default_factory=list)
    without: list[Exclusion] = field(default_factory=list)
    scope: Scope = Scope.OPEN
    scope_words: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    parts: list[tuple[list[str], bool]] = field(default_factory=lambda: [([], False)])
    """What was said between commas and `or`, and whether it means something; what is in brackets may mean nothing."""
    dangling: list[str] = field(default_factory=list)
    lone: list[str] = field(default_factory=list)
    for_one_alone: list[tuple[str, str, str]] = field(default_factory=list)
    narrowed: list[tuple[str, str, str]] = field(default_factory=list)
    """What stands before an `or` that does not widen, the word itself, and what stands behind it."""
    last: tuple[str, bool] | None = None
    """The last word that was wanted, and whether it is a role."""

    def says(self, text: str, *, means: bool) -> None:
        """Adds words to the part that is being read; `means`: whether they mean something."""
        texts, meant = self.parts[-1]
        self.parts[-1] = [*texts, text], meant or means

    def begins_part(self, *, is_aside: bool = False) -> None:
        """Behind a comma or an `or` another part begins; `is_aside`: one in brackets."""
        if self.parts[-1][0]:
            self.parts.append(([], False))
        self.parts[-1] = [], is_aside

    def query(self, most: int | None) -> Query:
        """What was read, with no more words than `most`."""
        terms, without, left_out = list(self.terms), list(self.without), list[str]()
        either = list(self.either)
        if most is not None:
            while either and sum(len(unit) for units in either for unit in units) > most:
                left_out += [" ".join(unit) for unit in either.pop()]
            room = most - sum(len(unit) for units in either for unit in units)
            terms, left_out = terms[:room], [*terms[room:], *left_out]
            room -= len(terms)
            of_words = [part for part in without if part.terms]  # roles cost nothing to look for
            without = [part for part in without if part not in of_words[room:]]
            left_out += [" ".join(part.terms) for part in of_words[room:]]
        return Query(
            frozenset(self.roles),
            tuple(terms),
            self.scope,
            tuple(without),
            tuple(left_out),
            either=tuple(map(tuple, either)),
        )
