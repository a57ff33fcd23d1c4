"""`make fuzz`: a million inputs to every way in. Breaks off cleanly, and goes on where it was: --from NUMBER.

The inputs are shared among the targets. Prints the seed, so that a run can be made again; ends with 1 when something
went wrong, and then says how to see that one input again.
"""

import argparse
import asyncio
import logging
import sys
import time

from tests.fuzz.driver import feed
from tests.fuzz.targets import TARGETS
from tests.fuzz.world import World

STEP = 2000
MOST_FAILURES = 20


async def main(given: argparse.Namespace) -> int:
    targets = [target for target in TARGETS if given.target in {None, target.name}]
    each = given.inputs // len(targets)
    last = given.start + each
    failures = 0
    print(f"seed {given.seed}: inputs {given.start} to {last - 1} for each of {', '.join(t.name for t in targets)}")
    for start in range(given.start, last, STEP):  # a new bot for each step: none has to live for ever
        for target in targets:
            began = time.monotonic()
            async with World() as world:
                numbers = range(start, min(start + STEP, last))
                async for failure in feed(world, target, given.seed, numbers):
                    print(f"{target.name}: {failure}", flush=True)
                    failures += 1
                    if failures >= MOST_FAILURES:
                        return 1
            took = time.monotonic() - began
            print(
                f"{target.name} up to {numbers[-1]}: {len(numbers) / took:.0f}/s; go on with --from {start}", flush=True
            )
    return 1 if failures else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000, help="how many altogether")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--from", dest="start", type=int, default=0, help="the number of the first input of each")
    parser.add_argument("--target", choices=[target.name for target in TARGETS])
    logging.getLogger().addHandler(logging.NullHandler())  # what matters is told by the driver
    sys.exit(asyncio.run(main(parser.parse_args())))
