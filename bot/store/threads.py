"""A thread in which SQLite is waited for, so that the event loop is not."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

_T = TypeVar("_T")

_Call = tuple[Callable[[], Any], asyncio.Future[Any]]


class Thread:
    """Does one thing after the other. Started when it is first needed; ends with `end`. Lives in one event loop."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, call: Callable[[], _T]) -> _T:
        """What `call` gives, once all earlier calls are done. Whoever is cancelled waits for its end all the same, for
        what it works on is in use until then.
        """
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._calls.put((call, done))
        try:
            return await done
        except asyncio.CancelledError:
            if not done.cancelled():
                done.exception()  # nobody else will ask for it
                raise
            if self._thread is None:  # it has ended meanwhile, with all that it was asked for
                raise
            ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._calls.put((lambda: None, ended))
            while not ended.done():
                await _either_way(ended)
            raise

    async def end(self) -> None:
        """Waits until all is done that was asked for."""
        if self._thread:
            await self.run(lambda: None)
            self._calls.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while taken := self._calls.get():
            call, done = taken
            try:
                result, error = call(), None
            except BaseException as failed:  # noqa: BLE001  # it is for whoever waits
                result, error = None, failed
            _tell(done, result, error)
            del taken, call, done, result, error  # until the next call, nothing of this one is held


def _tell(done: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    try:
        done.get_loop().call_soon_threadsafe(_settle, done, result, error)
    except RuntimeError:  # the loop is closed: nobody waits any more
        return


def _settle(done: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(result)


async def _either_way(done: asyncio.Future[Any]) -> None:
    try:
        await asyncio.wait((done,))
    except asyncio.CancelledError:  # once more: the first time is enough
        return
