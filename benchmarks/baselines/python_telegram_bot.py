"""python-telegram-bot's stock `Bot.send_message` over its own httpx: in 32 tasks as fast as it can, or with `--paced`
in one bare loop at the platform's pace.

A connection for each task, since the pool is else the limit:
https://docs.python-telegram-bot.org/en/stable/telegram.request.httpxrequest.html
"""

import asyncio
import sys
import time

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram.request import HTTPXRequest

from benchmarks.notices import TOKEN, report, work

TASKS = 32
PACE = 30
"""Messages a second."""


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

    async def send_at_pace(bot: Bot) -> None:
        loop = asyncio.get_running_loop()
        leaves_at = loop.time()
        for chat, number in messages:
            await asyncio.sleep(leaves_at - loop.time())
            leaves_at += 1 / PACE
            await bot.send_message(chat, **contents[number])

    request = HTTPXRequest(connection_pool_size=TASKS)
    async with Bot(TOKEN, base_url=f"{given.url}/bot", request=request) as bot:
        began, cpu = time.perf_counter(), time.process_time()
        if "--paced" in sys.argv:
            await send_at_pace(bot)
        else:
            await asyncio.gather(*(send(bot) for _ in range(TASKS)))
        report(seconds=time.perf_counter() - began, cpu=time.process_time() - cpu)


if __name__ == "__main__":
    asyncio.run(main())
