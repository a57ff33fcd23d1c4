"""What goes wrong on purpose in the emulated Telegram: see TelegramServer.fail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.emulators.telegram_rules import JSON


def error_json(code: int, description: str, parameters: JSON | None = None) -> JSON:
    error = {"ok": False, "error_code": code, "description": description}
    return error | ({"parameters": parameters} if parameters else {})


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong on purpose, `times` times or, if None, from now on.

    The call is acted on if `act`; then `seconds` pass; then the connection is closed without an answer if
    `drop`, or `status` and `body` are answered if there is a body, or else what the method returned.
    """

    name: str
    act: bool = False
    drop: bool = False
    seconds: float = 0.0
    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int | None = 1

    def again(self, times: int | None = None) -> "Fault":
        return replace(self, times=times)


def too_many(retry_after: int) -> Fault:
    """Bot API: ResponseParameters. Too many requests, JSON and header alike."""
    body = error_json(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
    return Fault("too_many", status=429, body=json.dumps(body), headers={"Retry-After": str(retry_after)})


def status(code: int, *, html: bool | None = None, act: bool = False) -> Fault:
    """A server error: nginx speaks HTML, the Bot API server (500) JSON. With `act` the call has had its effect."""
    reasons = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
    reason = reasons[code]
    page = f"<html><head><title>{code} {reason}</title></head><body><hr><center>nginx</center></body></html>\r\n"
    if html is None:
        html = code != 500
    return Fault(f"status {code}", act, status=code, body=page if html else json.dumps(error_json(code, reason)))


def unauthorized() -> Fault:
    """The token was revoked."""
    return Fault("unauthorized", status=401, body=json.dumps(error_json(401, "Unauthorized")))


def drop_before() -> Fault:
    """The connection breaks before the request has an effect."""
    return Fault("drop_before", drop=True)


def drop_after() -> Fault:
    """The message is sent, but the answer is lost."""
    return Fault("drop_after", act=True, drop=True)


def malformed(*, act: bool = True) -> Fault:
    """The message is sent (unless `act` is False), but the answer ends in the middle."""
    return Fault("malformed", act=act, body='{"ok":true,"result":{"message_id":')


def hang(seconds: float, *, act: bool = False) -> Fault:
    """Silence; then the late answer if `act`, or else a closed connection."""
    return Fault("hang", act=act, drop=not act, seconds=seconds)
