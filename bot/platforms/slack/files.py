"""Files in Slack, which come in three steps: an address to bring one to, the bytes, and where it is shown.

https://docs.slack.dev/messaging/working-with-files (files.upload, which took all of it at once, is retired).
"""

from bot.domain.message import Document
from bot.platforms.slack.client import Client


async def share(client: Client, channel: str, document: Document, thread: str | None = None) -> None:
    """Shows a file in a channel, as a message of its own. Raises `DeliveryError`; of a missing scope (`files:write`),
    too.
    """
    place = await client.call("files_getUploadURLExternal", filename=document.name, length=len(document.body))
    await client.upload(place["upload_url"], document.body)
    files = [{"id": place["file_id"], "title": document.name}]
    await client.call("files_completeUploadExternal", files=files, channel_id=channel, thread_ts=thread)
