"""How the action takes secrets: whole, or not at all."""

import subprocess

import pytest
import yaml

from bot.setup.pages import action

STEPS = {step.get("name"): step for step in yaml.safe_load(action())["runs"]["steps"]}


@pytest.fixture
def tick(tmp_path):
    """Runs the step that sends, with these secrets; what callboard had in its environment is what it prints."""
    (tmp_path / "callboard").write_text("#!/bin/sh\nprintenv KEY OTHER\nexit 0\n")
    (tmp_path / "callboard").chmod(0o755)

    def run(secrets):
        script = f"{STEPS['Prepare']['run']}\n{STEPS['Tick']['run']}"
        env = {
            "RUNNER_TEMP": str(tmp_path),
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "GITHUB_SERVER_URL": "https://x.example",
        }
        env |= {"DO": "tick", "BRANCH": "b", "GH_TOKEN": "t", "POSTING": "", "CHANNEL": "", "SECRETS": secrets}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], env=env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return run


@pytest.mark.parametrize("key", ["q83vEjRWeJA=", "q83vEjRWeA==", "a=b=c", "some long words", "\\t$(x)'\"", "=a", "a ="])
def test_a_secret_is_taken_to_its_last_character(tick, key):
    assert tick(f"OTHER=1:x\nKEY={key}\n\n") == (0, f"{key}\n1:x\n")


def test_a_secret_that_is_not_set_is_none(tick):
    assert tick("OTHER=1:x\nKEY=\n") == (0, "1:x\n")


@pytest.mark.parametrize("key", ["some long\nwords", "abcd\nefgh==", "abcd\nef/gh=="])
def test_a_secret_of_two_lines_is_refused_and_not_shown(tick, key):
    """gpg would take the first line alone."""
    code, out = tick(f"OTHER=1:x\nKEY={key}\n")
    assert (code, "::error::a secret has a line break" in out) == (2, True)
    assert not any(line in out for line in key.split("\n"))
