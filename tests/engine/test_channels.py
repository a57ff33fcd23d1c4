"""Channels by name and by address, as they are to hear now."""

from dataclasses import replace

from bot.domain.schedule import Destination
from bot.engine.channels import Channels
from tests.domain.build import channel

LAB = channel("lab", platform="telegram", address="@Lab_Jobs")
PHD = channel("phd", platform="telegram", address="-55", thread=17)
POSTDOC = channel("postdoc", platform="telegram", address="-55", thread=18)
HALL = channel("place:telegram:-77", platform="telegram", address="-77")
AT = Destination("telegram", "-55")


def names(found):
    return [one.name for one in found]


def test_a_channel_is_known_by_its_address_and_by_its_other_one_whatever_their_letters():
    channels = Channels([LAB, PHD, POSTDOC])
    assert names(channels.at(Destination("telegram", "-1001"), "@lab_jobs")) == ["lab"]
    assert names(channels.at(Destination("slack", "-1001"), "@lab_jobs")) == []
    assert names(channels.at(replace(AT, thread=18))) == ["postdoc", "phd"], "that of the topic first"
    assert channels.are_at("telegram", "@LAB_JOBS")
    assert not channels.are_at("telegram", "-77")


def test_what_is_set_stands_in_place_of_the_config_and_beside_it():
    channels = Channels([LAB, PHD])
    german = replace(LAB, language="de")
    channels.hear({"lab": german, HALL.name: HALL})
    assert channels.every() == (german, PHD, HALL)
    assert channels.at(Destination("telegram", "@lab_jobs")) == [german]
    assert channels.at(HALL.destination) == [HALL]
    assert channels.configured("lab") == LAB
    assert channels.configured(HALL.name) is None
    assert not channels.are_at("telegram", "-77"), "no config names it"
    channels.hear({})
    assert channels.every() == (LAB, PHD)


def test_a_chat_that_has_another_address_now_is_known_by_both():
    channels = Channels([PHD])
    channels.hear({HALL.name: HALL})
    channels.know_moved({("telegram", "-55"): "-10055", ("telegram", "-77"): "-10077"})
    assert names(channels.at(Destination("telegram", "-10055"))) == names(channels.at(AT)) == ["phd"]
    assert names(channels.at(Destination("telegram", "-10077"))) == [HALL.name]
    assert channels.are_at("telegram", "-10055")
    channels = Channels([channel("new", platform="telegram", address="-10077")])
    channels.know_moved({("telegram", "-77"): "-10077"})
    assert channels.are_at("telegram", "-77"), "the config has its new address"
