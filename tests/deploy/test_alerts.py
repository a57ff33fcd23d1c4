"""deploy/alerts.yaml: judged by promtool, each rule with figures that it is for and with some that it is not."""

import json
import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from bot.cli import callboard
from tests.deploy.watching import OF_THE_SCRAPE, asked, grouped_by, there
from tests.tools import program

FILE = Path(__file__).parents[2] / "deploy/alerts.yaml"
RULES = {rule["alert"]: rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]}
MINUTE, HALF_AN_HOUR = "1m", "30m"
JOB = 'job="callboard",instance="lab:9090"'


def series(name, values, **labels):
    more = "".join(f',{label}="{value}"' for label, value in labels.items())
    return {"series": f"{name}{{{JOB}{more}}}", "values": values}


def deliveries(values, state, *, platform="slack", channel="lab", kind="announcement"):
    where = {"platform": platform, "channel": channel, "kind": kind, "state": state}
    return series("callboard_deliveries_total", values, **where)


CASES = {  # what is there each minute (each half hour, where it is about days), when to look, and whether it is to fire
    "CallboardDown": [
        ([series("up", "1x10 0x20")], "20m", True),
        ([], "10m", True),  # nobody scrapes it
        ([series("up", "1x10 0x2 1x20")], "20m", False),
    ],
    "CallboardRoundsLate": [
        ([series("callboard_last_tick_timestamp_seconds", "0+60x10 600x20")], "20m", True),
        ([series("callboard_last_tick_timestamp_seconds", "0+60x40")], "20m", False),
    ],
    "CallboardRoundsFail": [
        ([series("callboard_ticks_total", "0x10 0+4x30", ended="badly")], "30m", True),
        ([series("callboard_ticks_total", "0+4x60", ended="well")], "30m", False),
        ([series("callboard_ticks_total", "7x60", ended="badly")], "30m", False),
    ],
    "CallboardNobodySends": [
        ([series("callboard_sender", "0x60")], "30m", True),
        (
            [
                series("callboard_sender", "0x60"),
                {"series": 'callboard_sender{job="callboard",instance="other:9090"}', "values": "1x60"},
            ],
            "30m",
            False,
        ),
    ],
    "CallboardClosingUntold": [
        ([series("callboard_notices_left_closing", "0x5 1x60")], "30m", True),
        ([series("callboard_notices_left_closing", "0x5 1x5 0x60")], "30m", False),
    ],
    "CallboardNoticesLate": [
        ([series("callboard_oldest_notice_seconds", "0+60x60")], "40m", True),
        ([series("callboard_oldest_notice_seconds", "30x60")], "40m", False),
    ],
    "CallboardPlatformOut": [
        ([deliveries("0+1x60", "due again"), deliveries("5x60", "delivered")], "40m", True),
        ([deliveries("0+1x60", "due again"), deliveries("0+1x60", "delivered")], "40m", False),
        ([deliveries("0+1x60", "refused")], "40m", False),  # one that is refused is no outage
    ],
    "CallboardRefused": [
        ([deliveries("0x10 1x60", "refused")], "15m", True),
        ([deliveries("_x10 1x60", "refused")], "15m", True),  # the first one of a process
        ([deliveries("_x10 1x60", "refused")], "40m", False),  # long ago
        ([deliveries("0+1x60", "refused", channel="other")], "15m", False),  # somebody has blocked the bot
        ([deliveries("0+1x60", "refused", kind="edit")], "15m", False),
    ],
    "CallboardInDoubt": [
        ([series("callboard_in_doubt_total", "0x10 1x60", platform="telegram")], "30m", True),
        ([series("callboard_in_doubt_total", "1x200", platform="telegram")], "120m", False),
    ],
    "CallboardToldToWait": [
        ([series("callboard_told_to_wait_total", "0+1x200", platform="slack")], "120m", True),
        ([series("callboard_told_to_wait_total", "0x10 3x200", platform="slack")], "60m", False),
    ],
    "CallboardSourceNotRead": [
        ([series("callboard_source_readings_total", "0+1x100", source="page", ended="badly")], "1500m", True),
        (
            [
                series("callboard_source_readings_total", "0+1x100", source="page", ended="badly"),
                series("callboard_source_readings_total", "0x40 1x60", source="page", ended="well"),
            ],
            "1500m",
            False,
        ),
    ],
    "CallboardSourceEmpty": [
        ([series("callboard_source_positions", "5x60 0x90", source="page")], "150m", True),
        ([series("callboard_source_positions", "0x160", source="page")], "150m", False),  # it never had one
        ([series("callboard_source_positions", "5x60 3x90", source="page")], "150m", False),
    ],
    "CallboardSourceHeld": [
        ([series("callboard_source_held", "2x100", source="page")], "1500m", True),
        ([series("callboard_source_held", "2x20 0x80", source="page")], "1500m", False),
    ],
    "CallboardProblems": [
        ([series("callboard_problems", "1x200")], "90m", True),
        ([series("callboard_problems", "1x30 0x200")], "90m", False),
    ],
    "CallboardDraftsWait": [
        ([series("callboard_oldest_draft_seconds", "300000x20")], "10m", True),
        ([series("callboard_oldest_draft_seconds", "7200x20")], "10m", False),
    ],
    "CallboardLinksGone": [
        ([series("callboard_links_gone", "1x100")], "1500m", True),
        ([series("callboard_links_gone", "1x20 0x80")], "1500m", False),
    ],
    "CallboardFewFilesLeft": [
        ([series("process_open_fds", "900x60"), series("process_max_fds", "1024x60")], "30m", True),
        ([series("process_open_fds", "60x60"), series("process_max_fds", "1024x60")], "30m", False),
    ],
}


