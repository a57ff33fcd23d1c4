"""What the platforms send, as their documentation has it and the emulators send it; what a person writes into files."""

from typing import Any

ADA = 7
GROUP = -1001234567890
DIRECT, ROOM, PERSON, BOT = "D0000000001", "C0123456789", "U0123", "U0CALLBOARD"

_PERSON = {"id": ADA, "is_bot": False, "first_name": "Ada", "language_code": "de", "username": "ada"}
_PRIVATE = {"id": ADA, "type": "private", "first_name": "Ada"}
_SUPERGROUP = {"id": GROUP, "type": "supergroup", "title": "Jobs", "username": "lab_jobs"}
BOT_USER = {"id": 123456, "is_bot": True, "first_name": "Callboard", "username": "callboard_bot"}


def _message(text: str, chat: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message_id": 101, "date": 1796000000, "chat": chat, "from": _PERSON, "text": text, **more}


def _keyboard(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in pairs]]}


TELEGRAM: list[dict[str, Any]] = [  # https://core.telegram.org/bots/api#update
    {"message": _message("phd in Tübingen", _PRIVATE)},
    {"message": _message("/positions@callboard_bot phd", _SUPERGROUP, is_topic_message=True, message_thread_id=17)},
    {"message": _message("@callboard_bot postdoc", _SUPERGROUP, reply_to_message=_message("x", _SUPERGROUP))},
    {
        "message": {
            **_message("", _PRIVATE),
            "photo": [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}],
            "caption": "PhD?",
        }
    },
    {"message": {**_message("", _PRIVATE), "document": {"file_id": "a", "file_unique_id": "b", "file_name": "cv.pdf"}}},
    {"message": _message("/start", _PRIVATE, entities=[{"type": "bot_command", "offset": 0, "length": 6}])},
    {
        "callback_query": {
            "id": "700",
            "from": _PERSON,
            "chat_instance": "1",
            "data": "positions.2 phd",
            "message": {
                **_message("Open positions", _PRIVATE, reply_markup=_keyboard(("›", "positions.2 phd"))),
                "from": BOT_USER,
            },
        }
    },
    {
        "callback_query": {
            "id": "701",
            "from": _PERSON,
            "chat_instance": "1",
            "data": "position robust-ml",
            "message": {
                **_message("Open", _SUPERGROUP, reply_markup=_keyboard(("1", "position robust-ml"))),
                "from": BOT_USER,
            },
        }
    },
    {
        "my_chat_member": {
            "chat": _SUPERGROUP,
            "from": _PERSON,
            "date": 1796000000,
            "old_chat_member": {"user": BOT_USER, "status": "left"},
            "new_chat_member": {"user": BOT_USER, "status": "member"},
        }
    },
    {"edited_message": _message("phd", _PRIVATE, edit_date=1796000001)},
    {
        "channel_post": {
            "message_id": 5,
            "date": 1796000000,
            "chat": {"id": GROUP, "type": "channel", "title": "J"},
            "text": "hello",
        }
    },
]


def _event(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "token": "t",
        "team_id": "T1",
        "api_app_id": "A1",
        "type": "event_callback",
        "event_id": "Ev1",
        "event_time": 1796000000,
        "event": event,
    }


