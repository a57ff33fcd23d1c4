"""Faults of the config while the bot runs."""

import asyncio

import pytest

from bot import config
from bot.app.reloading import Reloading
from bot.domain.notice import State
from tests.faults.build import TELEGRAM

fault = pytest.mark.fault


@pytest.fixture
async def running(world):
    running = Reloading(config.read(world.config_path))
    task = asyncio.create_task(running.run())
    await world.says("ready")
    yield running
    running._leave()
    await asyncio.wait_for(task, 10)


@fault("the config is changed to one that does not hold up while the bot runs")
async def test_an_invalid_config(world, running):
    good = world.config_path.read_text()
    world.config_path.write_text(f"languag: de\n{good}")
    await world.says(r'WARNING .*config.yaml:1: "languag" is no key I know; did you mean "language"\?')
    await world.says("WARNING the config as it was stays in force until it is mended")
    world.post("owls")
    await world.until(lambda: world.telegram.sent)
    world.config_path.write_text(good)
    await world.says("INFO the config holds up and is the one in force")
    await world.says("delivered announcement of owls")
    assert not [line for line in world.lines(0) if "starting anew" in line]
    assert (world.shown(), (await world.record()).state) == (["owls"], State.DELIVERED)
    assert sum("languag" in line for line in world.lines()) == 1


@fault("the config is deleted, or half written, while the bot runs")
async def test_a_config_that_is_gone_or_half_written(world, running):
    good = world.config_path.read_text()
    world.config_path.unlink()
    await world.says("WARNING .*config.yaml:1: cannot be read: No such file")
    world.config_path.write_text(good[: good.index("channels") + 4])
    await world.says('WARNING .*config.yaml:.*"chan"|WARNING .*config.yaml:.*')
    world.post("owls")
    await world.until(lambda: world.telegram.sent)
    world.config_path.write_text(good)
    await world.says("INFO the config holds up and is the one in force")
    await world.says("delivered announcement of owls")
    assert not [line for line in world.lines(0) if "starting anew" in line]
    assert (world.shown(), (await world.record()).state) == (["owls"], State.DELIVERED)


@fault("the config names a database that cannot be used while the bot runs")
async def test_a_database_that_cannot_be_used(world, running):
    world.configure(TELEGRAM, database="sqlite:///postings")
    await world.says("WARNING .*config.yaml:1: database: the database .*postings cannot be used: Is a directory")
    await world.says("WARNING the config as it was stays in force")
    world.post("owls")
    await world.says("delivered announcement of owls")
    assert not [line for line in world.lines(0) if "starting anew" in line]
    assert (world.shown(), world.telegram.counts["sendMessage"]) == (["owls"], 1)


@fault("the folder of the postings is gone, and the config is changed meanwhile")
async def test_a_config_that_is_changed_while_a_drive_is_not_mounted(world, running):
    world.post("owls")
    world.post("newts")
    await world.says("delivered announcement of owls")
    await world.says("delivered announcement of newts")
    world.unmount()
    world.configure(TELEGRAM, language="de")
    await world.says("the config has changed: starting anew with it")
    await world.says("WARNING .*is empty or missing, though 2 postings were announced")
    world.mount()
    world.post("mice")
    await world.says("delivered announcement of mice")
    assert sorted(world.shown()) == ["mice", "newts", "owls"]
    assert [one.edits for one in world.telegram.sent] == [[], [], []]
    assert {one.state for one in await world.records()} == {State.DELIVERED}
