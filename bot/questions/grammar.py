"""What people write -> Query, in English and German: `PhD in Rostock`, `postdoc -robotics`, `Stellen ohne Deutsch`.

Words that carry no meaning are passed over, roles are known by what people call them, and everything else is a word to
look for. What stands behind a sign (`-phd`, `!phd`) or a word such as `not`, `without`, `ohne` is left out:

- `or` between two words (`Rostock or Remote`) looks for either, but not in a filter; between roles it says nothing, for
  they widen the query by themselves.
- A sign is for the word or the quoted words that it touches.
- A word is for the role, the word or the quoted words that follow, as far as a comma or `but`. `or` carries it on;
  behind `without` and its like `and` does, too ("without A and B" is neither, but in "not A and B" the B is wanted).

What a filter means depends on its text alone. In chat, what is known of the postings helps: `known` words are no slips
of a role, and what `named` says is a tag, a place or a group is no small word, and may be several words.
"""

from collections.abc import Callable

from bot.domain.posting import Role
from bot.questions.cursor import Cursor
from bot.questions.gathering import Gathered
from bot.questions.pieces import Piece, PieceKind, is_exception, is_plain
from bot.questions.query import Exclusion, Query, Scope, homographs, words
from bot.questions.small_words import small_words

_LONGEST_EXCEPTION = 3  # words

MOST_TERMS = 12
"""So many words of a question are looked for; nobody means more."""


def _never(_: object) -> bool:
    return False


def parse(
    text: str,
    known: Callable[[str], bool] = _never,
    named: Callable[[tuple[str, ...]], bool] = _never,
    most: int | None = MOST_TERMS,
    is_person: Callable[[str], bool] = _never,
) -> Query:
    """Reads a question. A misspelt role is forgiven unless `known` says that the word stands in some posting; `named`
    tells whether words are a tag, a place or a group of one. What is above `most` words is left out, and named.
    """
    return _Parser(text, known, named, is_filter=False, is_person=is_person).read().query(most)


def read_strictly(text: str) -> Gathered:
    """Reads what has to mean the same whatever is in the registry."""
    return _Parser(text, _never, _never, is_filter=True).read()


