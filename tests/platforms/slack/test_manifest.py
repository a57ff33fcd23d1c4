"""The manifest keeps Slack's rules (https://docs.slack.dev/reference/app-manifest) and asks for what is used."""

import ast
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.chat.commands import menu
from bot.cli import callboard
from bot.platforms import slack
from bot.platforms.slack.manifest import manifest
from bot.wording.catalogue import wording

URL = "https://bot.lab.example/slack/events"

# What each method and event needs: https://docs.slack.dev/reference/methods, https://docs.slack.dev/reference/events
NEEDS = {
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "chat_unfurl": {"links:write"},
    "conversations_history": {"channels:history", "groups:history"},
    "conversations_replies": {"channels:history", "groups:history"},
    "conversations_join": {"channels:join"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
    "pins_add": {"pins:write"},
    "pins_remove": {"pins:write"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
    "apps_connections_open": set(),  # the app-level token's own scope
}
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "channel_left": {"channels:read"},
    "group_left": {"groups:read"},
    "link_shared": {"links:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "user_change": {"users:read"},
}
BY_CHOICE = {"commands", "chat:write.public"}


BOARD = "https://jobs.lab.example/open"


@pytest.fixture(params=["socket", "http"])
def made(request):
    return manifest(wording("en"), mode=request.param, url=URL if request.param == "http" else None, board=BOARD)


def methods_used():
    """Every Web API method that the adapter names, as text or as a call."""
    names = set()
    for path in Path(slack.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = (
                node.value if isinstance(node, ast.Constant) else node.attr if isinstance(node, ast.Attribute) else ""
            )
            families = r"(?:apps|auth|chat|conversations|files|pins|users|views)_\w+"
            if isinstance(name, str) and re.fullmatch(families, name):
                names.add(name)
    return names


def test_lengths_and_names(made):
    about = made["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    assert re.fullmatch(r"[a-z0-9._-]{1,80}", made["features"]["bot_user"]["display_name"])
    [command] = made["features"]["slash_commands"]
    assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
    assert 0 < len(command["description"]) <= 2000
    assert 0 < len(command["usage_hint"]) <= 1000


def test_the_scopes_are_those_of_what_is_used_and_no_more(made):
    scopes = made["oauth_config"]["scopes"]["bot"]
    assert methods_used() == set(NEEDS)
    assert sorted(scopes) == sorted(BY_CHOICE.union(*NEEDS.values(), *EVENTS.values()))
    assert made["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_people_can_write_to_it_and_have_a_page_of_their_own(made):
    home = made["features"]["app_home"]
    assert home["home_tab_enabled"] is True
    assert (home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, False)
    assert made["settings"]["interactivity"]["is_enabled"] is True


def test_links_to_the_board_are_heard_of_where_the_world_finds_it_by_its_name(made):
    assert made["features"]["unfurl_domains"] == ["jobs.lab.example"]
    unknown = (None, "http://127.0.0.1:8080", "http://localhost/jobs", "http://[::1]/", "http://board:8080")
    for without in (manifest(wording("en"), mode="socket", board=board) for board in unknown):
        assert "unfurl_domains" not in without["features"]
        assert "link_shared" not in without["settings"]["event_subscriptions"]["bot_events"]
        assert not [scope for scope in without["oauth_config"]["scopes"]["bot"] if scope.startswith("links:")]


def test_shortcuts_are_as_slack_takes_them(made):
    shortcuts = made["features"]["shortcuts"]
    assert [(one["type"], one["callback_id"]) for one in shortcuts] == [("message", "remind"), ("global", "new")]
    for one in shortcuts:
        assert set(one) == {"name", "type", "callback_id", "description"}
        assert 0 < len(one["name"]) <= 24
        assert 0 < len(one["description"]) <= 150


def test_addresses_are_there_in_http_mode_alone(made):
    by_socket = made["settings"]["socket_mode_enabled"]
    expected = None if by_socket else URL
    assert made["features"]["slash_commands"][0].get("url") == expected
    assert made["settings"]["event_subscriptions"].get("request_url") == expected
    assert made["settings"]["interactivity"].get("request_url") == expected


def test_the_hint_names_every_command_of_the_table(made):
    hint = made["features"]["slash_commands"][0]["usage_hint"]
    assert hint == (
        "[query] | show ID | deadlines [days] | search words | follow [query] | unfollow [query, number, all] | "
        "following | remind ID [lead…] | calendar [ID or query] | settings [key value] | mydata | forget [yes] | help"
    )
    assert hint.count("|") == len(menu()) - 1


@pytest.mark.parametrize(("options", "is_socket"), [([], True), (["--url", URL], False)])
def test_the_command_prints_it(options, is_socket):
    ran = CliRunner().invoke(callboard, ["slack-manifest", *options])
    assert ran.exit_code == 0
    printed = json.loads(ran.stdout)
    assert printed["settings"]["socket_mode_enabled"] is is_socket
    mode, url = ("socket", None) if is_socket else ("http", URL)
    assert printed == manifest(wording("en"), mode=mode, url=url)
