"""What has to be right before a release is made."""

import re
import shutil
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
PATH = ROOT / ".ci/release"
GOOD = "# Changelog\n\n## Unreleased\n\n## 1.2.0 – 2027-01-31\n\n- News.\n\n## 1.1.0 – 2026-12-01\n\n- Old news.\n"


@pytest.fixture(scope="module")
def obstacles():
    loader = SourceFileLoader("releasing", str(PATH))
    module = module_from_spec(spec_from_loader("releasing", loader))
    loader.exec_module(module)

    def found(version="1.2.0", changelog=GOOD, *, tag_is_taken=False, left_to_commit=""):
        return module.obstacles(version, changelog, tag_is_taken=tag_is_taken, left_to_commit=left_to_commit)

    return found


def test_a_version_with_its_part_in_the_changelog_can_be_released(obstacles):
    assert obstacles() == []
    assert obstacles(changelog=GOOD.replace("## Unreleased\n\n", "")) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": "1.2"}, "no version such as"),
        ({"version": "1.3.0"}, 'no heading "1.3.0'),
        ({"changelog": GOOD.replace("Unreleased\n", "Unreleased\n\n- More.\n")}, 'under "Unreleased"'),
        ({"changelog": GOOD.replace(" – 2027-01-31", "")}, "has no date"),
        ({"changelog": GOOD.replace("- News.\n", "")}, 'nothing stands under "1.2.0'),
        ({"tag_is_taken": True}, "a tag v1.2.0"),
        ({"left_to_commit": " M bot/app.py"}, "M bot/app.py"),
    ],
)
def test_what_is_in_the_way_is_named(obstacles, changes, words):
    assert any(words in obstacle for obstacle in obstacles(**changes))


def commands(target):
    """What make would call."""
    if not shutil.which("make"):
        pytest.skip("make is not here")
    planned = ["make", "--dry-run", "--always-make", target]
    done = subprocess.run(planned, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.replace("\\\n", " ")


def test_the_audit_is_of_all_that_is_pinned_and_fails_for_what_it_cannot_ask_for():
    called = commands("audit")
    assert re.search(r"tool run --quiet pip-audit==[\d.]+ --strict .*--requirement constraints\.txt", called)


def test_the_bill_of_materials_is_of_the_installed_program_and_validated():
    called = commands("sbom")
    assert "uv pip install --quiet --python build/sbom --constraint constraints.txt ." in called
    assert re.search(r"cyclonedx-bom==[\d.]+ cyclonedx-py environment .*--validate .*dist/callboard\.cdx\.json", called)


def test_both_are_made_each_week_and_when_what_is_pinned_changes():
    workflow = yaml.safe_load((ROOT / ".github/workflows/audit.yml").read_text())
    on = workflow[True]  # YAML 1.1's word for on
    assert on["schedule"]
    assert "constraints.txt" in on["push"]["paths"]
    run = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert run == ["make audit", "make sbom"]
    assert workflow["permissions"] == {"contents": "read"}
