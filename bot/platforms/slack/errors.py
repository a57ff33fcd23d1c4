"""The errors of slack-sdk and aiohttp -> one question: try again, when, or never?

Error names: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.worded import _
from bot.platforms.base import DeliveryError
from bot.platforms.network import not_reached

ADVICE = {
    "is_archived": _("the channel is archived; unarchive it, or take it out of the config"),
    "is_inactive": _("the channel is archived; unarchive it, or take it out of the config"),
    "not_in_channel": _("the bot is not in the channel; write /invite @callboard there"),
    "channel_not_found": _(
        "there is no such channel, or it is private and the bot is not in it; check the address, "
        "or write /invite @callboard there"
    ),
    "message_not_found": "the message was deleted in Slack",
    "not_pinnable": "Slack does not let that message be pinned",
    "too_many_pins": "the channel has as many pins as Slack allows; take some away",
    "cant_update_message": "Slack does not let the app edit that message",
    "edit_window_closed": "the workspace does not let messages of that age be edited",
    "cant_delete_message": "Slack does not let the app delete that message",
    "restricted_action": _("a workspace setting does not let the bot post there; ask a workspace admin"),
    "invalid_auth": _("Slack does not accept the bot token; copy it again from the app's page, OAuth & Permissions"),
    "not_allowed_token_type": _("that is no bot token; copy the one that begins with xoxb- from OAuth & Permissions"),
    "not_authed": _("the bot token is missing"),
    "token_revoked": _("the bot token was revoked; install the app again and copy the new token"),
    "token_expired": _("the bot token has expired; turn token rotation off, or copy a new token"),
    "account_inactive": _("the app was removed from the workspace; install it again"),
    "not_enabled": "the app's Home tab is off; turn it on under App Home › Show Tabs, or take the manifest anew from "
    "callboard slack-manifest",
    "cannot_unfurl_url": "the workspace lets no app show that address; see the blocked previews in its settings, and "
    "App unfurl domains on the app's page, Event Subscriptions",
    "messages_tab_disabled": "the app's Messages tab is off; turn it on under App Home",
}
"""What to do, by Slack's name of an error. Those in the catalogues are met by who sets up a lab."""
APP_LEVEL = _(
    "must be an app-level token (xapp-…) with the scope connections:write, from Basic Information, and Socket Mode "
    "must be on"
)
"""What an app-level token that Slack does not accept should be."""

NO_THREAD = frozenset(
    {
        "cannot_reply_to_message",
        "invalid_thread_ts",
        "message_not_found",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
    }
)
"""Nothing can hang on that message: mostly because somebody has deleted it."""

_WAIT = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_ALL_WAIT = frozenset({"rate_limited", "message_limit_exceeded"})  # the app, or all members, post too much
_TOKEN = frozenset(
    {"invalid_auth", "not_allowed_token_type", "not_authed", "token_revoked", "token_expired", "account_inactive"}
)
_OF_CHAT = frozenset({"is_archived", "is_inactive", "not_in_channel", "channel_not_found", "restricted_action"})
_DEFAULT_WAIT = 30.0
# "It's possible some aspect of the operation succeeded before the error was raised" is what Slack says of these.
_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout"})
_LATER = frozenset({"service_unavailable", "team_added_to_org", "accesslimited"})


class SlackError(DeliveryError):
    """What Slack itself said, by its name of the error."""

    def __init__(self, text: str, name: str) -> None:
        is_of_app = name in _TOKEN or name == "missing_scope"
        super().__init__(text, permanent=True, whole_token=is_of_app, of_chat=name in _OF_CHAT)
        self.name = name
        self.is_of_token = name in _TOKEN


def translated(error: Exception, proxy: str | None = None) -> DeliveryError:
    """The `DeliveryError` that an error of a request stands for. `proxy`: through which it went, if any."""
    response = getattr(error, "response", None)
    if isinstance(response, AsyncSlackResponse):
        return _refused(response)
    if why := not_reached(error, proxy):
        return DeliveryError(f"Slack cannot be reached ({why})")
    return DeliveryError(f"no clear answer from Slack ({type(error).__name__})", in_doubt=True)


def asked_to_wait(headers: dict[str, str], name: str = "") -> DeliveryError:
    """What HTTP 429 means, or an error of that name."""
    wait = next((float(value) for key, value in headers.items() if key.lower() == "retry-after"), _DEFAULT_WAIT)
    whole = name in _ALL_WAIT
    text = f"Slack asks to wait {wait:.0f} s" + (f", in all channels ({name})" if whole else "")
    return DeliveryError(text, retry_after=wait, whole_token=whole)


def _refused(response: AsyncSlackResponse) -> DeliveryError:
    answer = response.data if isinstance(response.data, dict) else {}
    name, status = str(answer.get("error") or ""), response.status_code
    if status == 429 or name in _WAIT:
        return asked_to_wait(response.headers, name)
    if not name and 400 <= status < 500:  # not Slack's own answer: those have a name
        return DeliveryError(f"HTTP {status} in place of an answer; check its api_url in the config, or the proxy")
    if not name or name in _DOUBT or status >= 500:
        return DeliveryError(f"no clear answer from Slack ({name or status})", in_doubt=True)
    if name in _LATER:
        return DeliveryError(f"Slack cannot do it now ({name})")
    if name == "missing_scope":
        advice = (
            f"the app lacks the scope {answer.get('needed') or 'that this needs (see callboard slack-manifest)'}; "
            "add it under OAuth & Permissions and install it again"
        )
    else:
        advice = ADVICE.get(name) or "; ".join((answer.get("response_metadata") or {}).get("messages") or [])
    return SlackError(f"{advice} (Slack: {name})" if advice else f"Slack: {name}", name)
