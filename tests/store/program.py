"""A process of its own: `claim URL SEED` claims 200 keys on a word, `hold URL` takes the sender's lock."""

import asyncio
import json
import random
import sys
from datetime import timedelta

from bot.store import Ledger, SenderLock
from tests.store.build import CREDENTIALS, NOON, message, notices


def say(what):
    print(json.dumps(what), flush=True)


async def claim(url, seed):
    ledger = await Ledger.open(url)
    wanted = notices(200)
    random.Random(seed).shuffle(wanted)
    say("ready")
    sys.stdin.readline()
    # The two differ in what they write down beside the keys: when it was.
    now = NOON + timedelta(seconds=int(seed))
    won = await asyncio.gather(*(ledger.begin(message(one), now) for one in wanted))
    say([one.key for one, mine in zip(wanted, won, strict=True) if mine])
    await ledger.close()


async def hold(url):
    lock = SenderLock(url, CREDENTIALS)
    say(bool(await lock.take()))
    sys.stdin.readline()
    await lock.release()
    say("released")
    sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run({"claim": claim, "hold": hold}[sys.argv[1]](*sys.argv[2:]))
