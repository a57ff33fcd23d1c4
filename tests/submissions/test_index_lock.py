"""What git's own index cannot follow is told to the admins: the whole bot, and a real repository."""

import asyncio

import pytest

from bot.platforms.console.adapter import Console
from tests.delivery.build import until
from tests.domain.build import instant
from tests.platforms.whole import whole_bot


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_admins_are_told_of_the_lock_once_and_when_it_is_gone(lab, monkeypatch, capsys, language):
    monkeypatch.setattr("bot.submissions.git._PAUSE", 0.0)
    prompt = asyncio.get_running_loop().create_future()

    async def listen(console, answers):
        prompt.set_result((console, answers))
        await asyncio.Event().wait()

    monkeypatch.setattr(Console, "listen", listen)
    lab.under_git()
    lock = lab.folder / ".git" / "index.lock"
    lock.touch()
    settings = f"language: {language}\nsettle: 0s\npeople: {{admins: [console:ada]}}\n"
    channels = "channels: [{name: all, platform: console}]\nsubmissions: {git: true}\n"
    shown = ""

    def have_shown(sentence):
        nonlocal shown
        shown += capsys.readouterr().out
        return sentence in shown

    words = {
        "en": ("Publish", "does not know of it yet: {lock} is in the way", "knows by now of all that was committed."),
        "de": (
            "Veröffentlichen",
            "weiß noch nichts davon: {lock} ist im Weg",
            "kennt jetzt alles, was committet wurde.",
        ),
    }
    publish, in_the_way, followed = (sentence.format(lock=lock) for sentence in words[language])
    async with whole_bot(lab.folder, lab.config.read_text() + settings + channels, instant("2027-04-01 12:00")):
        console, answers = await asyncio.wait_for(prompt, 30)

        async def publishes(title):
            await console._answer(f"/new\ntitle: {title}\nrole: phd", answers)
            await console._answer(publish, answers)

        await publishes("Owls")
        await publishes("Bats")
        await until(lambda: have_shown(in_the_way))
        lock.unlink()
        await publishes("Mice")
        await until(lambda: have_shown(followed))
    assert shown.count(in_the_way) == 1
    assert lab.git("status", "--porcelain", "postings") == ""
