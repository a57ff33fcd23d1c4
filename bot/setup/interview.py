"""Where somebody is who sets up a lab: each answer is tried before it counts, be it from a terminal or a page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bot.domain.message import Line, Message
from bot.domain.schedule import Destination
from bot.language import SOURCE
from bot.observe import logs
from bot.platforms.base import DeliveryError, Platform
from bot.platforms.examining import UNVERIFIED
from bot.platforms.kinds import kinds
from bot.setup import verifying
from bot.setup.steps import YES, ChannelStep, Progress, SecretStep, SetupForm, SetupStep, TrialStep, WrongAnswerError
from bot.wording.catalogue import wording
from bot.wording.wording import Wording

_KEY = "setup"
_OWN_WORDS = re.compile(r" \(\w+: [^()]*\)$")  # of a platform, behind a sentence of ours: (Slack: invalid_auth)
_AT_A_KEY = re.compile(
    r"(?:platforms\.[\w.]+|channels: [^:]*): "
)  # where it stands in a config that nobody has seen yet


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Why an answer does not hold up, and in which language that is said: platforms and config say it in the code's."""

    text: str
    language: str = SOURCE


class Interview:
    """One of them. `progress` is as far as all answers have held up; `remark`, what became of the last one."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.remark = ""

    @property
    def wording(self) -> Wording:
        """In the language of the lab, which is asked first."""
        return wording(self.progress.lab.language)

    @property
    def step(self) -> SetupStep | None:
        """What is asked now; None where all is known."""
        return self.progress.step

    def form(self) -> SetupForm | None:
        """What is asked now; None where all is known."""
        return self.step.form(self.progress, self.wording) if self.step else None

    async def answer(self, answers: Mapping[str, str]) -> dict[str, list[AnswerProblem]]:
        """Takes the answers to the form, by the names of its fields, and goes on. Else what does not hold up, by the
        name of the field, and it stays where it is.
        """
        step, self.remark = self.step, ""
        if step is None:
            return {}
        [*_, last] = (asked.name for asked in step.form(self.progress, self.wording).fields)
        try:
            progress = step.answered(self.progress, answers, self.wording)
        except WrongAnswerError as error:
            return {error.name: [AnswerProblem(error.text, self.wording.language)]}
        problems = await self._tried(step, progress, answers)
        if problems:
            return {last: [*self._led_by(step, problems), *map(self._in_words, problems)]}
        self.progress = progress
        return {}

    def _in_words(self, problem: str) -> AnswerProblem:
        """In the language of the lab, as far as the catalogue has what a platform's part says of it."""
        own_words = match[0] if (match := _OWN_WORDS.search(problem)) else ""
        sentence = problem.removesuffix(own_words)
        translated = self.wording._(sentence) if sentence else sentence
        return (
            AnswerProblem(f"{translated}{own_words}", self.wording.language)
            if translated != sentence
            else AnswerProblem(problem)
        )

    def _led_by(self, step: SetupStep, problems: Sequence[str]) -> Iterator[AnswerProblem]:
        """What a platform's words mean for a token, to who may not read the language that these are in."""
        if not isinstance(step, SecretStep) or self.wording.language == SOURCE:
            return
        if all(self._in_words(text).language != SOURCE for text in problems):
            return
        _ = self.wording._
        if all(text.startswith(UNVERIFIED) for text in problems):
            text = _(
                "{platform} could not be asked whether the token holds up. Try it again; in English, what happened:"
            )
        else:
            text = _("{platform} does not take the token as it is. Look whether it is the right one; in English, why:")
        yield AnswerProblem(text.format(platform=kinds()[step.platform].title), self.wording.language)

    async def _tried(self, step: SetupStep, progress: Progress, answers: Mapping[str, str]) -> list[str]:
        kind = step.platform
        if kind is None:
            return []
        if isinstance(step, TrialStep):
            return await self._sent(kind) if answers.get("trial") == YES else []
        asked = progress.asked(kind)
        if isinstance(step, SecretStep):
            logs.seal(secret.value for secret in asked.secrets)
        if asked not in progress.lab.platforms or asked == self.progress.asked(kind):  # that was left out
            return []
        problems = await verifying.problems(progress.alone(kind))
        return [logs.sealed(_AT_A_KEY.sub("", problem, count=1)) for problem in problems]

    @property
    def looks_for_channels(self) -> bool:
        """Whether where it could speak is what is to be found out."""
        return isinstance(self.step, ChannelStep)

    async def look(self) -> str:
        """Looks once for channels where it could speak; what kept it from that, if anything did."""
        step = self.step
        if not isinstance(step, ChannelStep):
            return ""
        try:
            async with self._platform(step.platform) as platform:
                channels = await platform.channels()
        except DeliveryError as error:
            return logs.sealed(str(error))
        if self.step is step:
            self.progress = self.progress.knowing(channels)
        return ""

    async def _sent(self, kind: str) -> list[str]:
        """Sends a message and takes it back; what went wrong with that."""
        _ = self.wording._
        message = Message((Line.of(_("This is a test: I can speak here.")),))
        async with self._platform(kind) as platform:
            try:
                destination = Destination(kind, self.progress.asked(kind).channel or "")
                await platform.delete(await platform.send(destination, message, _KEY))
            except DeliveryError as error:
                return [logs.sealed(str(error))]
        self.remark = _("The test message was there, and is taken back.")
        return []

    def _platform(self, kind: str) -> AbstractAsyncContextManager[Platform]:
        return verifying.platform_of(self.progress.alone(kind), kind)
