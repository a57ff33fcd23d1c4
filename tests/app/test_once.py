"""What an admin asks for of one posting, where announcements go to places that no config names as well."""

from bot import config
from bot.app.once import on_request, tick
from bot.audiences.place import PlaceSettings, own_name
from bot.domain.notice import Kind
from bot.domain.schedule import USUALLY_ANNOUNCED, Destination
from bot.engine.board import real_clock
from bot.store import Ledger

CONFIG = """
platforms: {console: {}}
channels: [{name: lab, platform: console}]
"""


async def test_what_is_withdrawn_is_taken_back_in_places_that_no_config_names_as_well(tmp_path):
    (tmp_path / "postings").mkdir()
    (tmp_path / "postings" / "owls.yaml").write_text("title: Owls\nrole: phd\n")
    (tmp_path / "config.yaml").write_text(CONFIG)
    given, name = config.read(tmp_path / "config.yaml"), own_name("console", "hall")
    ledger = await Ledger.open(given.database)
    agreed = PlaceSettings(announce=USUALLY_ANNOUNCED)
    await ledger.places.arrange(name, Destination("console", "hall"), agreed, ())
    await ledger.close()
    assert await tick(given, real_clock) == 0
    told, _left = await on_request(Kind.WITHDRAWAL, given, "owls")
    assert {(record.channel, record.kind) for record in told} >= {("lab", "withdrawal"), (name, "withdrawal")}