SLACK_EVENTS: list[dict[str, Any]] = [  # https://docs.slack.dev/apis/events-api
    _event(
        {
            "type": "app_mention",
            "user": PERSON,
            "text": f"<@{BOT}> phd",
            "ts": "1796000000.000100",
            "channel": ROOM,
            "event_ts": "1796000000.000100",
        }
    ),
    _event(
        {
            "type": "message",
            "channel_type": "im",
            "user": PERSON,
            "text": "postdoc in Tübingen",
            "channel": DIRECT,
            "ts": "1796000000.000200",
            "event_ts": "1796000000.000200",
        }
    ),
    _event(
        {
            "type": "message",
            "channel_type": "im",
            "subtype": "file_share",
            "user": PERSON,
            "text": "phd?",
            "channel": DIRECT,
            "ts": "1796000000.000300",
            "files": [{"id": "F1", "name": "cv.pdf"}],
        }
    ),
    _event(
        {
            "type": "message",
            "channel_type": "im",
            "subtype": "thread_broadcast",
            "user": PERSON,
            "text": "phd",
            "channel": DIRECT,
            "ts": "1796000000.000400",
            "thread_ts": "1796000000.000100",
        }
    ),
    _event(
        {
            "type": "app_home_opened",
            "user": PERSON,
            "channel": DIRECT,
            "tab": "home",
            "view": {"id": "V1", "type": "home", "hash": "1.a", "private_metadata": "", "blocks": []},
            "event_ts": "1796000000.000500",
        }
    ),
    _event(
        {
            "type": "link_shared",
            "channel": ROOM,
            "is_bot_user_member": True,
            "user": PERSON,
            "message_ts": "1796000000.000600",
            "unfurl_id": "C1.1796000000.000600.abc",
            "source": "conversations_history",
            "links": [
                {"domain": "jobs.lab.example", "url": "https://jobs.lab.example/postings/robust-0"},
                {"domain": "jobs.lab.example", "url": "https://jobs.lab.example/postings/draft?x=1#y"},
            ],
            "user_locale": "en-US",
            "event_ts": "1796000000.000600",
        }
    ),
    _event(
        {
            "type": "user_change",
            "user": {"id": PERSON, "team_id": "T1", "name": "ada", "deleted": True},
            "cache_ts": 1796000000,
            "event_ts": "1796000000.000700",
        }
    ),
    {"type": "url_verification", "token": "t", "challenge": "abc"},
]
SLACK_COMMAND = {  # https://docs.slack.dev/interactivity/implementing-slash-commands
    "token": "t",
    "team_id": "T1",
    "team_domain": "lab",
    "channel_id": ROOM,
    "channel_name": "jobs",
    "user_id": PERSON,
    "user_name": "ada",
    "command": "/positions",
    "text": "phd in Tübingen",
    "api_app_id": "A1",
    "response_url": "",
    "trigger_id": "1.2.3",
    "is_enterprise_install": "false",
}
SLACK_PRESS: dict[str, Any] = {  # https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
    "type": "block_actions",
    "user": {"id": PERSON, "username": "ada", "name": "ada", "team_id": "T1"},
    "api_app_id": "A1",
    "token": "t",
    "container": {"type": "message", "message_ts": "1796000000.000100", "channel_id": ROOM, "is_ephemeral": False},
    "team": {"id": "T1", "domain": "lab"},
    "enterprise": None,
    "is_enterprise_install": False,
    "channel": {"id": ROOM, "name": "jobs"},
    "message": {
        "type": "message",
        "ts": "1796000000.000100",
        "user": BOT,
        "text": "Open positions",
        "blocks": [
            {
                "type": "actions",
                "block_id": "b1",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "ask.0",
                        "text": {"type": "plain_text", "text": "1"},
                        "value": "position robust-ml",
                    }
                ],
            }
        ],
    },
    "state": {"values": {}},
    "actions": [
        {
            "type": "button",
            "action_id": "ask.0",
            "block_id": "b1",
            "value": "position robust-ml",
            "text": {"type": "plain_text", "text": "1"},
            "action_ts": "1796000001.000100",
        }
    ],
    "response_url": "",
    "trigger_id": "1.2.3",
}

_OF_ADA: dict[str, Any] = {
    "user": {"id": PERSON, "username": "ada", "name": "ada", "team_id": "T1"},
    "team": {"id": "T1", "domain": "lab"},
    "api_app_id": "A1",
    "token": "t",
    "trigger_id": "1.2.3",
    "enterprise": None,
    "is_enterprise_install": False,
}
SLACK_HOME_PRESS: dict[str, Any] = {
    **_OF_ADA,
    "type": "block_actions",
    "container": {"type": "view", "view_id": "V1"},
    "view": {
        "id": "V1",
        "type": "home",
        "hash": "1.a",
        "callback_id": "",
        "private_metadata": '["D0123456789", "home.1"]',
        "blocks": SLACK_PRESS["message"]["blocks"],
    },
    "actions": SLACK_PRESS["actions"],
}
# https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
SLACK_MESSAGE_SHORTCUT: dict[str, Any] = {
    **_OF_ADA,
    "type": "message_action",
    "callback_id": "remind",
    "action_ts": "1796000001.000100",
    "channel": {"id": ROOM, "name": "jobs"},
    "message_ts": "1796000000.000100",
    "message": SLACK_PRESS["message"],
    "response_url": "",
}
SLACK_SHORTCUT: dict[str, Any] = {
    **_OF_ADA,
    "type": "shortcut",
    "callback_id": "new",
    "action_ts": "1796000001.000100",
}

SLACK_SUBMISSION: dict[str, Any] = {  # https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
    "type": "view_submission",
    "team": {"id": "T1", "domain": "lab"},
    "user": {"id": PERSON, "username": "ada", "name": "ada", "team_id": "T1"},
    "api_app_id": "A1",
    "token": "t",
    "trigger_id": "1.2.3",
    "view": {
        "id": "V1",
        "type": "modal",
        "callback_id": "posting",
        "private_metadata": '["C0123456789", "draft"]',
        "hash": "1.a",
        "state": {
            "values": {
                "title": {"title": {"type": "plain_text_input", "value": "Owls"}},
                "role": {"role": {"type": "multi_static_select", "selected_options": [{"value": "phd"}]}},
                "deadline": {"deadline": {"type": "datepicker", "selected_date": "2037-05-02"}},
                "workplace": {"workplace": {"type": "static_select", "selected_option": None}},
            }
        },
    },
    "response_urls": [],
    "is_enterprise_install": False,
    "enterprise": None,
}

