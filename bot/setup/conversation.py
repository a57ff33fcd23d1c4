"""Sets up a lab with somebody at a terminal: each answer is looked at before the next question."""

import asyncio
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

from bot.chat.command import spoken
from bot.schema.secrets import TOKENS
from bot.setup.interview import Interview
from bot.setup.lab import CONFIG, TEMPLATE, Lab
from bot.setup.placing import what_stays
from bot.setup.steps import YES, AnswerKind, SetupField, SetupForm

LOOKED_EVERY, LOOKED_FOR = 1.0, 300.0
"""Seconds: how often, and for how long, it is looked whether the bot was added somewhere."""


_MOST_TOLD = 30  # channels in a list
_LONGEST_NUMBER = 4  # digits; what is longer may be the id of a chat


class Terminal(Protocol):
    """Somebody who answers."""

    def ask(self, question: str, *, default: str = "", is_secret: bool = False) -> str:
        """What they answer, without white space around it; the default for nothing."""

    def has_typed(self) -> bool:
        """Whether they have written something already, to which the next question is asked."""

    def tell(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Conversation:
    """An interview with somebody at a terminal, about a lab in a folder."""

    terminal: Terminal
    interview: Interview
    folder: Path

    async def hold(self) -> Lab:
        """Asks until all is known: the lab that it is."""
        if present := [name for name in (CONFIG, TOKENS, TEMPLATE) if (self.folder / name).exists()]:
            self.terminal.tell(what_stays(self.folder, present, self.interview.wording))
        while self.interview.step:
            if self.interview.looks_for_channels:
                await self._look_out()
            if form := self.interview.form():
                await self._go_through(form)
        return self.interview.progress.lab

    async def _go_through(self, form: SetupForm) -> None:
        if form.lead and not self.interview.looks_for_channels:
            self.terminal.tell(form.lead)
        answers = {form_field.name: self._ask(form_field) for form_field in form.fields}
        while problems := await self.interview.answer(answers):
            for problem in chain.from_iterable(problems.values()):
                self.terminal.tell(problem.text)
            if self.interview.looks_for_channels:
                return
            answers |= {
                form_field.name: self._ask(form_field) for form_field in form.fields if form_field.name in problems
            }
        if self.interview.remark:
            self.terminal.tell(self.interview.remark)

    def _ask(self, form_field: SetupField) -> str:
        _ = self.interview.wording._
        question = form_field.question
        if form_field.kind is AnswerKind.YES_OR_NO:
            return YES if self._confirms(question) else ""
        if form_field.kind is AnswerKind.SECRET:
            text = _("{name} (is not shown; Enter leaves the platform out)").format(name=form_field.label)
            return self.terminal.ask(text, is_secret=True)
        if form_field.kind is AnswerKind.CHOICE:
            return self._chosen(form_field)
        if form_field.may_stay_empty:
            question = _("{question} (Enter leaves it out)").format(question=question)
        return self.terminal.ask(question, default=form_field.default)

    def _confirms(self, question: str) -> bool:
        _ = self.interview.wording._
        shown = _("y/N")
        while True:
            written = self.terminal.ask(f"{question} [{shown}]").casefold()
            if written in spoken("yes"):
                return True
            if not written or written.startswith("n"):
                return False
            self.terminal.tell(_("Write yes or no."))

    def _chosen(self, form_field: SetupField) -> str:
        if not form_field.is_open:
            for name, title in form_field.choices:
                self.terminal.tell(f"{name}: {title}")
            return self.terminal.ask(form_field.question, default=form_field.default)
        _ = self.interview.wording._
        for number, (name, title) in enumerate(form_field.choices[:_MOST_TOLD], 1):
            self.terminal.tell(f"{number}. {title} ({name})")
        if (more := len(form_field.choices) - _MOST_TOLD) > 0:
            self.terminal.tell(_("and {n} more: write the name, as the platform shows it").format(n=more))
        question = _("Which channel? A number of the list, or its address (Enter leaves it out)")
        while True:
            written = self.terminal.ask(question, default="1" if form_field.default else "")
            if not form_field.choices or not written.isdecimal() or len(written) > _LONGEST_NUMBER:
                break
            if 1 <= int(written) <= len(form_field.choices):
                return form_field.choices[int(written) - 1][0]
            self.terminal.tell(_("There is no number {n} in the list.").format(n=written))
        named = {title.casefold(): name for name, title in form_field.choices}
        return named.get(written.casefold(), written)

    async def _look_out(self) -> None:
        """Waits until there is a channel where the bot could speak, or its address is written, but not for ever."""
        _ = self.interview.wording._
        for times in range(int(LOOKED_FOR / LOOKED_EVERY)):
            if trouble := await self.interview.look():
                self.terminal.tell(trouble)
                return
            if self.interview.progress.channels or self.terminal.has_typed():
                return
            if not times and (form := self.interview.form()):
                self.terminal.tell(form.lead)
                self.terminal.tell(_("Or write its address here; Enter leaves it out."))
            await asyncio.sleep(LOOKED_EVERY)
