"""python-telegram-bot's stock `Bot.send_message` in 32 tasks, over its own httpx.

A connection for each task, since the pool is else the limit:
https://docs.python-telegram-bot.org/en/stable/telegram.request.httpxrequest.html
"""

import asyncio
import time

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.request import HTTPXRequest

from benchmarks.notices import TOKEN, report, work

TASKS = 32


async def main() -> None:
    given = work()
    contents = [
        {
            "text": one["text"],
            "entities": MessageEntity.de_list(one.get("entities", []), None),
            "link_preview_options": LinkPreviewOptions.de_json(one["link_preview_options"], None),
            "reply_markup": InlineKeyboardMarkup.de_json(one["reply_markup"], None) if "reply_markup" in one else None,
        }
        for one in given.contents
    ]
    messages = iter(given)

    async def send(bot: Bot) -> None:
        for chat, number in messages:
            await bot.send_message(chat, **contents[number])

    request = HTTPXRequest(connection_pool_size=TASKS)
    async with Bot(TOKEN, base_url=f"{given.url}/bot", request=request) as bot:
        began = time.perf_counter()
        await asyncio.gather(*(send(bot) for _ in range(TASKS)))
        report(seconds=time.perf_counter() - began)


if __name__ == "__main__":
    asyncio.run(main())