def test_each_rule_has_figures_that_it_is_for_and_some_that_it_is_not():
    assert CASES.keys() == RULES.keys()
    for cases in CASES.values():
        assert {fires for _, _, fires in cases} == {True, False}


def test_promtool_takes_the_rules_and_they_fire_when_they_should(tmp_path):
    promtool = program("promtool", "prometheus")
    checked = subprocess.run([promtool, "check", "rules", FILE], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    files = [tmp_path / f"{step}.json" for step in (MINUTE, HALF_AN_HOUR)]
    for file, step in zip(files, (MINUTE, HALF_AN_HOUR), strict=True):
        tests = [
            _tried(alert, given, at, fires=fires, step=step)
            for alert, cases in CASES.items()
            for given, at, fires in cases
            if (int(at.removesuffix("m")) > 1000) is (step == HALF_AN_HOUR)
        ]
        file.write_text(json.dumps({"rule_files": [str(FILE)], "evaluation_interval": step, "tests": tests}))
    tested = subprocess.run([promtool, "test", "rules", *files], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout + tested.stderr


def _tried(alert, given, at, *, fires, step):
    """One case, as promtool has it: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/"""
    question = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)'
    answer = [{"labels": "{}", "value": int(fires)}]
    asked_for = {"expr": question, "eval_time": at, "exp_samples": answer}
    return {"interval": step, "input_series": given, "promql_expr_test": [asked_for]}


@pytest.mark.parametrize("alert", RULES)
def test_a_rule_asks_for_what_the_bot_has_and_says_what_to_do(alert):
    rule, has = RULES[alert], there()
    expression = rule["expr"]
    labels = set(OF_THE_SCRAPE)
    for one in asked(expression):
        labels |= has[one.metric].keys()
        for label, values in one.labels.items():
            assert label in OF_THE_SCRAPE or values <= has[one.metric][label], (one, label)
    assert asked(expression) or "up{" in expression
    assert grouped_by(expression) <= labels
    told = rule["annotations"]
    shown = set(re.findall(r"\$labels\.(\w+)", json.dumps(told)))
    assert shown <= (grouped_by(expression) or labels)
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert told.keys() == {"summary", "description"}
    assert all(told.values())


COMMAND = re.compile(r"\bcallboard ([a-z]+(?: (?:--[a-z-]+|[A-Z]+\b))*)")
"""A command as a sentence names it: its name, then options and words in capitals, for what one has to fill in."""


@pytest.mark.parametrize("alert", RULES)
def test_a_command_that_a_rule_names_can_be_given_like_that(alert):
    for text in RULES[alert]["annotations"].values():
        for line in COMMAND.findall(text):
            name, *words = line.split()
            context = click.Context(callboard, **callboard.context_settings)
            command = callboard.get_command(context, name)
            command.make_context(name, words, parent=context)


def test_commands_are_found_in_what_rules_say():
    texts = json.dumps([rule["annotations"] for rule in RULES.values()])
    assert {"resend ID --channel NAME", "check --online", "ledger", "sources"} <= {*COMMAND.findall(texts)}
