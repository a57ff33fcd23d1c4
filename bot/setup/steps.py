"""What is asked to set up a lab, in which order, and what an answer makes of it. Pure: nothing is tried here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Protocol

from bot.chat.setting import near_zone, own_name
from bot.domain.zones import zone_names
from bot.language import languages
from bot.platforms.base import KnownChannel
from bot.platforms.kinds import PlatformKind, kinds
from bot.platforms.settings import SecretText
from bot.setup.lab import SERVICES, Lab, PlatformAsked, SecretAt
from bot.wording.wording import Wording

YES = "yes"
"""The answer to a question that can be answered with yes or no; whatever else is no."""

_LONGEST = 500  # characters of an answer


class AnswerKind(Enum):
    """How it is answered: in words; in words that nobody may see; with yes or no; with one of several."""

    TEXT = auto()
    SECRET = auto()
    YES_OR_NO = auto()
    CHOICE = auto()


@dataclass(frozen=True, slots=True)
class SetupField:
    """One question; `label`, the same where the form's title asks it. `choices`: each with what it is called; with
    `is_open`, other words will do. What `may_stay_empty` is left out where nothing is said.
    """

    name: str
    question: str
    kind: AnswerKind = AnswerKind.TEXT
    default: str = ""
    choices: Sequence[tuple[str, str]] = ()
    is_open: bool = False
    may_stay_empty: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class SetupForm:
    """Questions that belong together, and what is to be done before they can be answered. `without`: what it is called
    to go on with no answer, where that leaves something out.
    """

    title: str
    fields: Sequence[SetupField]
    lead: str = ""
    without: str = ""


class WrongAnswerError(Exception):
    """An answer that does not hold up: to which question, and what to write instead."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name, self.text = name, text


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: the lab as it is known, and the steps that are to do. `settings`: by kind of platform, what its
    section of the config has beside secrets. `environment`: the variables that are set. `channels`: where the platform
    of the step could speak; `titles`, by address, what people call those that were ever known.
    """

    lab: Lab
    todo: "tuple[SetupStep, ...]"
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    channels: Sequence[KnownChannel] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def step(self) -> "SetupStep | None":
        """The next one; None where all is done."""
        return self.todo[0] if self.todo else None

    def asked(self, kind: str) -> PlatformAsked:
        """The platform of that kind, as far as it is known."""
        known = (platform for platform in self.lab.platforms if platform.kind == kind)
        return next(known, PlatformAsked(kind, settings=self.settings.get(kind, {})))

    def alone(self, kind: str) -> Lab:
        """The lab with no other platform."""
        return replace(self.lab, platforms=(self.asked(kind),))

    def having(self, asked: PlatformAsked) -> "Progress":
        """With this in place of what was known of that platform."""
        others = [platform for platform in self.lab.platforms if platform.kind != asked.kind]
        return replace(self, lab=replace(self.lab, platforms=(*others, asked)))

    def knowing(self, channels: Sequence[KnownChannel]) -> "Progress":
        """With these as where the platform of the step could speak."""
        titles = {channel.address: channel.title for channel in channels}
        return replace(self, channels=tuple(channels), titles={**self.titles, **titles})

    def called(self, asked: PlatformAsked) -> str:
        """The channel of a platform as people know it; nothing where it has none."""
        address = asked.channel or ""
        return f"{self.titles[address]} ({address})" if address in self.titles else address

    def past_step(self, *more: "SetupStep") -> "Progress":
        """With the step behind it, and more to do before the others."""
        return replace(self, todo=(*more, *self.todo[1:]), channels=())

    def without(self, kind: str) -> "Progress":
        """With that platform left out."""
        others = tuple(platform for platform in self.lab.platforms if platform.kind != kind)
        todo = tuple(step for step in self.todo if step.platform != kind)
        return replace(self, lab=replace(self.lab, platforms=others), todo=todo, channels=())


class SetupStep(Protocol):
    """Something that is asked."""

    @property
    def platform(self) -> str | None:
        """The kind of platform that is asked whether the answer holds up; None where nobody has to be."""

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        """What is asked."""

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        """What the answers make of it, by the names of the fields. Raises `WrongAnswerError`."""


def begin(
    lab: Lab,
    settings: Mapping[str, Mapping[str, str]],
    environment: Mapping[str, str],
    *,
    asks_language: bool = True,
    asks_service: bool = True,
) -> Progress:
    """The beginning, with what is known already: that is not asked."""
    known = {platform.kind for platform in lab.platforms}
    platforms = tuple(kind.name for kind in kinds().values() if kind.asked_for and kind.name not in known)
    name_or_place = [name for name in ("name", "place") if not getattr(lab, name)]
    todo: list[SetupStep] = [LanguageStep()] if asks_language else []
    todo.append(LabStep((*name_or_place, "timezone")))
    if platforms:
        todo.append(PlatformsStep(platforms))
    if asks_service:
        todo.append(SupervisionStep())
    return Progress(lab, tuple(todo), settings, environment)


@dataclass(frozen=True, slots=True)
class LanguageStep:
    """In which language it speaks, from now on."""

    platform: str | None = None

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        choices = [(code, own_name(code)) for code in languages()]
        question = SetupField(
            "language",
            "Language / Sprache",
            kind=AnswerKind.CHOICE,
            default=progress.lab.language,
            choices=choices,
        )
        lead = wording._(
            "A few questions; each answer is tried at once. Nothing is written before the end, and what is there stays "
            "as it is."
        )
        return SetupForm(wording._("Setting up a lab"), (question,), lead)

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        language = answers.get("language", "").strip().casefold()
        if language not in languages():
            raise WrongAnswerError("language", wording._("Choose one of these: {names}").format(names=_codes()))
        return replace(progress.past_step(), lab=replace(progress.lab, language=language))


def _codes() -> str:
    return ", ".join(languages())


@dataclass(frozen=True, slots=True)
class LabStep:
    """What the lab is called, where it is, and by which clock it lives; of that, what is not known."""

    names: Sequence[str]
    platform: str | None = None

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        _, lab = wording._, progress.lab
        fields = (
            SetupField("name", _("What is the lab called?"), default=lab.name or "", may_stay_empty=True),
            SetupField(
                "place",
                _("Where is it? Town and country, such as Tübingen, Germany"),
                default=lab.place or "",
                may_stay_empty=True,
            ),
            SetupField("timezone", _("In which time zone?"), default=lab.timezone),
        )
        return SetupForm(_("The lab"), [form_field for form_field in fields if form_field.name in self.names])

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        written = {name: " ".join(answers.get(name, "").split())[:_LONGEST] or None for name in self.names}
        lab = replace(
            progress.lab,
            name=written.get("name", progress.lab.name),
            place=written.get("place", progress.lab.place),
            timezone=_zone(written["timezone"] or "", wording),
        )
        return replace(progress.past_step(), lab=lab)


def _zone(written: str, wording: Wording) -> str:
    """Its IANA name. Raises `WrongAnswerError`."""
    names = {name.casefold(): name for name in zone_names()}
    if name := names.get(written.casefold().replace(" ", "_")):
        return name
    text = wording._("I know no time zone “{text}”. Write its name, such as {zone}.")
    raise WrongAnswerError("timezone", text.format(text=written, zone=near_zone(written) or "Europe/Berlin"))


@dataclass(frozen=True, slots=True)
class PlatformsStep:
    """Where it announces."""

    names: Sequence[str]
    platform: str | None = None

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        del progress
        question = wording._("Does it announce in {platform}?")
        titles = {name: kinds()[name].title for name in self.names}
        questions = [
            SetupField(name, question.format(platform=title), AnswerKind.YES_OR_NO, label=title)
            for name, title in titles.items()
        ]
        lead = wording._("Without any it speaks at the terminal alone, to be tried; others can be added later.")
        return SetupForm(wording._("Where shall it announce?"), questions, lead)

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        del wording
        wanted = [kinds()[name] for name in self.names if answers.get(name) == YES]
        return progress.past_step(*(step for kind in wanted for step in _steps(kind)))


def _steps(kind: PlatformKind) -> "tuple[SetupStep, ...]":
    return (*(SecretStep(kind.name, key) for key in kind.asked_for), ChannelStep(kind.name))


@dataclass(frozen=True, slots=True)
class SecretStep:
    """One secret of a platform; without it the platform is left out."""

    platform: str
    key: str

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        del progress
        kind = kinds()[self.platform]
        name, _ = kind.variables[self.key], wording._
        question = SetupField(name, _("The token, as you copied it"), AnswerKind.SECRET, label=name)
        without = _("Without {platform}").format(platform=kind.title)
        return SetupForm(kind.title, (question,), kind.asked_for[self.key](wording), without)

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        """An environment that has another value under the usual name would go before the file of tokens: so this one
        gets a name of its own then.
        """
        kind = kinds()[self.platform]
        usual = variable = kind.variables[self.key]
        value = answers.get(variable, "").strip()
        if not value:
            return progress.without(self.platform)
        if fault := _token_fault(kind, self.key, value, wording):
            raise WrongAnswerError(usual, fault)
        while progress.environment.get(variable, "").strip() not in {"", value}:
            variable = f"LAB_{variable}"
        asked = progress.asked(self.platform)
        secrets = (*asked.secrets, SecretAt(self.key, variable, value))
        return progress.past_step().having(replace(asked, secrets=secrets))


def _token_fault(kind: PlatformKind, key: str, value: str, wording: Wording) -> str:
    """What by its looks it is in place of what is asked for; nothing where it may be that."""
    _, expected = wording._, kind.settings[key]
    asked_for = kind.called[key](wording) if key in kind.called else ""
    if not asked_for or not isinstance(expected, SecretText) or re.fullmatch(expected.pattern, value):
        return ""
    for other in kinds().values():
        for shape in other.token_shapes:
            if re.fullmatch(shape.pattern, value) and shape.key in other.called:
                text = _("This is {this}; what is asked for here is {that}.")
                return text.format(this=other.called[shape.key](wording), that=asked_for)
    return _("This is not {that}; copy it again, from its first character to its last.").format(that=asked_for)


@dataclass(frozen=True, slots=True)
class ChannelStep:
    """A channel there: one that the platform tells of, or one that is written."""

    platform: str

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        _, kind = wording._, kinds()[self.platform]
        choices = [(channel.address, channel.title) for channel in progress.channels]
        question = SetupField(
            "channel",
            _("Which channel?"),
            kind=AnswerKind.CHOICE,
            default=choices[0][0] if len(choices) == 1 else "",
            choices=choices,
            is_open=True,
            may_stay_empty=True,
        )
        lead = "" if choices else " ".join((kind.way_in(wording), _("I look out for it …")))
        return SetupForm(kind.title, (question,), lead, _("Without a channel"))

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        del wording
        channel = answers.get("channel", "").strip()[:_LONGEST]
        chosen = replace(progress.asked(self.platform), channel=channel or None)
        more = (TrialStep(self.platform),) if channel else ()
        return progress.past_step(*more).having(chosen)


@dataclass(frozen=True, slots=True)
class TrialStep:
    """Whether a message is sent to the channel and taken back."""

    platform: str

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        question = wording._("Send a test message there, and take it back?")
        trial = SetupField("trial", question, kind=AnswerKind.YES_OR_NO)
        return SetupForm(kinds()[self.platform].title, (trial,), progress.called(progress.asked(self.platform)))

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        del answers, wording
        return progress.past_step()


@dataclass(frozen=True, slots=True)
class SupervisionStep:
    """What keeps the bot running."""

    platform: str | None = None

    def form(self, progress: Progress, wording: Wording) -> SetupForm:
        _ = wording._
        titles = {
            "none": _("nothing: I start it myself"),
            "systemd": _("systemd, as on most Linux machines"),
            "compose": _("Docker or Podman, by a compose file"),
        }
        choices = [(name, titles[name]) for name in SERVICES]
        question = SetupField(
            "service", _("What keeps the bot running?"), AnswerKind.CHOICE, progress.lab.service, choices
        )
        return SetupForm(_("Running it"), (question,))

    def answered(self, progress: Progress, answers: Mapping[str, str], wording: Wording) -> Progress:
        service = answers.get("service", "").strip().casefold()
        if service not in SERVICES:
            text = wording._("Choose one of these: {names}").format(names=", ".join(SERVICES))
            raise WrongAnswerError("service", text)
        return replace(progress.past_step(), lab=replace(progress.lab, service=service))
