"""Secrets from the environment, from a file each, and from `tokens.env` beside the config."""

import os

import pytest

from bot import config
from bot.schema import InvalidError
from bot.schema.secrets import Secret

TOKEN = "123456:ABCdefGHIjklMNOpqrSTUvwxYZ012345678"
OTHER = "999999:ABCdefGHIjklMNOpqrSTUvwxYZ012345678"


def written(folder, token, **files):
    (folder / "postings").mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name.replace("_", ".")
        path.write_text(text, "utf-8")
        path.chmod(0o600)
    channel = '{name: lab, platform: telegram, address: "@lab_jobs"}'
    text = f'platforms:\n  telegram: {{token: "{token}"}}\nchannels:\n  - {channel}\n'
    (folder / "config.yaml").write_text(text, "utf-8")
    return folder / "config.yaml"


def token(path):
    [platform] = config.read(path).platforms
    return platform.settings["token"]


def test_a_secret_in_a_file_beside_the_config_is_read_without_the_line_end_behind_it(tmp_path):
    path = written(tmp_path, "${file:telegram.txt}", telegram_txt=f"{TOKEN}\n\n")
    assert token(path) == Secret(TOKEN)


def test_a_file_may_lie_anywhere(tmp_path):
    elsewhere = tmp_path / "run secrets"
    elsewhere.mkdir()
    (elsewhere / "telegram").write_text(TOKEN, "utf-8")
    lab = tmp_path / "lab"
    lab.mkdir()
    assert token(written(lab, f"${{file:{elsewhere / 'telegram'}}}")) == Secret(TOKEN)
    assert token(written(lab, "${file: ../run secrets/telegram }")) == Secret(TOKEN)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "cannot be read: No such file or directory"),
        (lambda path: path.write_text(" \n"), "is empty"),
        (lambda path: path.mkdir(), "cannot be read: it is no plain file"),
        (os.mkfifo, "cannot be read: it is no plain file"),
        (lambda path: path.write_bytes(b"\xff\xfe\xff"), "is UTF-16; save it as UTF-8"),
    ],
)
def test_a_file_that_holds_no_secret_is_a_problem_with_its_line_and_key(tmp_path, make, why):
    make(tmp_path / "telegram.txt")
    with pytest.raises(InvalidError) as caught:
        config.read(written(tmp_path, "${file:telegram.txt}"))
    line, text = caught.value.faults[0]
    assert line == 2
    assert text.startswith('platforms.telegram.token: the file "telegram.txt" ')
    assert why in text


def test_what_is_in_the_file_is_never_shown(tmp_path):
    path = written(tmp_path, "${file:telegram.txt}", telegram_txt="no token, but s3cret\n")
    with pytest.raises(InvalidError) as caught:
        config.read(path)
    assert "s3cret" not in str(caught.value)


def test_names_that_the_environment_lacks_are_looked_for_in_the_file_beside_the_config(tmp_path, monkeypatch):
    path = written(tmp_path, "${LAB_TOKEN}", tokens_env=f"# of the lab\nexport LAB_TOKEN='{TOKEN}'\n")
    assert token(path) == Secret(TOKEN)
    monkeypatch.setenv("LAB_TOKEN", OTHER)
    assert token(path) == Secret(OTHER)
    monkeypatch.setenv("LAB_TOKEN", " ")
    assert token(path) == Secret(TOKEN)


def test_a_name_that_neither_has_is_not_set(tmp_path):
    path = written(tmp_path, "${LAB_TOKEN}", tokens_env="OTHER_TOKEN=1\nLAB_TOKEN=\n")
    with pytest.raises(InvalidError, match="LAB_TOKEN is not set in the environment"):
        config.read(path)


def test_what_stands_in_the_file_is_not_filled_in_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME_TOKEN", TOKEN)
    path = written(tmp_path, "${LAB_TOKEN}", tokens_env="LAB_TOKEN=${HOME_TOKEN}\n")
    with pytest.raises(InvalidError, match=r"platforms\.telegram\.token"):
        config.read(path)


def test_files_of_one_config_are_not_those_of_the_next(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert token(written(first, "${LAB_TOKEN}", tokens_env=f"LAB_TOKEN={TOKEN}\n")) == Secret(TOKEN)
    with pytest.raises(InvalidError):
        config.read(written(second, "${LAB_TOKEN}"))


def test_that_everybody_may_read_a_secret_is_a_note(tmp_path):
    path = written(tmp_path, "${file:telegram.txt}", telegram_txt=TOKEN, tokens_env="A=1\n")
    assert config.read(path).notes == ()
    (tmp_path / "telegram.txt").chmod(0o644)
    (tmp_path / "tokens.env").chmod(0o604)
    assert [(note.line, note.text) for note in config.read(path).notes] == [
        (1, "tokens.env: everybody on this machine can read it; say chmod 600 tokens.env"),
        (2, "telegram.txt: everybody on this machine can read it; say chmod 600 telegram.txt"),
    ]


@pytest.mark.parametrize("text", ["${file:}", "${file:a", "${ file:a}", "${1}", "${}"])
def test_half_a_reference_is_a_problem(tmp_path, text):
    with pytest.raises(InvalidError, match=r"write \$\{NAME\}, or \$\{file:PATH\}"):
        config.read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "tokens.env:1: cannot be read: it is no plain file"),
        (b"A=1\nB=\xff\n", "tokens.env:2: is not UTF-8; save it as UTF-8"),
    ],
)
def test_what_is_wrong_with_the_file_of_tokens_is_said_of_it(tmp_path, content, problem):
    file = tmp_path / "tokens.env"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    (tmp_path / "config.yaml").write_text("{}\n")
    with pytest.raises(InvalidError) as caught:
        config.read(tmp_path / "config.yaml")
    assert [str(wrong) for wrong in caught.value.problems("config.yaml")] == [f"{tmp_path}/{problem}"]
