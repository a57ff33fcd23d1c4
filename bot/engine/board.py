"""The registry as read, and answers from it: everything that needs no database and no network."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.audiences.audience import Audience
from bot.audiences.audiences import KnownAudiences
from bot.audiences.follower import Defaults
from bot.chat import answering
from bot.chat.context import Answer, Context
from bot.chat.conversation import Conversations, remembered, resolved
from bot.chat.request import SLASH_COMMANDS, Request, Syntax
from bot.config import Config
from bot.domain.person import NOBODY, Person, Rights
from bot.domain.posting import Posting
from bot.domain.site import LISTEN, Site
from bot.engine.channels import Channels
from bot.engine.facts import FactQueue, RegistryChanged
from bot.engine.garbage import without_garbage
from bot.planning.agenda import Agenda
from bot.platforms.base import Reader
from bot.questions.index import Index
from bot.questions.understood import OF_QUESTIONS
from bot.schema import Problem
from bot.sources.files import Registry, RegistryChanges
from bot.wording.catalogue import wording
from bot.wording.wording import Wording

_log = logging.getLogger("callboard")

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """What time it is, in UTC."""
    return datetime.now(UTC)


def rehearsal_clock(start: datetime) -> Clock:
    """A clock that stands at `start` now and goes on from there."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - began)


