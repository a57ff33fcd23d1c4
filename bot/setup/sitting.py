"""One person's way through the pages of `callboard init --web`: forward, back, and to the files. Knows no HTTP."""

import asyncio
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.domain.zones import zone_names
from bot.pictures.markup import Page
from bot.setup import drawing
from bot.setup.drawing import OTHER, SetupView
from bot.setup.interview import AnswerProblem, Interview
from bot.setup.lab import IGNORED, Lab, files
from bot.setup.pages import UnfitError
from bot.setup.steps import AnswerKind, LanguageStep, Progress, SetupField, SetupForm, SetupStep
from bot.setup.supervision import UnnameableError
from bot.setup.writing import SetupOutcome, planned, write


class Sitting:
    """`today` is the date that examples in the files go by. `outcome`: what was written, once it was;
    `unfinished`: what was before something kept the other files from being written.
    """

    def __init__(self, interview: Interview, folder: Path, today: Callable[[], date]) -> None:
        self.outcome: SetupOutcome | None = None
        self.unfinished: SetupOutcome | None = None
        self._interview, self._folder, self._today = interview, folder, today
        self._before: list[Progress] = []
        self._typed: dict[SetupStep, dict[str, str]] = {}
        self._problems: dict[str, list[AnswerProblem]] = {}
        self._token = ""
        self._turn, self._looking = asyncio.Lock(), asyncio.Lock()

    def speak(self, language: str) -> None:
        """In the browser's language, until it is asked for."""
        if isinstance(self._interview.step, LanguageStep):
            progress = self._interview.progress
            self._interview.progress = replace(progress, lab=replace(progress.lab, language=language))

    async def page(self) -> Page:
        """Where they are. Its form is the only one that counts."""
        async with self._turn:
            looks = self._interview.looks_for_channels and not self._interview.progress.channels
            trouble = await self._look() if looks else ""
            self._token = secrets.token_urlsafe(24)
            return self._drawn(trouble)

    def _drawn(self, trouble: str) -> Page:
        interview, lab = self._interview, self._interview.progress.lab
        names = self._names(lab)
        view = SetupView(
            interview.wording,
            self._folder,
            self._token,
            self._problems | ({"": [AnswerProblem(trouble)]} if trouble else {}),
            self._typed.get(interview.step, {}) if interview.step else {},
            interview.remark,
            [name for name in names if (self._folder / name).exists()],
            sorted(zone_names()),
            is_first=not self._before,
            waits=interview.looks_for_channels and not interview.progress.channels,
        )
        if self.outcome:
            return drawing.last_page(self.outcome, view)
        form = interview.form()
        return drawing.asked(form, view) if form else drawing.review(interview.progress, names, view)

    def _names(self, lab: Lab) -> list[str]:
        """The files that are made, but for one that cannot be: that is told when they are written."""
        try:
            texts, _command = planned(self._folder, lab, self._today())
        except (UnnameableError, UnfitError):
            texts = files(lab, self._today())
        return [*texts, IGNORED]

    async def take(self, sent: Mapping[str, str]) -> None:
        """Does what a form says, by the names of its fields; of one that is not the last that was shown, nothing."""
        async with self._turn:
            if not hmac.compare_digest(sent.get("token", "").encode(), self._token.encode()) or not self._token:
                self._interview.remark = self._interview.wording._("That was an older page; this is where you are.")
                return
            self._token, self._problems, self._interview.remark = "", {}, ""
            form, wish = self._interview.form(), sent.get("do", "")
            if wish == "back" and self._before:
                self._interview.progress = self._before.pop()
            elif wish == "look":
                self._interview.progress = self._interview.progress.knowing(())
            elif form:
                await self._answer(form, {} if wish == "without" else _answers(form, sent), is_meant=wish == "without")
            elif wish == "write":
                await self._write()

    async def _answer(self, form: SetupForm, answers: Mapping[str, str], *, is_meant: bool) -> None:
        before, step = self._interview.progress, self._interview.step
        if step:
            public = {form_field.name for form_field in form.fields if form_field.kind is not AnswerKind.SECRET}
            self._typed[step] = {name: text for name, text in answers.items() if name in public}
        empty = next(
            (form_field.name for form_field in form.fields if form.without and not answers.get(form_field.name)), None
        )
        if empty and not is_meant:
            text = self._interview.wording._("Nothing was written or chosen. Do so, or press “{without}”.")
            self._problems = {empty: [self._own_problem(text.format(without=form.without))]}
            return
        self._problems = await self._interview.answer(answers)
        if not self._problems:
            self._before.append(before)

    async def _write(self) -> None:
        outcome = await write(self._folder, self._interview.progress.lab, self._today())
        if outcome.is_good:
            self.outcome = outcome
        elif outcome.problems:
            self._problems = {"": [AnswerProblem(problem) for problem in outcome.problems]}
        else:
            self.unfinished = outcome if any(outcome.placed.values()) else self.unfinished
            text = self._interview.wording._("{folder} cannot be written: {why}")
            self._problems = {"": [self._own_problem(text.format(folder=self._folder, why=outcome.trouble))]}

    def _own_problem(self, text: str) -> AnswerProblem:
        return AnswerProblem(text, self._interview.wording.language)

    async def has_channel(self) -> bool:
        """Whether there is a channel now, or none is looked for any more."""
        await self._look()  # what keeps it from that may pass; who asks for the page again is told
        return not self._interview.looks_for_channels or bool(self._interview.progress.channels)

    async def _look(self) -> str:
        async with self._looking:  # Telegram lets one ask at a time
            return await self._interview.look()


def _answers(form: SetupForm, sent: Mapping[str, str]) -> dict[str, str]:
    return {form_field.name: _answer(form_field, sent) for form_field in form.fields}


def _answer(form_field: SetupField, sent: Mapping[str, str]) -> str:
    other = sent.get(form_field.name + OTHER, "").strip() if form_field.is_open else ""
    return other or sent.get(form_field.name, "").strip()
