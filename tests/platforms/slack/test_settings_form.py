"""Somebody's own settings by the form in Slack, from the command to what is noted."""

from tests.platforms.slack.test_posting_form import BOB, bot, folder, opened  # noqa: F401


async def test_settings_are_a_form_and_what_does_not_hold_up_is_said_at_its_field(server, bot):  # noqa: F811
    await opened(server, "settings")
    modal = await server.submit(user=BOB, timezone="Berlin", remind="3d 2h")
    assert "Europe/Berlin" in modal.errors["timezone"]
    await server.submit(user=BOB, timezone="America/New_York", remind="3d 2h", quiet="22-8", digest="weekly fri 9:00")
    told = await server.wait_for(lambda: server.sent and server.sent[-1])
    assert "timezone: America/New_York" in told.shown
    assert "remind: 3d 2h" in told.shown
    assert "quiet: 22:00-08:00" in told.shown
    assert "digest: every Friday at 09:00" in told.shown