class Callboard:
    """A config and its registry."""

    def __init__(
        self, config: Config, clock: Clock = real_clock, resting: Callable[[], Mapping[str, Posting]] = dict
    ) -> None:
        """`resting` gives what was read and is not in force yet, by id: whoever runs the bot may have a look at it."""
        self.config = config
        self.clock = clock
        self.registry = Registry(config.registry, config.timezone, config.follow_links)
        self.index = Index(synonyms=config.synonyms)
        self.audiences = KnownAudiences(config.channels)
        self.agenda = Agenda(self.audiences)
        self.problems: tuple[Problem, ...] = ()
        self.number = 0
        """Grows with each change of the registry."""
        self.resting = resting
        self.facts = FactQueue()
        """What was read and put in force, among others, for who has to act upon it."""
        self.withdrawn: frozenset[str] = frozenset()
        """The ids of postings that nobody is told of, whatever their files say."""
        self._erased: frozenset[str] = frozenset()
        self.confirmed: Mapping[str, datetime] = {}
        """When (UTC) postings without a deadline were last known to hold, where answers are to say so, by id."""
        self._conversations = Conversations()
        self._hidden: dict[str, Posting] = {}
        self._former: dict[str, tuple[str, ...]] = defaultdict(tuple)
        self.channels = Channels(config.channels)

    def channels_at(self, reader: Reader) -> Sequence[Audience]:
        """The channels in the chat where somebody asks; the one of the topic first, where there is one."""
        return self.channels.at(reader.destination, reader.known_as)

    @property
    def reader_defaults(self) -> Defaults:
        """How those hear who have not said otherwise."""
        return Defaults(self.config.schedule, self.config.language)

    def site(self, base_url: str | None = None) -> Site:
        """Where the board is on the web: at that address, or where the config says."""
        config, web = self.config, self.config.web
        address = base_url or (web and web.base_url) or f"http://{web.listen if web else LISTEN}"
        title = web.title if web else None
        return Site(address.rstrip("/"), title, config.language, config.timezone, config.when_empty)

    def wording(self, language: str | None) -> Wording:
        """A language's sentences; they lead to the board where the config says at which address the world finds it."""
        web = self.config.web
        return wording(language).leading_to(self.site() if web and web.base_url else None).knowing(self.confirmed)

    def confirm(self, name: str, now: datetime) -> None:
        """The posting of that id holds, as its owner says; answers tell so."""
        self.confirmed = {**self.confirmed, name: now}

    def read(self, let_in: Callable[[RegistryChanges], RegistryChanges] = lambda reading: reading) -> None:
        """Reads the registry, and puts in force what of it is `let_in`. Blocks for as long as that takes."""
        self.begin(let_in(self.look()))

    def look(self) -> RegistryChanges:
        """Reads the registry for the first time, which puts nothing in force. Blocks for as long as that takes."""
        with without_garbage():
            return self.registry.read()

    def begin(self, reading: RegistryChanges) -> None:
        """Puts in force what was read for the first time."""
        with without_garbage():
            self.take_in(reading)
            self.index.count_open(self.clock())

    def take_in(self, reading: RegistryChanges) -> bool:
        """Puts what was read in force; True when something has changed."""
        changed = [self._with_former_ids(posting) for posting in reading.changed]
        for name in (*reading.removed, *(posting.id for posting in changed)):
            self._hidden.pop(name, None)
        hidden = {posting.id: posting for posting in changed if self._is_withdrawn(posting)}
        in_force = [posting for posting in changed if posting.id not in hidden]
        self._put_in_force(in_force, [*reading.removed, *hidden])
        self._hidden |= hidden
        for problem in reading.problems:
            if problem not in self.problems:
                _log.warning("%s", problem)
        self.problems = reading.problems
        if reading.changed or reading.removed:
            self.facts.put(RegistryChanged(reading))
            self.facts.wake()
            self.number += 1
            return True
        return False

    def _put_in_force(self, changed: Sequence[Posting], removed: Collection[str]) -> None:
        self.index.change(changed, removed)
        self.agenda.change(changed, removed)

    def find(self, name: str) -> Posting | None:
        """The posting of that id, or of that former id, as its file has it: also one that is withdrawn."""
        hidden = (posting for posting in self._hidden.values() if name in posting.names)
        return self.index.get(name) or next(hidden, None)

    @property
    def hidden(self) -> frozenset[str]:
        """Every id that would lead to a posting, were it not withdrawn."""
        return self.withdrawn.union(*(posting.names for posting in self._hidden.values()))

    @property
    def erased(self) -> frozenset[str]:
        """The ids of postings of which people are neither kept nor published any more."""
        return self._erased

    def erase(self, erased: frozenset[str]) -> None:
        """From now on, the people of the postings of these ids are neither kept, published nor told in answers."""
        self._erased = erased

    def hide(self, withdrawn: frozenset[str]) -> list[Posting]:
        """Tells nobody of the postings of these ids any more, and again of those that were withdrawn before. They are
        read all the same, and what was said of them can be put right. Gives those that nobody is told of from now on.
        """
        if withdrawn == self.withdrawn:
            return []
        self.withdrawn = withdrawn
        back = [posting for posting in self._hidden.values() if not self._is_withdrawn(posting)]
        away = {posting.id: posting for name in withdrawn if (posting := self.index.get(name))}
        for posting in back:
            del self._hidden[posting.id]
        self._hidden |= away
        self._put_in_force(back, away)
        self.facts.put(RegistryChanged(RegistryChanges((*back, *away.values()), (), self.problems)))
        self.number += 1
        return list(away.values())

    def _is_withdrawn(self, posting: Posting) -> bool:
        return not self.withdrawn.isdisjoint(posting.names)

    def rename(self, before: str, after: str) -> None:
        """From now on, a posting goes by its former id as well: its file was renamed."""
        self._former[after] += (before,)
        posting = self.find(after)
        if posting and posting.id == after:
            named = self._with_former_ids(posting)
            if self._is_withdrawn(named):
                self._hidden[after] = named
                self._put_in_force([], [after])
            else:
                self._put_in_force([named], [])
            self.number += 1

    def _with_former_ids(self, posting: Posting) -> Posting:
        names = dict.fromkeys(posting.aliases)
        last = list(posting.names)
        while last:  # one that was renamed may have been renamed before
            more = [name for name in self._former.get(last.pop(), ()) if name not in names and name != posting.id]
            names.update(dict.fromkeys(more))
            last += more
        return replace(posting, aliases=tuple(names)) if len(names) > len(posting.aliases) else posting

    def ask(self, request: Request, language: str | None = None, syntax: Syntax = SLASH_COMMANDS) -> Answer:
        """The answer that chat gives to somebody of whom nothing is known."""
        context = self._context(request, language, syntax)
        answer = answering.answer(context, request)
        if answer.question is None and request.command in OF_QUESTIONS:
            answer = replace(answer, question=context.understood(request.argument))
        return answer

    def context(
        self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS, rights: Rights = NOBODY
    ) -> Context:
        """What an answer to a reader is made from, with the settings of the channel where it is asked, if it is one."""
        return self._context(request, reader.language, syntax, next(iter(self.channels_at(reader)), None), rights)

    def context_in(self, language: str, timezone: str | None = None) -> Context:
        """What a message that nobody has asked for is made from; days are counted in the config's zone, or that one."""
        context = self._context(Request("help"), language, SLASH_COMMANDS)
        return replace(context, timezone=timezone or context.timezone)

    def _context(
        self,
        request: Request,
        language: str | None,
        syntax: Syntax,
        asked_in: Audience | None = None,
        rights: Rights = NOBODY,
    ) -> Context:
        language = answering.language_of(request) or language
        words = self.wording(language or (asked_in.language if asked_in else self.config.language))
        empty = (asked_in.when_empty if asked_in else self.config.when_empty) or words.nothing_open()
        timezone = asked_in.schedule.timezone if asked_in else self.config.timezone
        return Context(self.index, self.clock(), timezone, empty, words, syntax, rights, erased=self._erased)

    def forget(self, person: Person) -> None:
        """Remembers no more what was shown to somebody."""
        self._conversations.forget(
            lambda listener: listener[0].platform == person.platform and listener[1] == person.id
        )

    def answer(self, context: Context, request: Request, reader: Reader) -> Answer:
        """The answer to a reader on a platform, who may speak of the answer before."""
        listener = reader.destination, reader.person, reader.thread
        shown = self._conversations.shown(listener, context.now)
        meant = resolved(request, shown, context.wording.language, context.read_question, self.index)
        answer = answering.answer(context, meant)
        self._conversations.keep(listener, remembered(shown, meant, answer), context.now)
        return answer