class _Parser(Cursor):
    def __init__(
        self,
        text: str,
        known: Callable[[str], bool],
        named: Callable[[tuple[str, ...]], bool],
        *,
        is_filter: bool,
        is_person: Callable[[str], bool] = _never,
    ) -> None:
        super().__init__(text, known, named, is_filter=is_filter, is_person=is_person)
        self._gathered = Gathered()
        self._last: tuple[str, ...] | None = None
        """What was said last, if it is to be looked for; and it, as long as `or` joins the next one to it."""
        self._joined: tuple[str, ...] | None = None

    def read(self) -> Gathered:
        negations = {PieceKind.SIGN, PieceKind.NOT, PieceKind.WITHOUT, PieceKind.NON}
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if piece.kind in negations:
                self._last = self._joined = None
                self._negation(piece)
                continue
            if piece.kind is PieceKind.OVER:
                self._over(piece)
                continue
            if piece.kind is PieceKind.WORD:
                self._wanted()
                continue
            if piece.kind is PieceKind.LONE:
                self._gathered.lone.append(piece.text)
            if piece.kind is PieceKind.END:
                self._gathered.begins_part(is_aside=piece.text in "([{")
            self._at += 1
        return self._gathered

    def _wanted(self) -> None:
        gathered = self._gathered
        if self._is_title(self._at):
            self._at += 1
            return
        roles, length = self._roles()
        piece = self._pieces[self._at]
        word = piece.text
        self._at += length
        if roles:
            self._last = self._joined = None
            gathered.roles |= roles
            gathered.says(word, means=True)
            gathered.last = word, True
        elif word in self._small.scopes and not self._is_name(self._at - 1):
            gathered.scope = self._small.scopes[word]
            if self._small.scopes[word] is Scope.ALL and not self._is_filter and self._follows_open():
                gathered.scope = Scope.OPEN  # "all open positions"
            gathered.scope_words.append(word)
            gathered.says(word, means=False)
        elif self._is_small(self._at - 1):
            if word in self._small.carry:
                self._note_what_narrows(word)
                gathered.begins_part()
                self._joined, self._last = self._last, None
                return
            if word in self._small.pronouns or (word in homographs() and self._ends_part()):
                gathered.passed_over.append(word)
            gathered.says(word, means=False)
        else:
            guess = self._nearest_role(word)
            if guess:
                gathered.roles |= guess
            elif (apart := self._apart(word)) is not None:
                gathered.roles |= apart[0]
                gathered.terms.append(apart[1])
            else:
                self._look_for(word)
            gathered.says(word, means=True)
            gathered.last = word, guess is not None

    def _note_what_narrows(self, word: str) -> None:
        """`or` widens between roles alone."""
        following = self._word(self._at)
        if word in self._small.either and self._gathered.last and following and not self._is_small(self._at):
            before, is_role = self._gathered.last
            if not (is_role and self._roles()[0]) and following not in self._small.scopes:
                self._gathered.narrowed.append((before, word, following))

    def _look_for(self, word: str) -> None:
        """Adds a word; in a question, a name of several words as a whole, and what `or` joins as one of several."""
        gathered = self._gathered
        start = self._at - 1
        length = 1 if self._is_filter else self._length_of_name(start)
        run = self._pieces[start : start + length]
        word = word if self._is_filter or self._known(word) else _language_of(word)
        unit = (word, *(piece.text for piece in run[1:] if piece.text not in self._small.noise))
        self._at = start + length
        if self._joined is None or self._is_filter:
            gathered.terms += [term for term in dict.fromkeys(unit) if term not in gathered.terms]
        elif gathered.either and gathered.either[-1][-1] == self._joined:
            gathered.either[-1].append(unit)
        else:
            gathered.terms = [term for term in gathered.terms if term not in self._joined]
            gathered.either.append([self._joined, unit])
        self._last, self._joined = unit, None

    # --- What is left out

    def _negation(self, negation: Piece) -> None:
        """Reads what a sign or a word leaves out."""
        start = self._at
        self._at += 1
        gathered = self._gathered
        if negation.kind is PieceKind.NON and not (self._roles()[0] or self._is_workplace()):
            self._at = start + 1
            for piece_word in words(negation.text):
                gathered.terms.append(piece_word)
            gathered.says(negation.text, means=True)
            return
        if self._at < len(self._pieces) and self._pieces[self._at].text in {"(", "["} and self._brackets():
            gathered.says(negation.text, means=True)
            return
        number = 0
        while (unit := self._unit(is_signed=negation.kind is PieceKind.SIGN)) is not None:
            number += 1
            self._leave_out(unit)
            gathered.says(negation.text, means=True)
            if negation.kind is PieceKind.SIGN or not self._carries_on(negation):
                break
        if number and negation.kind is not PieceKind.SIGN:
            self._note_what_follows(negation)
        if not number:
            self._nothing_to_leave_out(negation, start)

    def _brackets(self) -> bool:
        """Leaves out what stands in brackets: what is all of it ("not (phd and robotics)"), or each of several
        ("not (phd or postdoc)"). False when nothing stands there; then nothing is read.
        """
        start = self._at
        units: list[Exclusion] = []
        are_several = False
        self._at += 1
        while self._at < len(self._pieces) and self._pieces[self._at].text not in {")", "]"}:
            unit = self._unit(is_signed=False)
            if isinstance(unit, Exclusion):
                units.append(unit)
            elif unit is None:
                are_several |= self._pieces[self._at].text in self._small.carry | {",", ";", "|"}
                self._at += 1
        if not units:
            self._at = start
            return False
        self._at += 1
        if not are_several:
            roles = frozenset[Role]().union(*(unit.roles for unit in units))
            units = [Exclusion(roles, tuple(term for unit in units for term in unit.terms))]
        for unit in units:
            self._leave_out(unit)
        return True

    def _leave_out(self, unit: Exclusion | Scope) -> None:
        if isinstance(unit, Scope):
            self._gathered.scope = Scope.OPEN
        elif unit not in self._gathered.without:
            self._gathered.without.append(unit)

    def _unit(self, *, is_signed: bool) -> Exclusion | Scope | None:
        """The next thing to leave out; None where none follows, and then nothing is read."""
        at = self._at
        while not is_signed and at < len(self._pieces):
            piece = self._pieces[at]
            skipped = piece.text in self._small.passed_over or (
                self._is_small(at) and piece.text not in self._small.carry
            )
            is_title = piece.kind is PieceKind.WORD and (self._is_title(at) or self._is_of_pay(at))
            if piece.kind is not PieceKind.WORD or not (is_title or (skipped and not self._roles(at)[0])):
                break
            at += 1
        if at == len(self._pieces):
            return None
        piece = self._pieces[at]
        if piece.kind is PieceKind.GROUP:
            return self._group(at)
        if piece.kind is not PieceKind.WORD or piece.text in self._small.carry:
            return None
        roles, length = self._roles(at)
        if roles:
            self._at = at + length
            return Exclusion(roles)
        if piece.text in self._small.scopes:
            self._at = at + 1
            return self._small.scopes[piece.text]
        length = self._length_of_name(at)
        self._at = at + length
        terms = tuple(_language_of(piece.text) for piece in self._pieces[at : at + length])
        guess = self._nearest_role(piece.text) if length == 1 else None
        return Exclusion(guess) if guess else Exclusion(terms=terms)

    def _group(self, at: int) -> Exclusion | None:
        """What a sign touches, or stands in quotes; a role may go on behind it (`-research staff`)."""
        size = self._pieces[at].size
        first = at + 1
        roles, length = self._roles(first) if size else (frozenset(), 0)
        if not roles:
            length = 0
        end = first + max(size, length)
        rest = [self._pieces[place] for place in range(first + length, end)]
        terms = tuple(
            piece.text for piece in rest if not (length and piece.text in self._small.noise and not piece.in_capitals)
        )
        if not roles and size == 1 and self._is_small(first):
            return None
        if not roles and size == 1 and (guess := self._nearest_role(terms[0])):
            roles, terms = guess, ()
        self._at = end
        return Exclusion(roles, terms) if roles or terms else None

    def _carries_on(self, negation: Piece) -> bool:
        """Whether `or` follows, or `and` where that carries on as well; then goes behind it."""
        while self._word(self._at) in self._small.required | self._small.of_languages:  # "no German skills required"
            self._at += 1
        carry = self._small.carry | self._small.also if negation.kind is PieceKind.WITHOUT else self._small.carry
        if self._word(self._at) not in carry and not self._goes_on_as_a_list(negation):
            return False
        before, self._at = self._at, self._at + 1
        behind = self._at
        follows = self._unit(is_signed=False) is not None
        self._at = behind if follows else before
        return follows

    def _goes_on_as_a_list(self, negation: Piece) -> bool:
        """Whether a comma stands within a list of exceptions: "except A, B and C"."""
        if not is_exception(negation) or self._at >= len(self._pieces) or self._pieces[self._at].text != ",":
            return False
        words_between = 0
        for piece in self._pieces[self._at + 1 :]:
            if piece.text in self._small.also | self._small.carry and words_between:
                return True
            if piece.kind is not PieceKind.WORD and piece.text != ",":
                return False
            words_between = 0 if piece.text == "," else words_between + 1
            if words_between > _LONGEST_EXCEPTION:
                return False
        return False

    def _nothing_to_leave_out(self, negation: Piece, start: int) -> None:
        """Reads a negation behind which nothing stands: "German not required", "not open"; or else it means nothing."""
        gathered = self._gathered
        following = self._pieces[self._at] if self._at < len(self._pieces) else None
        text = following.text if following and following.kind is PieceKind.WORD else ""
        if text in self._small.required and gathered.terms and negation.kind is PieceKind.NOT:
            self._at += 1
            gathered.without.append(Exclusion(terms=(gathered.terms.pop(),)))
            return
        if text in self._small.open and is_plain(negation) and not self._is_filter:
            self._at += 1
            gathered.scope = Scope.CLOSED
            return
        if negation.kind is PieceKind.SIGN:
            size = self._pieces[self._at].size if self._at < len(self._pieces) else 0
            texts = [piece.text for piece in self._pieces[start + 2 : start + 2 + size]]
            self._at = start + 2 + size
            gathered.dangling.append(negation.text + " ".join(texts))
            gathered.says(negation.text + " ".join(texts), means=False)
            return
        gathered.dangling.append(negation.text)
        gathered.says(negation.text, means=False)

    def _over(self, piece: Piece) -> None:
        """Reads what is past: "no longer open"."""
        self._at += 1
        self._gathered.scope = Scope.CLOSED
        if self._is_filter:
            self._gathered.dangling.append(piece.text)

    def _note_what_follows(self, negation: Piece) -> None:
        if not self._gathered.without or self._at >= len(self._pieces):
            return
        last, following = self._gathered.without[-1], self._pieces[self._at]
        is_word = following.kind is PieceKind.WORD and not self._is_small(self._at) and not self._roles()[0]
        if (
            last.terms
            and not last.roles
            and is_word
            and following.text not in self._small.required | set(self._small.scopes)
        ):
            self._gathered.for_one_alone.append((negation.text, " ".join(last.terms), following.text))


def _language_of(word: str) -> str:
    """`deutsch` for `deutschkenntnisse`; other words as they are."""
    ending = next((ending for ending in small_words().language_endings if word.endswith(ending)), "")
    return word.removesuffix(ending) if ending and len(word) - len(ending) >= 4 else word
