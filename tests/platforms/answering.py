"""What the bot gives to a platform, where nobody asks too much unless a test says so."""


class Everyone:
    """Part of what stands in for the bot. `verdicts` are what the next requests become; then everybody is admitted.
    `notices` are the messages that were announced: platform and reference. `readers` are those who asked.
    """

    notices: set[tuple[str, str]] = set()  # noqa: RUF012  # never changed
    verdicts = ()
    readers = ()

    async def admit(self, request, reader):
        self.readers = [*self.readers, reader]
        if self.verdicts:
            verdict, *self.verdicts = self.verdicts
            return verdict
        return request

    def ranks(self, platform):
        return {}

    async def arrived(self, reader, written="", syntax=None):
        return None

    async def came_back(self, reader):
        pass

    async def departed(self, reader):
        pass

    async def moved(self, reader, address):
        pass

    async def is_notice(self, platform, reference):
        return (platform, reference) in self.notices
