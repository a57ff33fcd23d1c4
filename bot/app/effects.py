"""Does what commands ask for, and says what became of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.app.calendars import Calendars
from bot.app.placing import Placing
from bot.app.readers import Readers
from bot.chat import nudging, reviewing
from bot.chat.aftermath import not_open
from bot.chat.context import Context, Effect
from bot.chat.effects import (
    Approve,
    ApproveAll,
    Arrange,
    ChangePosting,
    Claim,
    Confirm,
    EraseMe,
    Follow,
    Forget,
    HandIn,
    HandOutCalendar,
    Invite,
    Prefer,
    Reject,
    Remember,
    RemindMe,
    Revise,
    Unfollow,
)
from bot.chat.forms import reopening
from bot.chat.handing_in import asked_first, begun, with_text
from bot.domain.draft import Action, Contributor, DraftState, from_source
from bot.domain.message import BLANK, Button, Line, Message
from bot.domain.person import Person
from bot.domain.schedule import Destination
from bot.domain.worded import error_text
from bot.engine.board import Callboard
from bot.platforms.base import DeliveryError, Platform, Reader
from bot.schema import InvalidError
from bot.sources.files.values import FieldsError
from bot.store import Ledger, LedgerError
from bot.submissions.carrying import SubmissionError
from bot.submissions.program import GitError
from bot.submissions.submissions import DecidedError, Submissions

_log = logging.getLogger("callboard")


def person_of(reader: Reader) -> Person | None:
    """Who asks; whoever runs the bot is known by the platform alone."""
    platform = reader.destination.platform
    if reader.person:
        return Person(platform, reader.person)
    return Person(platform, "admin") if reader.runs_bot else None


def form_place(platform: str, token: str) -> str:
    """Where the state of a form is: wherever it was opened."""
    return f"{platform}/form {token}"


def _place(reader: Reader, state: Mapping[str, Any]) -> str:
    is_form = state.get("kind") == "form"
    return form_place(reader.destination.platform, state["token"]) if is_form else place_of(reader)


def place_of(reader: Reader) -> str:
    """Where a dialogue is: what is said elsewhere belongs to another one."""
    at = reader.destination
    return at.place if reader.runs_bot or not reader.thread else f"{at.place}/{reader.thread}"


class Effects:
    """Does effects. `turn` waits until a message may be sent somewhere at the platform's pace."""

    def __init__(
        self,
        board: Callboard,
        ledger: Ledger,
        submissions: Submissions,
        platforms: Mapping[str, Platform],
        turn: Callable[[Destination], Awaitable[None]],
        readers: Readers | None = None,
        placing: Placing | None = None,
        calendars: Calendars | None = None,
    ) -> None:
        self._readers, self._placing, self._calendars = readers, placing, calendars
        self._board, self._dialogues, self._submissions = board, ledger.dialogues, submissions
        self._owners = ledger.owners
        self._platforms, self._turn = platforms, turn

    async def carry_out(
        self, context: Context, reader: Reader, effects: tuple[Effect, ...], message: Message
    ) -> Message:
        """Does all of them, and gives what is shown: the message, or what became of them. What could not be done is
        said in words, and the dialogue that asked for it stands again.
        """
        claimed = None
        try:
            for effect in effects:
                if isinstance(effect, Claim):
                    if not await self._dialogues.take(
                        str(person_of(reader)), _place(reader, effect.state), effect.state
                    ):
                        return Message((Line.of(context.wording._("That question is over.")),), is_beside=True)
                    claimed = effect.state
                elif isinstance(effect, HandOutCalendar) and self._calendars:
                    message = await self._calendars.handed_out(context, effect, person_of(reader), message)
                else:
                    message = await self._do(context, reader, effect) or message
        except DecidedError as error:
            return Message((Line.of(reviewing.state_in_words(context, error.draft)),))
        except (SubmissionError, FieldsError, InvalidError, LedgerError, DeliveryError, LookupError) as error:
            why = (
                context.wording._("there is no such position or draft any more")
                if isinstance(error, LookupError)
                else error_text(error, context.wording.gettext)
            )
            if claimed is not None:
                with suppress(LedgerError):
                    await self._dialogues.put(str(person_of(reader)), _place(reader, claimed), claimed, context.now)
            why_not = context.wording._("That could not be done: {why}").format(why=why)
            return Message((Line.of(why_not),), reopening(context, claimed), is_beside=True)
        return message

    async def _do(self, context: Context, reader: Reader, effect: Effect) -> Message | None:
        person = person_of(reader)
        match effect:
            case Remember(state) if person:
                await self._dialogues.put(str(person), _place(reader, state), state, context.now)
            case Forget() if person:
                await self._dialogues.take(str(person), place_of(reader))
            case HandIn(fields, at_once) if person:
                return await self._hand_in(context, await self._contributor(person), fields, at_once=at_once)
            case ChangePosting() if person:
                return await self._change(context, await self._contributor(person), effect)
            case Revise(name, changes) if person:
                draft = await self._submissions.revise(name, await self._contributor(person), changes)
                return reviewing.shown(context, draft, await self._submissions.preview_of(draft), to_reviewer=True)
            case Approve(name) if person:
                draft = await self._submissions.approve(name, await self._contributor(person))
                self._board.facts.wake()  # whoever handed it in is told in the next round
                return Message((Line.of(reviewing.state_in_words(context, draft)),))
            case ApproveAll(source, until) if person:
                return await self._approve_all(context, source, until, await self._contributor(person))
            case Reject(name, why) if person:
                draft = await self._submissions.reject(name, await self._contributor(person), why)
                self._board.facts.wake()
                return Message((Line.of(reviewing.state_in_words(context, draft)),))
            case Confirm(name) if person:
                await self._owners.confirm(name, context.now)
                self._board.confirm(name, context.now)
            case Invite() if person:
                return await self._invite(context, person, effect)
            case Arrange() if person and self._placing:
                await self._placing.arrange(context, person, effect)
            case EraseMe() if person and self._readers:
                return await self._readers.erase(context, person)
            case Follow() | Unfollow() | RemindMe() | Prefer() if person and self._readers:
                await self._readers.change(context, reader, person, effect)
            case _:
                raise SubmissionError("I do not know who is asking")
        return None

    # --- Postings and drafts

    async def _hand_in(self, context: Context, by: Contributor, fields: Mapping[str, Any], *, at_once: bool) -> Message:
        _ = context.wording._
        if at_once:
            draft = await self._submissions.publish(by, fields)
            posting = self._board.find(draft.posting or "")
            published = Line.of(_("Published: {posting}").format(posting=draft.posting))
            return Message((published,), nudging.buttons(context, posting) if posting else ())
        await self._submissions.hand_in(by, fields)
        return await self._waits(context)

    async def _change(self, context: Context, by: Contributor, change: ChangePosting) -> Message:
        _ = context.wording._
        if not change.at_once:
            await self._submissions.propose(by, change.name, change.changes)
            return await self._waits(context)
        draft = await self._submissions.change(by, change.name, change.changes, change.action)
        became = {
            Action.EXTENDED: _("Deadline moved: {posting}"),
            Action.CLOSED: _("Closed: {posting}"),
            Action.REOPENED: _("Open again: {posting}"),
        }
        template = became.get(change.action, _("Changed: {posting}"))
        lines = [Line.of(template.format(posting=draft.posting))]
        posting = self._board.find(draft.posting or "")
        if posting and "deadline" in change.changes:
            lines += context.wording.deadline(posting, context.now, context.timezone)
        if posting and change.action in {Action.EXTENDED, Action.REOPENED} and (why := not_open(context, posting)):
            lines.append(Line.of(why))
        return Message(tuple(lines))

    async def _approve_all(self, context: Context, source: str, until: int, by: Contributor) -> Message:
        """Approves each by itself: what cannot be done waits still, and is named."""
        waiting = await self._submissions.store.handed_in(
            states=(DraftState.WAITING,), by=(from_source(source).person,)
        )
        lines = []
        for draft in waiting:
            if draft.at.timestamp() > until:
                continue
            try:
                draft = await self._submissions.approve(draft.id, by)  # noqa: PLW2901  # the same, by now
                lines.append(reviewing.state_in_words(context, draft))
            except DecidedError as error:
                lines.append(reviewing.state_in_words(context, error.draft))
            except (SubmissionError, FieldsError, InvalidError, LookupError) as error:
                lines.append(f"{reviewing.title_of(draft)}: {error_text(error, context.wording.gettext)}")
        self._board.facts.wake()
        return Message(tuple(map(Line.of, lines)) or (Line.of(context.wording._("Nothing waits for approval.")),))

    async def _waits(self, context: Context) -> Message:
        """The reviewers are shown it in the next round."""
        _ = context.wording._
        self._board.facts.wake()
        is_seen = await self._is_seen()
        received = _("Handed in. You will hear what becomes of it.")
        more = [] if is_seen else [BLANK, Line.of(_("But no admin could be reached: please tell one yourself."))]
        return Message((Line.of(received), *more))

    async def _is_seen(self) -> bool:
        """Whether there is a reviewer who may be reached."""
        config = self._board.config
        return bool(config.submissions.review or await self._admins())

    async def _admins(self) -> list[Destination]:
        """The private chats of all admins that have one."""
        places = []
        for person in sorted(self._board.config.people.admins):
            if platform := self._platforms.get(person.platform):
                try:
                    places.append(await platform.private_place(person.id))
                except DeliveryError as error:
                    _log.warning("the admin %s is not reached: %s", person, error)
        return places

    async def tell_of_push(self, why: GitError | None) -> None:
        """Tells the admins why what was committed cannot be pushed; None: that it is by now."""
        _ = self._board.context_in(self._board.config.language).wording._
        failed = _("What was changed from chat is committed, but it could not be pushed, and is tried again: {why}")
        text = _("What was committed is pushed now.") if why is None else failed.format(why=why.text(_))
        await self._tell_admins(text, "push")

    async def tell_of_index(self, news: asyncio.Queue[GitError | None]) -> None:
        """Tells the admins, until it is cancelled, what keeps git's own index from following what was committed; None:
        that it has followed by now.
        """
        while True:
            why = await news.get()
            _ = self._board.context_in(self._board.config.language).wording._
            failed = _("What was changed from chat is committed, but git's own index does not know of it yet: {why}")
            followed = _("Git's own index knows by now of all that was committed.")
            await self._tell_admins(followed if why is None else failed.format(why=why.text(_)), "index")

    async def _tell_admins(self, text: str, key: str) -> None:
        """Where none of them is reached, the review channel hears it."""
        message, review = Message((Line.of(text),)), self._board.config.submissions.review
        reached = [await self._say(place, message, key) for place in await self._admins()]
        if not any(reached) and review:
            await self._say(review.destination, message, key)

    # --- People

    async def _contributor(self, person: Person) -> Contributor:
        platform = self._platforms.get(person.platform)
        try:
            name = await platform.name_of(person.id) if platform else None
        except DeliveryError as error:
            _log.debug("the name of %s is not known: %s", person, error)
            name = None
        return Contributor(person, name or str(person))

    async def _invite(self, context: Context, person: Person, invite: Invite) -> Message:
        """Leads into the private chat: by a button where a person has to open it, else the bot writes there."""
        _ = context.wording._
        platform = self._platforms[person.platform]
        if address := await platform.invitation(invite.command):
            line = Line.of(_("Let us do that in private."))
            return Message((line,), ((Button(_("Open the private chat"), url=address),),))
        place = await platform.private_place(person.id)
        begin = with_text(context, begun(context), invite.lines) if invite.lines else asked_first(context)
        if not await self._say(place, begin.message, f"asks {person}"):
            return Message((Line.of(_("I cannot write to you in private.")),))
        for effect in begin.effects:
            if isinstance(effect, Remember):
                await self._dialogues.put(str(person), place.place, effect.state, context.now)
        return Message((Line.of(_("I have written to you in private.")),))

    async def say_in_private(self, person: Person, message: Message) -> bool:
        """Whether it was said to somebody alone. Raises `DeliveryError` where there is no place for that."""
        place = await self._platforms[person.platform].private_place(person.id)
        return await self._say(place, message, f"answer {person}")

    async def _say(self, place: Destination, message: Message, key: str) -> bool:
        try:
            await self._turn(place)
            await self._platforms[place.platform].send(place, message, key)
        except (DeliveryError, KeyError) as error:
            _log.warning("%s: a message from the bot did not arrive: %s", place.place, error)
            return False
        return True