SLACK_INTERACTIONS = (SLACK_PRESS, SLACK_HOME_PRESS, SLACK_MESSAGE_SHORTCUT, SLACK_SHORTCUT, SLACK_SUBMISSION)

POSTINGS = [
    """# A posting as people write it
title: PhD Student in Robust Machine Learning
role: [phd, research-staff]
status: open
organization: University of Example
group: Example Lab
location: Tübingen, Germany
workplace: hybrid
posted: 2026-11-01
deadline: 2037-05-02 12:00
timezone: Europe/Berlin
deadline_kind: fixed
start: 2037-10-01
duration: 3 years
pay: TV-L E13
fte: 75
openings: 2
degree: Master's degree
languages: [English, German (a plus)]
skills: [Python, "C++"]
supervisors: Prof. Ada Example
call: graduate-school
url: https://lab.example/robust
apply: jobs@lab.example
contact: {name: Grace, email: grace@lab.example, url: "https://lab.example"}
tags: [machine learning, robustness]
summary: Models that keep their word.
aliases: [robust-ml-old]
description: |
  You study **why** models fail, see [the page](https://lab.example).

  - Python
  - patience <!-- not for the world -->
""",
    """---
title: "Postdoc: Owls & Mice (m/f/d)"
role: postdoc
deadline: 2037-06-01
timezone: AoE
apply: https://lab.example/apply or jobs@lab.example
---

# The work

Owls *hunt* mice, ![picture](x.png) and $x^2$ <b>bold</b>.
""",
    "title: Minimal\nrole: phd\n",
]
CONFIG = """registry: postings
database: sqlite:///callboard.db
timezone: Europe/Berlin
language: en
reminders: [14d, 7d, 36h]
remind_at: "09:00"
when_empty: Nothing is open.
announce_closing: true
in_doubt: {reminder: drop}
settle: 60s
web:
  listen: 127.0.0.1:8080
  base_url: https://jobs.lab.example
  title: Join us
  health: 127.0.0.1:9090
platforms:
  console: {}
  web: {}
  telegram:
    token: "123456:MADE-UP"
    webhook: {url: "https://bot.lab.example/telegram", secret: made-up, listen: "127.0.0.1:8081"}
  slack: {bot_token: xoxb-made-up, app_token: xapp-made-up, signing_secret: made-up, mode: http, listen: 127.0.0.1:3000}
channels:
  - {name: terminal, platform: console, filter: phd postdoc}
  - {name: lab, platform: telegram, address: "@lab_jobs", thread: 17, reminders: [7d], language: de, silent: true}
  - {name: slack, platform: slack, address: C0123456789, timezone: America/New_York}
"""
PATHS = (
    "/ /?q=phd /?role=phd&place=Rostock&tag=ml /postings/robust /postings/robust.ics /postings/robust.png "
    "/archive /past "
    "/calendar.ics /calendar.ics?q=phd /feed.atom /feed.json?lang=de /postings.json /sitemap.xml /robots.txt /embed.js "
    "/board.css /icon.svg /embed?q=phd /chat /chat/ask /chat/stream /chat/chat.js /timeline /timeline?from=2027-01-01 "
    "/drafts /sources /preview/robust /preview/ /preview/draft /healthz /metrics /slack/events /telegram "
    "/postings/robust/ /?page=2 /?lang=de"
).split()
HEADERS = {
    "Host": "127.0.0.1",
    "Origin": "http://127.0.0.1",
    "Accept": "text/html",
    "Accept-Language": "de,en;q=0.5",
    "Accept-Encoding": "gzip, br",
    "If-None-Match": '"abc"',
    "If-Modified-Since": "Mon, 30 Nov 2026 00:00:00 GMT",
    "Cookie": "key=abc; a=b",
    "Content-Type": "application/json",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Mode": "cors",
    "X-Forwarded-For": "203.0.113.7",
    "Forwarded": "for=203.0.113.7",
    "Range": "bytes=0-9",
    "Expect": "100-continue",
    "Authorization": "Basic YTpi",
    "X-Slack-Signature": "v0=abc",
    "X-Slack-Request-Timestamp": "1796000000",
    "X-Telegram-Bot-Api-Secret-Token": "made-up",
}
