"""Sends by pigeon, and answers."""

import asyncio
import json
from pathlib import Path

from bot.platforms.pigeon import KIND

from bot.chat.reading import read
from bot.domain.schedule import Destination
from bot.platforms.base import DeliveryError, Platform, Reader, WebResponse


class Pigeon(Platform):
    syntax = KIND.syntax
    can_edit = True

    def __init__(self, name, loft, listen):
        self.name = name
        self._loft = loft and Path(loft)
        self._listen = listen

    def payload(self, destination, message, key):
        return {"to": destination.address, "note": message.text, "key": key}

    async def send(self, destination, message, key, reply_to=None):
        notes = self._notes()
        number = str(len(notes) + 1)
        self._keep([*notes, {"id": number, "re": reply_to, **self.payload(destination, message, key)}])
        return number

    async def edit(self, reference, message, key):
        if reference not in [note["id"] for note in self._notes()]:
            raise DeliveryError("the pigeon is gone", permanent=True)
        self._keep([note | {"note": message.text} if note["id"] == reference else note for note in self._notes()])

    async def delete(self, reference):
        self._keep([note for note in self._notes() if note["id"] != reference])

    async def find(self, destination, key, since, reply_to=None):
        wanted = destination.address, key
        return next((note["id"] for note in self._notes() if (note["to"], note["key"]) == wanted), None)

    async def listen(self, answers):
        async def hear(request):
            reader = Reader(Destination(self.name, "~loft"), person="1")
            admitted = await answers.admit(read(request.body.decode()), reader)
            message = await answers.answer(admitted, reader, self.syntax)
            return WebResponse(200, message.text.encode())

        async with answers.routes.receive(self._listen, "/pigeon", hear, "no pigeon is heard"):
            await asyncio.Event().wait()

    def _notes(self):
        return [json.loads(line) for line in self._loft.read_text().splitlines()] if self._loft.exists() else []

    def _keep(self, notes):
        self._loft.write_text("".join(json.dumps(note) + "\n" for note in notes))
