"""Answers people on platforms: who asks and what they may goes in, what is said comes out, and effects are done."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.app.effects import Effects, form_place, person_of, place_of
from bot.app.placing import Placing, is_review
from bot.app.readers import Readers
from bot.app.standing import RightsAtPlatforms
from bot.audiences.follower import Defaults, Follower, Preferences
from bot.chat import answering, extending, forms
from bot.chat.arranging import Meant, place_meant
from bot.chat.cards import Cards, cards
from bot.chat.command import Command
from bot.chat.commands import announced, commands, settings, subscribe
from bot.chat.context import Answer, Context, Effect, beside, short_answer
from bot.chat.dialogue import replied
from bot.chat.effects import ChangePosting, HandIn, Reject, Revise
from bot.chat.facts import Facts, Need
from bot.chat.handing_in import sent
from bot.chat.naming import id_and_rest, in_full
from bot.chat.request import SLASH_COMMANDS, SUBCOMMANDS, Request, Syntax
from bot.config.settings import TakenFrom
from bot.domain.draft import DraftState
from bot.domain.form import FormErrors, Later, Submission, Submitted
from bot.domain.message import Message
from bot.domain.person import Person, Rank, Rights
from bot.domain.posting import Status
from bot.engine.board import Callboard
from bot.platforms.base import DeliveryError, Platform, Reader
from bot.store import Ledger, LedgerError
from bot.submissions.carrying import SubmissionError
from bot.submissions.submissions import Submissions

_log = logging.getLogger("callboard")

_FORM_WAITS = 1.5  # seconds: a platform waits for three, and the answer has a way to go
_ENDS = (HandIn, ChangePosting, Revise, Reject)  # of a dialogue
_ABOUT_ONESELF = {
    settings.FORM: settings.filled_in,
    announced.FORM: announced.filled_in,
    subscribe.FORM: subscribe.filled_in,
}
"""What becomes of forms about how somebody hears, by their names."""


_SAYS_NOTHING = Message(())


class Responder:
    """Answers requests. Without a database it can only answer."""

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger | None = None,
        submissions: Submissions | None = None,
        platforms: Mapping[str, Platform] | None = None,
        effects: Effects | None = None,
        readers: Readers | None = None,
        standing: RightsAtPlatforms | None = None,
        placing: Placing | None = None,
    ) -> None:
        self._readers = readers
        self._board = board
        self._ledger, self._submissions = ledger, submissions
        self._platforms = platforms or {}
        self._effects = effects
        self._standing = standing or RightsAtPlatforms(board, platforms or {})
        self._placing = placing

    async def answer(self, request: Request, reader: Reader, syntax: Syntax = SLASH_COMMANDS) -> Message:
        """The answer to a reader. Never fails, never stays silent."""
        request = in_full(request, (posting.id for posting in self._board.index))
        context = self._board.context(request, reader, syntax, self._rights(reader))
        try:
            meant = self._place_meant(request, reader, syntax)
            if meant is None and (message := await self._in_private(context, request, reader, syntax)):
                return message
            known = await self._known(reader)
            context = self._as_they_like(context, request, known)
            facts = await self._facts(request, reader, context.rights)
            platform = self._platforms.get(reader.destination.platform)
            facts = replace(
                facts,
                follower=known,
                as_others=self._defaults(context, reader, known),
                is_reached_alone=getattr(type(platform), "private_place", None) is not Platform.private_place,
            )
            context = replace(context, facts=facts)
            if meant is not None:
                context, request = await self._about_place(context, request, reader, meant)
            is_reply = facts.dialogue is not None and (_is_said(request) or request.command == "reply")
            if facts.dialogue is not None and _is_said(request):
                answer = replied(context, facts.dialogue, request.written)
            else:
                answer = self._board.answer(context, request, reader)
            if not answer.effects:
                return answer.message
            if self._effects is None:
                return _failed(context)
            is_end = is_reply and any(isinstance(effect, _ENDS) for effect in answer.effects)
            if is_end and (refusal := await self._refusal(context, reader)) is not None:
                return short_answer(refusal).message
            message = await self._effects.carry_out(context, reader, tuple(answer.effects), answer.message)
            if message.document is None or reader.takes_files:
                return message
            return await self._said_alone(context, reader, message)
        except LedgerError as error:
            _log.error("a request could not be answered: %s", error)
            return _failed(context)

    def ranks(self, platform: str) -> Mapping[str, Rank]:
        """See `Answers.ranks`."""
        return self._board.config.people.ranks(platform)

    async def left(self, platform: str, person: str) -> None:
        """See `Answers.left`."""
        try:
            if self._readers:
                await self._readers.left(Person(platform, person))
        except LedgerError as error:
            _log.error("somebody who has left is not forgotten yet: %s", error)

    def linked(self, addresses: Iterable[str], reader: Reader) -> dict[str, Message]:
        """See `Answers.linked`."""
        web = self._board.config.web
        if web is None or web.base_url is None:
            return {}
        site, context = self._board.site(), self._board.context(Request("position"), reader)
        shown = {}
        for address in dict.fromkeys(addresses):
            posting = context.index.get(site.posting_at(address) or "")
            if posting and posting.is_listed(context.now) and posting.status is not Status.WITHDRAWN:
                lines = context.wording.glance(posting, context.now, context.timezone)
                shown[address] = Message(tuple(lines))
        return shown

    async def cards(self, text: str, reader: Reader, first: int = 0) -> Cards:
        """What is offered to a reader who types this. Never fails."""
        context = self._board.context(Request("positions", text), reader)
        try:
            known = await self._known(replace(reader, is_shown_alone=True))
        except LedgerError as error:  # the postings are offered all the same
            _log.debug("how somebody likes to be spoken to: %s", error)
            known = None
        return cards(self._as_they_like(context, Request("positions", text), known), text, first)

    # --- Groups and channels

    def _place_meant(self, request: Request, reader: Reader, syntax: Syntax) -> Meant | None:
        """The group or channel that a request is about, where that can be."""
        placing, is_set = self._placing, request.command == settings.COMMAND.name
        if not (is_set and placing and person_of(reader) and placing.has_administrators(reader.destination.platform)):
            return None
        return place_meant(request, syntax, is_private=reader.is_private)

    async def _about_place(
        self, context: Context, request: Request, reader: Reader, meant: Meant
    ) -> tuple[Context, Request]:
        """What is asked, and with which facts."""
        person = person_of(reader)
        assert self._placing  # noqa: S101  # looked at before
        assert person  # noqa: S101  # looked at before
        place = await self._placing.about(meant, context, reader, person)
        return replace(context, facts=replace(context.facts, place=place)), replace(request, argument=meant.rest)

    async def _in_private(self, context: Context, request: Request, reader: Reader, syntax: Syntax) -> Message | None:
        """What is said where others read along, when the answer is for nobody else; None where it may be given."""
        command, person, effects = commands().get(request.command), person_of(reader), self._effects
        if not (command and command.is_personal and person and effects and self._readers):
            return None
        if reader.is_private or reader.is_shown_alone:
            return None
        try:
            if message := await self._readers.invitation(context, request, person):
                return message
        except DeliveryError as error:
            _log.warning("somebody was not led into the private chat: %s", error)
            return beside(context.wording._("I cannot write to you in private.")).message
        answer = await self.answer(request, replace(reader, is_private=True, takes_files=True), syntax)
        return await self._said_alone(context, reader, answer)

    async def _said_alone(self, context: Context, reader: Reader, message: Message) -> Message:
        """Says something to a reader alone, and gives what is said of that where they have asked."""
        person = person_of(reader)
        try:
            if person and self._effects and await self._effects.say_in_private(person, message):
                return beside(context.wording._("I have written to you in private.")).message
        except DeliveryError as error:
            _log.warning("somebody was not written to in private: %s", error)
        return beside(context.wording._("I cannot write to you in private.")).message

    async def _refusal(self, context: Context, reader: Reader) -> str | None:
        """Why who asks may not end the dialogue that goes on, though they might begin it: who may do what can have
        changed meanwhile.
        """
        facts, person = context.facts, person_of(reader)
        if facts.dialogue is None or person is None or self._submissions is None:
            return None
        if facts.dialogue["kind"] == extending.UNTIL:  # it looks at that itself, with each answer
            return None
        state = {"name": None, "draft": None, **facts.dialogue}
        is_member = await self._is_member(person, context.rights, self._board.config.submissions.from_)
        facts = replace(facts, is_member=is_member)
        if state["name"] and not state["draft"]:
            if self._board.find(state["name"]) is None:  # that is said when it is tried
                return None
            facts = replace(facts, owners=await self._submissions.owners(state["name"]))
        return forms.refused(replace(context, facts=facts), state)

    async def _known(self, reader: Reader) -> Follower | None:
        """How who asks follows, where nobody else sees the answer."""
        person = person_of(reader)
        if person is None or self._readers is None or not (reader.is_private or reader.is_shown_alone):
            return None
        return await self._readers.known(person)

    def _defaults(self, context: Context, reader: Reader, known: Follower | None) -> Defaults:
        """How who asks hears where they have not said otherwise."""
        if known or self._readers is None:
            return self._board.reader_defaults
        return self._readers.defaults(context, reader)

    def _as_they_like(self, context: Context, request: Request, known: Follower | None) -> Context:
        """The context in the language and the zone that somebody has chosen."""
        own = known.preferences if known else Preferences()
        if own.language and answering.language_of(request) is None:
            context = replace(context, wording=self._board.wording(own.language))
        return replace(context, timezone=own.timezone) if own.timezone else context

    async def submitted(self, submission: Submission, reader: Reader) -> Submitted:
        """What becomes of a form. Never fails."""
        request = Request("form", submission.state)
        context = self._board.context(request, reader, SUBCOMMANDS, self._rights(reader))
        try:
            if submission.name in {forms.POSTING, forms.PREVIEW}:
                return await self._filled_in(submission, request, context, reader)
            if submission.name == extending.FORM:
                return await self._extended(submission, context, reader)
            if about_oneself := _ABOUT_ONESELF.get(submission.name):
                return await self._own(submission, context, reader, about_oneself)
            reason = submission.values.get("reason", "")
            if submission.name != "reject" or self._effects is None or not isinstance(reason, str):
                return _failed(context)
            if refusal := commands()["reject"].refusal(context):
                return short_answer(refusal).message
            return await self._in_time(context, reader, (Reject(submission.state, reason.strip() or None),))
        except LedgerError as error:
            _log.error("a form could not be answered: %s", error)
            return _failed(context)

    async def _filled_in(self, submission: Submission, request: Request, context: Context, reader: Reader) -> Submitted:
        """What becomes of a posting's form, and of its preview."""
        facts = await self._facts(request, reader, context.rights)
        state, is_preview = facts.form, submission.name == forms.PREVIEW
        if state is None or self._effects is None:
            over = context.wording._("That form was sent, or is older than a day. Please begin anew.")
            return short_answer(over).message if is_preview else FormErrors({"title": over})
        if state["name"] and not state["draft"]:
            facts = await self._with_posting(facts, state["name"])
        context = replace(context, facts=facts)
        if refusal := forms.refused(context, state):
            return short_answer(refusal).message if is_preview else FormErrors({"title": refusal})
        if is_preview:
            return await self._in_time(context, reader, tuple(sent(context, state).effects))
        answer = forms.filled_in(context, state, submission.values)
        if isinstance(answer, FormErrors):
            return answer
        shown = await self._effects.carry_out(context, reader, tuple(answer.effects), answer.message)
        return shown.form or shown

    async def _extended(self, submission: Submission, context: Context, reader: Reader) -> Submitted:
        """What becomes of a form that asks for a deadline."""
        if self._effects is None or self._submissions is None:
            return _failed(context)
        context = replace(context, facts=await self._with_posting(context.facts, submission.state))
        answer = extending.filled_in(context, submission.state, submission.values)
        if isinstance(answer, FormErrors) or not answer.effects:
            return answer if isinstance(answer, FormErrors) else answer.message
        return await self._in_time(context, reader, tuple(answer.effects))

    async def _in_time(
        self, context: Context, reader: Reader, effects: tuple[Effect, ...], message: Message = _SAYS_NOTHING
    ) -> Submitted:
        """Does effects, and gives the message or what they say of it; later, where a form waits no longer."""
        assert self._effects  # noqa: S101  # looked at before
        work = asyncio.ensure_future(self._effects.carry_out(context, reader, effects, message))
        done, _pending = await asyncio.wait({work}, timeout=_FORM_WAITS)
        return work.result() if done else Later(work)

    async def _own(
        self,
        submission: Submission,
        context: Context,
        reader: Reader,
        filled_in: Callable[[Context, Submission], Answer | FormErrors],
    ) -> Submitted:
        """What becomes of a form about how somebody hears."""
        if self._effects is None:
            return _failed(context)
        known = await self._known(replace(reader, is_shown_alone=True))
        facts = replace(context.facts, follower=known, as_others=self._defaults(context, reader, known))
        context = replace(self._as_they_like(context, Request("settings"), known), facts=facts)
        answer = filled_in(context, submission)
        if isinstance(answer, FormErrors):
            return answer
        return await self._in_time(context, reader, tuple(answer.effects), answer.message)

    # --- Who asks, and what has to be known

    def _rights(self, reader: Reader) -> Rights:
        return self._board.config.people.rights(person_of(reader), runs_bot=reader.runs_bot)

    async def _facts(self, request: Request, reader: Reader, rights: Rights) -> Facts:
        config, person = self._board.config, person_of(reader)
        takes_from = config.submissions.from_
        facts = Facts(
            takes_from=str(takes_from),
            is_private=reader.is_private,
            is_among_others=not (reader.is_private or reader.is_shown_alone or is_review(self._board.config, reader)),
            token=secrets.token_hex(3),
            shows_forms=reader.shows_forms,
            defaults=config.submissions.defaults,
        )
        if person is None or self._ledger is None or self._submissions is None:
            return facts
        try:  # an owner may be anybody
            dialogue = await self._ledger.dialogues.get(str(person), place_of(reader), self._board.clock())
            facts = replace(facts, dialogue=dialogue)
        except LedgerError as error:  # questions are answered all the same
            _log.debug("whether a dialogue is going on: %s", error)
        is_reply = _is_said(request) or request.command == "reply"
        if is_reply and facts.dialogue and facts.dialogue["kind"] == extending.UNTIL:
            facts = await self._with_posting(facts, facts.dialogue["name"])
        if self._readers and (reader.is_private or reader.is_shown_alone):
            await self._readers.heard(person, self._board.clock())
        command = commands().get(request.command)
        needs = command.needs if command else frozenset()
        if needs or _is_help(command):
            facts = replace(facts, is_member=await self._is_member(person, rights, takes_from))
        if Need.KEPT in needs:
            facts = replace(facts, person=person, personal_data=await self._ledger.personal.data_of(person))
        if Need.ANNOUNCED in needs:
            announced = await self._ledger.announced(person.platform, request.argument)
            facts = replace(facts, announced=announced)
        name, _rest = id_and_rest(request)
        if Need.POSTING in needs:
            facts = await self._with_posting(facts, name)
        if Need.FORM in needs:
            place = form_place(person.platform, name)
            facts = replace(facts, form=await self._ledger.dialogues.get(str(person), place, self._board.clock()))
        if Need.DRAFTS in needs:
            waiting = await self._submissions.store.handed_in(states=(DraftState.WAITING,))
            facts = replace(facts, drafts=waiting)
        if Need.DRAFT in needs:
            draft = await self._submissions.store.get(name)
            facts = replace(facts, draft=draft)
            if draft and not draft.is_new:
                facts = await self._with_posting(facts, draft.posting or "")
        return facts

    async def _with_posting(self, facts: Facts, name: str) -> Facts:
        assert self._submissions  # noqa: S101  # looked at before
        if not name or (self._board.find(name) is None):
            return facts
        try:
            fields: Mapping[str, Any] = await self._submissions.fields(name)
        except (LookupError, SubmissionError) as error:
            _log.debug("%s: %s", name, error)
            return facts
        return replace(facts, fields=fields, owners=await self._submissions.owners(name))

    async def _is_member(self, person: Person, rights: Rights, takes_from: TakenFrom) -> bool | None:
        """Whether somebody belongs to the lab, where that matters."""
        return await self._standing.is_member(person, rights) if takes_from is TakenFrom.MEMBERS else False


def _is_said(request: Request) -> bool:
    """Whether it was typed, and is no command."""
    return bool(request.written.strip()) and not request.written.lstrip().startswith("/")


def _is_help(command: Command | None) -> bool:
    return command is not None and command.name == "help"


def _failed(context: Context) -> Message:
    return short_answer(context.wording._("That could not be done. Please try again later.")).message
