"""slack-sdk's errors -> one question: try again, when, or never?

Error names: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.base import DeliveryError

_ADVICE = {
    "is_archived": "the channel is archived; unarchive it, or take it out of the config",
    "not_in_channel": "the bot is not in the channel; write /invite @callboard there",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it; check the address, "
    "or write /invite @callboard there",
    "restricted_action": "a workspace setting does not let the bot post there; ask a workspace admin",
    "invalid_auth": "Slack does not accept the bot token; copy it again from the app's page, OAuth & Permissions",
    "not_authed": "the bot token is missing",
    "token_revoked": "the bot token was revoked; install the app again and copy the new token",
    "token_expired": "the bot token has expired; turn token rotation off, or copy a new token",
    "account_inactive": "the app was removed from the workspace; install it again",
    "messages_tab_disabled": "the app's Messages tab is off; turn it on under App Home",
}
_WAIT = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# "It's possible some aspect of the operation succeeded before the error was raised" is what Slack says of these.
_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout"})
_LATER = frozenset({"service_unavailable", "team_added_to_org", "accesslimited"})


def error_name(error: SlackApiError) -> str:
    """Slack's name of an error, such as `is_archived`; empty where the answer was not Slack's own."""
    response = error.response
    return str(response.get("error") or "") if isinstance(response, AsyncSlackResponse) and response.data else ""


def translated(error: Exception) -> DeliveryError:
    """What an error while sending means."""
    if isinstance(error, SlackApiError):
        return _refused(error)
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return DeliveryError("Slack cannot be reached")
    if isinstance(error, (aiohttp.ClientError, asyncio.TimeoutError, SlackClientError, OSError)):
        return DeliveryError(f"no clear answer from Slack ({type(error).__name__})", in_doubt=True)
    return DeliveryError(f"an answer from Slack that cannot be read ({type(error).__name__})", in_doubt=True)


def _refused(error: SlackApiError) -> DeliveryError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return DeliveryError("an answer from Slack that cannot be read", in_doubt=True)
    name = error_name(error)
    if response.status_code == 429 or name in _WAIT:
        wait = float(response.headers.get("Retry-After") or response.headers.get("retry-after") or 30)
        return DeliveryError(f"Slack asks to wait {wait:.0f} s", retry_after=wait)
    if name in _DOUBT or response.status_code >= 500 or not name:
        return DeliveryError(f"no clear answer from Slack ({name or response.status_code})", in_doubt=True)
    if name in _LATER:
        return DeliveryError(f"Slack cannot do it now ({name})")
    if name == "missing_scope":
        needed = response.get("needed")
        return DeliveryError(
            f"the app lacks the scope {needed}; add it under OAuth & Permissions and install the app again",
            permanent=True,
        )
    details = "; ".join((response.get("response_metadata") or {}).get("messages") or [])
    advice = _ADVICE.get(name)
    text = f"{advice} (Slack: {name})" if advice else f"Slack: {name}" + (f" ({details})" if details else "")
    return DeliveryError(text, permanent=True)
