"""What the admin is told of each delivery: one line in the log, for a person or a program, and the numbers to watch."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.audiences.audience import Audience
from bot.audiences.dispatch import Act, Dispatch
from bot.audiences.private import is_to_person
from bot.domain.notice import Kind, State
from bot.observe.metrics import Metrics
from bot.platforms.base import DeliveryError

_log = logging.getLogger("callboard.delivery")

_DONE = {Act.SEND: "delivered", Act.EDIT: "edited", Act.DELETE: "deleted"}


class Report:
    """Says and counts what becomes of deliveries. `seconds` are those that the platform took."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._said: dict[str, str] = {}  # the last trouble of a channel or a platform

    def delivered(self, dispatch: Dispatch, reference: str, seconds: float) -> None:
        """A dispatch has arrived, as `reference`."""
        fields = self._count(dispatch, State.DELIVERED, seconds, reference=reference)
        name, verb, subject = fields["fields"]["channel"], _DONE[dispatch.act], _said_of(dispatch)
        shown = "a private message" if _is_somebody(dispatch.audience) else reference
        _log.info("%s: %s %s as %s", name, verb, subject, shown, extra=fields)

    def works(self, *names: str) -> None:
        """The channels or platforms named work again: their next trouble is reported anew."""
        for name in names if self._said else ():
            self._said.pop(name, None)

    def unspeakable(self, dispatch: Dispatch, error: Exception) -> str:
        """Reports a dispatch that could not be put into words. Gives the reason."""
        trouble = f"{_said_of(dispatch)} cannot be put into words ({type(error).__name__})"
        self._say(called(dispatch.audience), trouble, trouble)
        _log.debug("unexpected", exc_info=True)
        return trouble

    def not_accepted(self, dispatch: Dispatch, error: DeliveryError, seconds: float, wait: float) -> None:
        """Reports that the platform does not accept the token."""
        fields = self._count(dispatch, State.DUE_AGAIN, seconds, reason=str(error))
        text = f"nothing is sent until that is mended; tried again every {wait / 60:.0f} min: {error}"
        self._say(dispatch.audience.destination.platform, text, str(error), fields)

    def refused(self, dispatch: Dispatch, error: DeliveryError, seconds: float) -> None:
        """A dispatch was refused for good."""
        fields = self._count(dispatch, State.REFUSED, seconds, reason=str(error))
        name, subject = called(dispatch.audience), _said_of(dispatch)
        if _is_somebody(dispatch.audience) and error.of_chat:  # they have blocked the bot: nobody has to do anything
            _log.info("%s: %s not %s: %s", name, subject, _DONE[dispatch.act], error, extra=fields)
        elif dispatch.act is Act.SEND:
            self._say(name, f"{subject} refused: {error}", str(error), fields)
        else:
            _log.warning("%s: %s not %s: %s", name, subject, _DONE[dispatch.act], error, extra=fields)

    def in_doubt(self, dispatch: Dispatch, error: DeliveryError, seconds: float) -> None:
        """Nobody knows whether a dispatch has arrived."""
        self._metrics.left_in_doubt(dispatch.audience.destination.platform)
        fields = self._count(dispatch, State.IN_DOUBT, seconds, reason=str(error))
        name, subject = called(dispatch.audience), _said_of(dispatch)
        _log.warning("%s: in doubt whether %s arrived: %s", name, subject, error, extra=fields)

    def tried_again(self, dispatch: Dispatch, error: DeliveryError, seconds: float, wait: float) -> None:
        """A dispatch is tried again after `wait` seconds."""
        fields = self._count(dispatch, State.DUE_AGAIN, seconds, reason=str(error))
        text = "%s: %s not %s, tried again in %.0f s: %s"
        name, subject = called(dispatch.audience), _said_of(dispatch)
        _log.warning(text, name, subject, _DONE[dispatch.act], wait, error, extra=fields)

    def _count(self, dispatch: Dispatch, state: State, seconds: float, **more: Any) -> dict[str, Any]:
        """Counts it, and gives it as fields for a log that a program reads."""
        audience, notice = dispatch.audience, dispatch.notices[0]
        kind = (
            "digest"
            if len(dispatch.shown) > 1
            else str(notice.occasion.kind if dispatch.act is Act.SEND else Kind.EDIT)
        )
        name, platform = called(audience), audience.destination.platform
        self._metrics.delivered(platform, name, kind, str(state), seconds)
        fields = {
            "channel": name,
            "platform": platform,
            "act": str(dispatch.act),
            "kind": kind,
            "postings": list(
                dict.fromkeys(notice.occasion.posting.id for notice in dispatch.notices if notice.occasion.posting.id)
            ),
            "key": dispatch.key,
            "state": str(state),
            "seconds": round(seconds, 3),
            **more,
        }
        if _is_somebody(audience):
            del fields["key"]
            fields.pop("reference", None)
        return {"fields": fields}

    def _say(self, name: str, text: str, trouble: str, fields: Mapping[str, Any] | None = None) -> None:
        """Tells of a channel's or a platform's trouble: once, until it works again."""
        level = logging.DEBUG if self._said.get(name) == trouble else logging.ERROR
        self._said[name] = trouble
        _log.log(level, "%s: %s", name, text, extra=fields)


def called(audience: Audience) -> str:
    """An audience's name for logs and metrics, in which no person is named."""
    if audience.is_person:
        return f"a reader on {audience.destination.platform}"
    return f"somebody on {audience.destination.platform}" if _is_somebody(audience) else audience.name


def called_in_doubt(key: str, audience: str, platform: str) -> str:
    """What a message in doubt is called where others read: that of the audience of that name; no person is named."""
    is_to_somebody = is_to_person(audience) or audience.startswith(f"{platform}:")  # who follows goes by `Person`
    return f"a private message on {platform}" if is_to_somebody else key


def _is_somebody(audience: Audience) -> bool:
    """Whether it is one person, whether they follow, or are told something alone."""
    return audience.is_person or is_to_person(audience.name)


def _said_of(dispatch: Dispatch) -> str:
    if len(dispatch.shown) > 1:
        of_digest = (notice.occasion.number for notice in dispatch.shown if notice.occasion.is_digest)
        return f"a digest of {next(of_digest, None) or len(dispatch.shown)} notices"
    occasion = dispatch.notices[0].occasion
    return f"{occasion.kind} {occasion.lead or ''}".strip() + f" of {occasion.posting.id}"
