"""A lab as somebody describes it to `init --pages`, over the emulated platforms."""

from datetime import date

from bot.setup.lab import Lab, PlatformAsked, SecretAt
from bot.setup.writing import write
from tests.process.lab import SLACK_CHANNEL


def secrets(lab):
    """The secrets of its repository, by name."""
    return {"OUR_TELEGRAM": lab.telegram.token, "OUR_SLACK": lab.slack.bot_token, "OUR_APP": lab.slack.app_token}


def ours(lab, pages):
    telegram = PlatformAsked(
        "telegram", (SecretAt("token", "OUR_TELEGRAM", lab.telegram.token),), {"api_url": lab.telegram.url}, "@lab_jobs"
    )
    app = (
        SecretAt("bot_token", "OUR_SLACK", lab.slack.bot_token),
        SecretAt("app_token", "OUR_APP", lab.slack.app_token),
    )
    slack = PlatformAsked("slack", app, {"api_url": lab.slack.url}, SLACK_CHANNEL)
    return Lab("Europe/Berlin", "en", "Owl Lab", "Rostock, Germany", (telegram, slack), pages=pages)


async def repository(folder, lab, pages):
    """What `init --pages` writes, with one open position, which nobody has heard of."""
    outcome = await write(folder, ours(lab, pages), date(2027, 4, 1))
    assert outcome.is_good, outcome.problems
    (folder / "postings" / "owls.yaml").write_text("title: Owls\nrole: phd\ndeadline: 2099-05-02\n")
    return folder
