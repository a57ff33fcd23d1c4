# ruff: noqa: INP001  # a script beside the page that it makes, no part of a package
"""Makes the man page from the commands themselves, as `--help` shows them. Run it by `make man`.

What it writes is kept beside it: the wheel is built where no command can be asked.

The macros are those of man(7): https://man7.org/linux/man-pages/man7/groff_man.7.html
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli import callboard

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = HERE / "callboard.1"

_BEFORE_COMMANDS = r"""
.SH EXAMPLES
.TP
\fBcallboard init open\-positions\fR
Set up a lab in the folder \fIopen\-positions\fR: asks for names, tokens and channels, and tries each answer.
.TP
\fBcallboard new phd\-owls\fR
Write a posting to fill in.
.TP
\fBcallboard check\fR
Say what does not hold up in the config and in the postings.
.TP
\fBcallboard preview phd\-owls\fR
Show what would be sent.
.TP
\fBcallboard run\fR
Run the bot.
""".strip()

_AFTER_COMMANDS = r"""
.SH EXIT STATUS
.TP
\fB0\fR
Done. For \fBtick\fR: all that was due is settled.
.TP
\fB1\fR
There is something to mend or to look at; what that is stands with the command.
.TP
\fB2\fR
The command line, the config or the database could not be used.
.TP
\fB3\fR
Something is left to try again: run the same once more.
.TP
\fB130\fR
Stopped by Ctrl\-C; \fBrun\fR then ends with 0.
.SH ENVIRONMENT
.TP
\fBTELEGRAM_BOT_TOKEN\fR, \fBSLACK_BOT_TOKEN\fR, \fBSLACK_APP_TOKEN\fR, \fBSLACK_SIGNING_SECRET\fR
The tokens, where the config refers to them by these names.
.TP
\fBCALLBOARD_LOG\fR
\fBjson\fR: each line of the log is one JSON object.
.TP
\fBCALLBOARD_DEBUG\fR
Where it is set, what was not expected is shown with its traceback.
.TP
\fBCALLBOARD_PLATFORMS\fR
Folders with more kinds of platforms, separated by colons.
.SH FILES
.TP
\fIconfig.yaml\fR
The config, in the folder where the command is run.
.TP
\fIpostings/\fR
The postings: a file for each open position.
.TP
\fItokens.env\fR
Beside the config: names and values that the environment lacks. For its owner alone.
.TP
\fIcallboard.db\fR
The database: what was said, where and when.
.SH SEE ALSO
.BR crontab (5),
.BR systemd.service (5)
.PP
All about the config, postings, chat and formats is in the reference, \fIdocs/reference.md\fR.
""".strip()


def escaped(text: str) -> str:
    """Text as roff has it: nothing in it is taken for a request, and what stands in backticks is bold."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    text = re.sub(r"\|(?=\w)", r"|\\:", text)  # where a long list of choices may break
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)


def paragraphs(help_text: str) -> Iterator[str]:
    for number, paragraph in enumerate(help_text.strip().split("\n\n")):
        if number:
            yield ".PP"
        yield escaped(" ".join(paragraph.split()))


def options(command: click.Command, context: click.Context) -> Iterator[str]:
    """Each with what it does; `--help` once, with the program's own."""
    for parameter in command.params if context.parent else command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record:
            yield ".TP"
            yield rf"\fB{escaped(record[0])}\fR"
            yield escaped(record[1])


def page() -> str:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.search(rf"^## {re.escape(version)} – (\S+)$", changelog, re.MULTILINE)
    summary, _, more = (callboard.help or "").strip().partition("\n\n")
    context = click.Context(callboard, info_name="callboard", **callboard.context_settings)
    lines = [
        r".\" Made by docs/man/make.py: run `make man`, and change nothing here.",
        f'.TH CALLBOARD 1 "{dated[1] if dated else ""}" "Callboard {version}" "User Commands"',
        ".SH NAME",
        r"callboard \- announces open positions in Telegram and Slack, and answers questions about them",
        ".SH SYNOPSIS",
        r".B callboard",
        r"[\fB\-v\fR] [\fB\-\-log\-json\fR] \fICOMMAND\fR ...",
        ".SH DESCRIPTION",
        *paragraphs(f"{summary}\n\n{more}"),
        ".SH OPTIONS",
        *options(callboard, context),
        *_BEFORE_COMMANDS.splitlines(),
        ".SH COMMANDS",
    ]
    for name in callboard.list_commands(context):
        command = callboard.commands[name]
        if not command.hidden:
            inner = click.Context(command, context, info_name=name)
            pieces = " ".join(command.collect_usage_pieces(inner))
            lines += [f".SS callboard {escaped(f'{name} {pieces}')}", *paragraphs(command.help or "")]
            lines += options(command, inner)
    return "\n".join([*lines, *_AFTER_COMMANDS.splitlines()]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
