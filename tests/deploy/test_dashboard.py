"""deploy/grafana.json: a dashboard that Grafana can lay out, over metrics that the bot has."""

import json
import re
import subprocess
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from tests.deploy.watching import OF_THE_SCRAPE, asked, grouped_by, there
from tests.tools import program

BOARD = json.loads((Path(__file__).parents[2] / "deploy/grafana.json").read_text())
PANELS = BOARD["panels"]
DRAWN = [panel for panel in PANELS if panel["type"] != "row"]
COLUMNS = 24  # https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
TARGETS = [(panel["title"], target) for panel in DRAWN for target in panel["targets"]]


def expressions():
    yield from (target["expr"] for _, target in TARGETS)
    yield from (annotation["expr"] for annotation in BOARD["annotations"]["list"])


def test_each_panel_has_a_number_a_title_and_a_place_of_its_own():
    assert max(Counter(panel["id"] for panel in PANELS).values()) == 1
    for panel in PANELS:
        at = panel["gridPos"]
        assert panel["title"]
        assert 0 <= at["x"] < at["x"] + at["w"] <= COLUMNS
        assert at["h"] > 0
    for one, other in combinations(PANELS, 2):
        a, b = one["gridPos"], other["gridPos"]
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        below = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or below, (one["title"], other["title"])


def test_each_panel_says_what_it_shows_and_asks_the_chosen_prometheus():
    chosen = {"type": "prometheus", "uid": "${datasource}"}
    names = {variable["name"] for variable in BOARD["templating"]["list"]}
    assert names == {"datasource", "job"}
    for panel in DRAWN:
        assert panel["description"].endswith(".")
        assert panel["datasource"] == chosen
        letters = [target["refId"] for target in panel["targets"]]
        assert len(set(letters)) == len(letters) > 0
        assert all(target["datasource"] == chosen for target in panel["targets"])
    used = set(re.findall(r"\$\{?(\w+)", json.dumps(BOARD)))
    assert {name for name in used if not name.startswith("__")} == names


@pytest.mark.parametrize(("title", "target"), TARGETS)
def test_a_panel_asks_for_what_the_bot_has(title, target):
    has, labels = there(), set(OF_THE_SCRAPE)
    assert asked(target["expr"])
    for one in asked(target["expr"]):
        assert one.metric in has, title
        assert one.labels["job"] == {"$job"}, title
        labels |= has[one.metric].keys()
        for label, values in one.labels.items():
            assert label in OF_THE_SCRAPE or values <= has[one.metric][label], title
    assert grouped_by(target["expr"]) <= labels
    shown = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
    assert shown <= (grouped_by(target["expr"]) or labels), title


def test_every_metric_of_the_bot_is_shown():
    shown = {re.sub(r"_bucket$", "", one.metric) for expression in expressions() for one in asked(expression)}
    shown |= set(re.findall(r"label_values\((\w+),", json.dumps(BOARD)))
    has = {re.sub(r"_(bucket|sum|count)$", "", name) for name in there() if name.startswith("callboard_")}
    assert has - shown == set()


def test_prometheus_understands_each_expression(tmp_path):
    promtool = program("promtool", "prometheus")
    filled_in = [text.replace("$__rate_interval", "5m").replace("$job", ".+") for text in expressions()]
    rules = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(filled_in)]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    checked = subprocess.run(
        [promtool, "check", "rules", tmp_path / "rules.yaml"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
