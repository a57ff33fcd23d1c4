"""Sets up a lab with somebody at a terminal: each answer is looked at before the next question."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.setup.interview import Interview
from bot.setup.lab import Lab
from bot.setup.steps import YES, AnswerKind, SetupField, SetupForm

LOOKED_EVERY, LOOKED_FOR = 1.0, 300.0
"""Seconds: how often, and for how long, it is looked whether the bot was added somewhere."""


class Terminal(Protocol):
    """Somebody who answers."""

    def ask(
        self, question: str, *, default: str = "", is_secret: bool = False, choices: Sequence[str] | None = None
    ) -> str:
        """What they answer, without white space around it; the default for nothing. One of the choices, where there
        are any.
        """

    def confirms(self, question: str, *, default: bool = False) -> bool:
        """Yes or no."""

    def tell(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """An interview with somebody at a terminal."""

    terminal: Terminal
    interview: Interview

    async def hold(self) -> Lab:
        """Asks until all is known: the lab that it is."""
        while self.interview.step:
            if self.interview.looks_for_channels:
                await self._look_out()
            if form := self.interview.form():
                await self._go_through(form)
        return self.interview.progress.lab

    async def _go_through(self, form: SetupForm) -> None:
        if form.lead and not self.interview.looks_for_channels:
            self.terminal.tell(form.lead)
        answers = {asked.name: self._ask(asked) for asked in form.fields}
        while wrong := await self.interview.answer(answers):
            for text in wrong.values():
                self.terminal.tell(text)
            if self.interview.looks_for_channels:
                return
            answers |= {asked.name: self._ask(asked) for asked in form.fields if asked.name in wrong}
        if self.interview.told:
            self.terminal.tell(self.interview.told)

    def _ask(self, asked: SetupField) -> str:
        _ = self.interview.wording._
        question = asked.question
        if asked.kind is AnswerKind.YES_OR_NO:
            return YES if self.terminal.confirms(question) else ""
        if asked.kind is AnswerKind.SECRET:
            text = _("{name} (is not shown; Enter leaves the platform out)").format(name=asked.label)
            return self.terminal.ask(text, is_secret=True)
        if asked.kind is AnswerKind.CHOICE:
            return self._chosen(asked)
        if asked.may_stay_empty:
            question = _("{question} (Enter leaves it out)").format(question=question)
        return self.terminal.ask(question, default=asked.default)

    def _chosen(self, asked: SetupField) -> str:
        if not asked.is_open:
            names = [name for name, _title in asked.choices]
            return self.terminal.ask(asked.question, default=asked.default, choices=names)
        for number, (name, title) in enumerate(asked.choices, 1):
            self.terminal.tell(f"{number}. {title} ({name})")
        _ = self.interview.wording._
        question = _("Which channel? A number of the list, or its address (Enter leaves it out)")
        written = self.terminal.ask(question, default="1" if asked.default else "")
        if written.isdecimal() and 1 <= int(written) <= len(asked.choices):
            return asked.choices[int(written) - 1][0]
        return written

    async def _look_out(self) -> None:
        """Waits until there is a channel where the bot could speak, but not for ever."""
        for times in range(int(LOOKED_FOR / LOOKED_EVERY)):
            if trouble := await self.interview.look():
                self.terminal.tell(trouble)
                return
            if self.interview.progress.channels:
                return
            if not times and (form := self.interview.form()):
                self.terminal.tell(form.lead)
            await asyncio.sleep(LOOKED_EVERY)
