"""The table of feeds: whatever is in it is served, linked and exported."""

import sys

import bot.publish.formats
from bot.publish.formats.format import Format, formats


def test_each_feed_describes_itself():
    assert list(formats()) == ["calendar.ics", "feed.atom", "feed.json", "postings.json"]
    assert [one.media_type for one in formats().values()][:2] == ["text/calendar", "application/atom+xml"]
    assert formats()["postings.json"].schema_path == "postings.schema.json"


def test_a_new_one_is_one_module(tmp_path, monkeypatch):
    (tmp_path / "newsletter.py").write_text(
        "from bot.publish.formats.format import Format\n"
        "FORMAT = Format(path='news.txt', content_type='text/plain', render=lambda *_, **__: b'news', export='text')\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr(bot.publish.formats, "__path__", [*bot.publish.formats.__path__, str(tmp_path)])
        formats.cache_clear()
        assert isinstance(formats()["news.txt"], Format)
        assert formats()["news.txt"].render((), None, None, None) == b"news"
        del sys.modules["bot.publish.formats.newsletter"]
    formats.cache_clear()
    assert "news.txt" not in formats()
