"""A strict Telegram Bot API server for tests, on 127.0.0.1.

It keeps chats, members, topics and messages, answers in the real server's words, and refuses what the real one
would refuse, change or ignore; `telegram_rules` judges texts and keyboards. It can also fail on purpose: see
the functions that make a `Fault`. Everything runs in the test's own event loop; the bot may run there too, or in
a process of its own. A server is one bot; several are several servers, on ports of their own.

    async with TelegramServer() as server:
        server.add_chat(-1001234567890, username="lab_jobs")
        ...                                     # start the bot with server.token and server.url
        server.say(-1001234567890, "/positions phd")
        answer = await server.wait_for(lambda: server.sent)
        assert not server.problems

For masses of messages, TelegramServer(strict=False) judges no text, keyboard or entity, and keeps of sendMessage and
the edits what is in `sent` (no entities, no keyboard, no `Call`). Chats, rights, ids, faults and limits are as ever.
"""

import asyncio
import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.emulators.telegram_faults import (
    Fault,
    drop_after,
    drop_before,
    error_json,
    hang,
    malformed,
    status,
    too_many,
    unauthorized,
)
from tests.emulators.telegram_inline import InlineQuery, judge_answer
from tests.emulators.telegram_model import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    SENT,
    Call,
    Chat,
    Limits,
    Message,
    Query,
    Topic,
    User,
)
from tests.emulators.telegram_rules import (
    JSON,
    NOT_BY_DEFAULT,
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    UPDATES,
    ApiError,
    decode,
    found_entities,
    judge_caption,
    judge_commands,
    judge_file,
    judge_keyboard,
    judge_language,
    judge_preview,
    judge_scope,
    judge_text,
    judge_webhook,
    own,
    skim,
    utf16,
)
from tests.emulators.telegram_webhook import Delivery, Webhook, is_local

__all__ = [
    "Call",
    "Chat",
    "Delivery",
    "Fault",
    "Limits",
    "Message",
    "Query",
    "TelegramServer",
    "Topic",
    "User",
    "drop_after",
    "drop_before",
    "hang",
    "malformed",
    "status",
    "too_many",
    "unauthorized",
]

T = TypeVar("T")

_MASSES = {"sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage"}
"""What is not kept as a `Call` unless `strict`."""
_DELETABLE = 48 * 3600  # Bot API: deleteMessage


@dataclass
class _Trap:
    """A fault that waits for its call."""

    method: str
    chat: Chat | None
    fault: Fault
    left: float


class TelegramServer:
    """The server. What a test reads: `calls`, `sent`, `messages(…)`, `queries`, `unanswered`, `problems`."""

    def __init__(
        self,
        token: str = "123456:TEST-TOKEN",
        username: str = "callboard_bot",
        *,
        privacy: bool = True,
        limits: Limits | None = None,
        strict: bool = True,
        local_webhooks: bool = True,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), "Callboard", username=username, is_bot=True)
        self.privacy = privacy
        """Whether the bot is spared what is not meant for it in groups (Bot API features: Privacy mode)."""
        self.limits = limits
        self.strict = strict
        self.local_webhooks = local_webhooks
        """Whether setWebhook takes http:// and any port for an address of this machine."""
        self.now: Callable[[], float] = time.time
        self.query_seconds = 15.0
        """How long a pressed button waits for an answer."""
        self.calls: list[Call] = []
        self.counts: Counter[str] = Counter()
        """Requests by method; also those of which no `Call` is kept."""
        self.sent: list[Message] = []
        """Every message that sendMessage made, in order, with its later edits."""
        self.queries: list[Query] = []
        self.inline_queries: list[InlineQuery] = []
        self.inline = True
        """Whether @BotFather was told /setinline: else nobody's typing reaches the bot."""
        self.problems: list[str] = []
        """What a correct bot never does: malformed requests, two pollers at once …"""
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self._met: set[int] = set()  # people of whom the bot has heard
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        """(scope, language) -> commands; the scope as JSON, `{"type": "default"}` for instance."""
        self.profile: dict[tuple[str, str], str] = {}
        """("name" | "description" | "short_description", language) -> text."""
        self.logged_out = False
        self.url = ""
        self._chats: dict[int, Chat] = {}
        self._updates: list[JSON] = []
        self.hook = Webhook(self._updates, self._notify)
        """Where updates are sent to; `hook.second` and `hook.patience` are a test's to change."""
        self._allowed: set[str] = set(UPDATES) - NOT_BY_DEFAULT
        self._traps: list[_Trap] = []
        self._poll = 0
        self._ids = {"update": 1000, "message": 100, "query": 7_000_000}
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._port = 0
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a stop on the same port as before, with all that was known."""
        self._stopping = asyncio.Event()
        server = web.Server(self._handle, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.hook.wake(self._updates)

    async def stop(self) -> None:
        """Close every connection; new ones are refused."""
        self._stopping.set()
        self._notify()
        await self.hook.stop()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def go_away(self) -> None:
        """The network is gone: connections break, new ones are refused, webhooks hear nothing."""
        await self.stop()

    async def come_back(self) -> None:
        await self.start()

    @property
    def webhook(self) -> str:
        """The address that setWebhook was told, or ""."""
        return self.hook.url

    @webhook.setter
    def webhook(self, url: str) -> None:
        self.hook.set(url, "", None, 40)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every try to bring an update to the webhook."""
        return self.hook.deliveries

    # The test's side: chats and people

    def add_chat(
        self,
        chat_id: int,
        type: str = "supergroup",  # noqa: A002 - the Bot API's own word
        title: str | None = None,
        username: str | None = None,
        *,
        forum: bool = False,
        topics: Mapping[int, str] | None = None,
        member: bool = True,
        admin: bool = False,
    ) -> Chat:
        name = title or (f"User {chat_id}" if type == "private" else "Lab jobs")
        if type == "private" and chat_id not in self.users:
            self.users[chat_id] = User(chat_id, name)
        known = {number: Topic(topic) for number, topic in (topics or {}).items()}
        standing = "administrator" if admin else "member" if member else "left"
        self._chats[chat_id] = Chat(chat_id, type, name, username, forum or bool(known), known, standing)
        return self._chats[chat_id]

    def add_user(
        self, user_id: int, first_name: str, language_code: str | None = None, username: str | None = None
    ) -> User:
        """A person; the private chat with the bot starts when that person says something there."""
        self.users[user_id] = User(user_id, first_name, language_code, username)
        if user_id not in self._chats:
            self.add_chat(user_id, "private", first_name, username, member=False)
        return self.users[user_id]

    def chat(self, address: int | str) -> Chat:
        """A chat by its number or @username; KeyError if there is none."""
        wanted = str(address).lower()
        if re.fullmatch(r"-?\d+", wanted):
            return self._chats[int(wanted)]
        for chat in self._chats.values():
            if chat.username and wanted == f"@{chat.username.lower()}":
                return chat
        raise KeyError(address)

    def messages(self, chat_id: int | str) -> list[Message]:
        """What a reader sees in the chat now, the oldest first: newest texts, nothing that was deleted."""
        return list(self.chat(chat_id).messages)

    def age(self, chat_id: int | str, message_id: int, hours: float) -> Message:
        """Make a message older than it is."""
        message = self._message(chat_id, message_id)
        message.date -= round(hours * 3600)
        return message

    def say(
        self,
        chat_id: int | str,
        text: str,
        user: User | int | None = None,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        sent: str | None = None,
        album: str | None = None,
        in_the_name_of: int | str | None = None,
    ) -> Message:
        """A person writes (or, in a channel, somebody posts), or sends something of a kind that `SENT` names, with or
        without words. The bot hears of it if Telegram would tell it.
        """
        chat = self.chat(chat_id)
        sender = None if chat.type == "channel" else self._person(chat, user)
        named = None if in_the_name_of is None else self.chat(in_the_name_of)
        if named:  # of the group, or of a channel: by whoever administers it
            assert sender
            assert named.members[sender.id]["status"] in {"creator", "administrator"}
            assert named.type == "channel" or named is chat
            sender = CHANNEL_BOT if named.type == "channel" else GROUP_ANONYMOUS_BOT
        if chat.type == "private" and chat.status == "left":
            chat.status = "member"
        if reply_to and not thread and chat.type == "supergroup":
            target = chat.message(reply_to)  # in a supergroup every answer opens or continues a thread
            thread = (target.thread if target else None) or (None if chat.forum else reply_to)
        message = self._add(chat, text.strip(), sender=sender, thread=thread, reply_to=reply_to, sender_chat=named)
        if sender and not named:
            self._met.add(sender.id)
            if chat.type != "private":
                chat.members.setdefault(sender.id, {"status": "member"})
        message.entities = found_entities(message.text)
        message.sent = {**(SENT[sent] if sent else {}), **({"media_group_id": album} if album else {})}
        if self._hears(message):
            self._push("channel_post" if chat.type == "channel" else "message", message.json())
        return message

    def join(self, chat_id: int | str, user: User | int, status: str = "member", **more: Any) -> None:
        """Somebody is something in a group or channel: member, administrator, creator, restricted (`is_member` says
        whether still there), left, kicked. Bot API: ChatMember.
        """
        chat = self.chat(chat_id)
        assert chat.type != "private", "nobody joins a private chat"
        chat.members[self._person(chat, user).id] = {"status": status, **more}

    def follow(self, link: str, user: User | int) -> Message:
        """A person opens a link to the bot and presses Start. Bot API features: Deep linking."""
        found = re.fullmatch(rf"https://t\.me/{self.bot.username}\?start=([A-Za-z0-9_-]{{1,64}})", link)
        assert found, f"{link} opens no chat with the bot"
        person = user.id if isinstance(user, User) else user
        return self.say(person, f"/start {found[1]}")

    def rewrite(self, chat_id: int | str, message_id: int, text: str) -> Message:
        """A person edits what he has written."""
        message = self._message(chat_id, message_id)
        message.text, message.entities, message.edited = text, found_entities(text), int(self.now())
        if self._hears(message):
            kind = "edited_channel_post" if message.chat.type == "channel" else "edited_message"
            self._push(kind, message.json())
        return message

    def forge(self, chat_id: int | str, message_id: int, data: str, user: User | int | None = None) -> Query:
        """A person's own program sends data for a message as if a button with them stood there: of the data, Telegram
        looks at nothing ("Be aware that the message originated the query can contain no callback buttons with this
        data").
        """
        return self._query(self._message(chat_id, message_id), data, user)

    def press(self, chat_id: int | str, message_id: int, label: str, user: User | int | None = None) -> Query:
        """A person presses a button that carries data. Bot API: CallbackQuery."""
        message = self._message(chat_id, message_id)
        found = [button for button in message.buttons if button["text"] == label]
        assert len(found) == 1, f"{len(found)} buttons {label!r} among {message.labels}"
        assert "callback_data" in found[0], f"{label!r} opens {found[0].get('url')}: the bot never hears of that"
        return self._query(message, found[0]["callback_data"], user)

    def _query(self, message: Message, data: str, user: User | int | None) -> Query:
        person = self._person(message.chat, user)
        self._met.add(person.id)
        query = Query(str(self._next("query")), message, person, data, self.now())
        self.queries.append(query)
        update = {"id": query.id, "from": person.json(), "message": message.json(), "data": query.data}
        self._push("callback_query", update | {"chat_instance": str(message.chat.id)})
        return query

    def type_inline(self, text: str, user: User | int, offset: str = "") -> InlineQuery:
        """A person types `@bot text` in some chat, or scrolls on to that offset. Bot API: InlineQuery."""
        person = user if isinstance(user, User) else self.users[user]
        query = InlineQuery(str(self._next("query")), text[:256], offset, self.now())
        self.inline_queries.append(query)
        update = {"id": query.id, "from": person.json(), "query": query.query, "offset": offset, "chat_type": "group"}
        if self.inline:
            self._push("inline_query", update)
        return query

    def my_chat_member(
        self, chat_id: int | str, status: str, user: User | int | None = None, *, tell: bool = True, **rights: bool
    ) -> None:
        """The bot is added, made administrator, removed, blocked … Bot API: ChatMemberUpdated.

        Rights are named as in the Bot API: an administrator has those that are not named, a restricted member lacks.
        """
        chat = self.chat(chat_id)
        known = chat.known_rights(status)
        assert set(rights) <= set(known), f"{status} of a {chat.kind} has no {sorted(set(rights) - set(known))}"
        assert status != "restricted" or chat.type == "supergroup", f"nobody is restricted in a {chat.kind}"
        old = "member" if chat.type == "private" and chat.status == "left" else chat.status
        before = chat.member(self.bot, old)
        chat.status, chat.rights = status, rights
        update = {
            "chat": chat.json(),
            "from": self._person(chat, user).json(),
            "date": int(self.now()),
            "old_chat_member": before,
            "new_chat_member": chat.member(self.bot, status),
        }
        if tell:
            self._push("my_chat_member", update)

    def set_standing(self, chat_id: int | str, status: str, **rights: bool) -> None:
        """What the bot is and may do in a chat; it is not told. See my_chat_member."""
        self.my_chat_member(chat_id, status, tell=False, **rights)

    def block(self, chat_id: int | str, *, tell: bool = True) -> None:
        """The user blocks the bot, or the chat throws it out."""
        self.my_chat_member(chat_id, "kicked", tell=tell)

    kick = block

    def migrate(self, chat_id: int | str, new_chat_id: int) -> Chat:
        """A group becomes a supergroup with another number; both chats get a message about it."""
        old = self.chat(chat_id)
        old.migrated_to = new_chat_id
        new = self.add_chat(new_chat_id, "supergroup", old.title, admin=old.admin)
        for chat, key, other in ((old, "migrate_to_chat_id", new), (new, "migrate_from_chat_id", old)):
            service = {"message_id": self._next("message"), "date": int(self.now()), "chat": chat.json()}
            self._push("message", service | {"from": self._person(chat, None).json(), key: other.id})
        return new

    def delete(self, chat_id: int | str, message_id: int) -> None:
        """Somebody deletes a message; bots are not told."""
        self._remove(self._message(chat_id, message_id))

    # The test's side: faults and waiting

    def fail(self, method: str, *faults: Fault, chat: int | str | None = None) -> None:
        """The next calls of this method (`*`: of any; to this chat, if given) meet these faults, in order."""
        where = None if chat is None else self.chat(chat)
        self._traps += [_Trap(method, where, fault, fault.times or math.inf) for fault in faults]

    def heal(self) -> None:
        """No more faults."""
        self._traps.clear()

    @property
    def unanswered(self) -> list[Query]:
        """Pressed buttons that still show their clock."""
        return [query for query in self.queries if query.answer is None]

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 20.0) -> T:  # noqa: ASYNC109
        """What the predicate returns as soon as it is true; it is tried whenever something happens here."""
        end = time.monotonic() + timeout
        while not (answer := predicate()):
            if (left := end - time.monotonic()) <= 0:
                last = "\n".join(f"  {call.method} {call.params} -> {call.outcome}" for call in self.calls[-12:])
                waiting = f"{len(self._updates)} updates not fetched"
                raise AssertionError(f"still waiting after {timeout} s; {waiting}; last calls:\n{last}")
            await self._change(left)
        return answer

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self, timeout: float) -> None:  # noqa: ASYNC109
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), timeout)

    # Bookkeeping

    def _next(self, kind: str) -> int:
        self._ids[kind] += 1
        return self._ids[kind]

    def _person(self, chat: Chat, user: User | int | None) -> User:
        if isinstance(user, User):
            return user
        if user is None and chat.type != "private":
            return self.users.setdefault(1001, User(1001, "Reader", "en"))
        return self.users[chat.id if user is None else user]

    def _add(self, chat: Chat, text: str, **fields: Any) -> Message:
        message = Message(self._next("message"), chat, int(self.now()), text, **fields)
        chat.messages.append(message)
        return message

    def _remove(self, message: Message) -> None:
        message.deleted = True
        message.chat.messages.remove(message)
        message.chat.pinned[:] = [other for other in message.chat.pinned if other is not message]
        self._notify()

    def _message(self, chat_id: int | str, message_id: int) -> Message:
        message = self.chat(chat_id).message(message_id)
        assert message, f"no message {message_id} in {chat_id}"
        return message

    def _push(self, kind: str, payload: JSON) -> None:
        if kind in self._allowed:  # Bot API: getUpdates, allowed_updates
            self._updates.append({"update_id": self._next("update"), kind: payload})
            self.hook.wake(self._updates[-1:])
        self._notify()

    def _hears(self, message: Message) -> bool:
        """Bot API features: Privacy mode. A mention reaches the bot too, though that page does not say so."""
        chat = message.chat
        if chat.type in {"private", "channel"} or not self.privacy or chat.admin:
            return chat.present
        target = message.reply_to and chat.message(message.reply_to)
        name = f"@{self.bot.username}"
        commands = [text for text in message.marked("bot_command") if "@" not in text or text.endswith(name)]
        to_me = bool(commands) or name in message.marked("mention") or bool(target and target.sender == self.bot)
        return to_me and chat.present

    # HTTP

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        """Bot API: Making requests, Authorizing your bot; server: ClientManager::send."""
        path = re.fullmatch(r"/bot(\d+:[^/]+)/(\w+)", request.path)
        if not path:
            return self._reply(error_json(404, "Not Found"))
        call = Call(path[2], {}, time.monotonic())
        self.counts[call.method] += 1
        skimmed = not self.strict and call.method in _MASSES
        if not skimmed:
            self.calls.append(call)
        answer: JSON = {}
        fault = None
        if path[1] != self.token:
            answer = self._settle(call, error_json(401, "Unauthorized"))
        elif self.logged_out:
            answer = self._settle(call, error_json(400, "Logged out"))
        else:
            try:
                call.params = dict(await self._body(request))
                call.params = (skim if skimmed else decode)(call.method, call.params)
                fault = self._fault(call)
                if fault is None or fault.act:
                    answer = self._settle(call, {"ok": True, "result": await self._act(call)})
            except ApiError as error:
                for _ in range(3):  # that whoever was killed has hung up is on its way to here
                    await asyncio.sleep(0)
                if error.problem and request.transport is not None:
                    self.problems.append(f"{call.method} {call.params}: {error}")
                answer = self._settle(call, error_json(error.code, str(error), error.parameters))
        if fault is None:
            self._notify()
            return self._reply(answer)
        call.outcome = f"{call.outcome}, then {fault.name}" if fault.act else fault.name
        self._notify()
        return await self._misbehave(fault, call, request, answer)

    @staticmethod
    def _settle(call: Call, answer: JSON) -> JSON:
        call.outcome, call.status = answer.get("description", "ok"), answer.get("error_code", 200)
        call.result = answer.get("result")
        return answer

    async def _act(self, call: Call) -> Any:
        name = re.sub(r"[A-Z]", lambda capital: "_" + capital[0].lower(), call.method)
        try:
            result = getattr(self, f"_{name}")(call.params)
            return await result if asyncio.iscoroutine(result) else result
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ApiError(f"Internal Server Error: the emulator failed: {error!r}", 500) from error

    async def _misbehave(self, fault: Fault, call: Call, request: web.BaseRequest, answer: JSON) -> web.Response:
        if fault.seconds:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), fault.seconds)
        if fault.drop:
            call.status = None
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if not fault.body:
            return self._reply(answer)
        call.status = fault.status
        kind = "text/html" if fault.body.startswith("<") else "application/json"
        return web.Response(status=fault.status, text=fault.body, content_type=kind, headers=fault.headers)

    @staticmethod
    def _reply(answer: JSON) -> web.Response:
        headers = {}
        if retry_after := answer.get("parameters", {}).get("retry_after"):
            headers["Retry-After"] = str(retry_after)
        return web.json_response(answer, status=answer.get("error_code", 200), headers=headers)

    @staticmethod
    async def _body(request: web.BaseRequest) -> Mapping[str, Any]:
        """Bot API: Making requests. Query string, form, multipart or JSON."""
        if request.content_type == "application/json":
            with suppress(ValueError):
                body = json.loads(await request.read() or b"{}")
                if isinstance(body, dict):
                    return body
            raise own("the body is no JSON object")
        try:
            return {**request.query, **(await request.post())}
        except UnicodeDecodeError:
            raise ApiError("strings must be encoded in UTF-8") from None

    def _fault(self, call: Call) -> Fault | None:
        chat = None
        with suppress(KeyError):
            chat = self.chat(call.params.get("chat_id", ""))
        for trap in self._traps:
            if trap.method in {"*", call.method} and (trap.chat is None or trap.chat is chat):
                trap.left -= 1
                if trap.left <= 0:
                    self._traps.remove(trap)
                return trap.fault
        return None

    # Access

    def _chat(self, params: JSON, access: str = "read") -> Chat:
        """Server: Client::check_chat_access, in its order; `access` is read, edit, members or write."""
        if not params.get("chat_id"):
            raise ApiError("chat_id is empty")
        try:
            chat = self.chat(params["chat_id"])
        except KeyError:
            raise ApiError("chat not found", problem=False) from None
        if chat.type == "private":
            if params["chat_id"].startswith("@"):  # people cannot be written to by their names
                raise ApiError("chat not found", problem=False)
            if access in {"write", "edit"} and chat.status != "member":
                blocked = chat.status == "kicked"
                why = "bot was blocked by the user" if blocked else "bot can't initiate conversation with a user"
                raise ApiError(why, 403, problem=False)
            return chat
        if chat.migrated_to and access in {"write", "members"}:
            why = "group chat was upgraded to a supergroup chat"
            raise ApiError(why, problem=False, migrate_to_chat_id=chat.migrated_to)
        if chat.status == "kicked":
            raise ApiError(f"bot was kicked from the {chat.kind}", 403, problem=False)
        if chat.status == "left" and (access != "read" or not chat.username):
            raise ApiError(f"bot is not a member of the {chat.kind}", 403, problem=False)
        if access == "write" and chat.type == "channel" and not (chat.admin and chat.may("can_post_messages")):
            raise ApiError("need administrator rights in the channel chat", problem=False)
        writes = chat.admin or (chat.may_write and (chat.status != "restricted" or chat.may("can_send_messages")))
        if access == "write" and not writes:
            raise ApiError("not enough rights to send text messages to the chat", problem=False)
        return chat

    def _target(self, params: JSON, what: str, access: str = "") -> Message:
        """Server: Client::check_message."""
        chat = self._chat(params, access or what)
        if "message_id" not in params:
            raise ApiError("message identifier is not specified")
        message = chat.message(params["message_id"])
        if not message:
            raise ApiError(f"message to {what} not found", problem=False)
        return message

    def _to_edit(self, params: JSON) -> Message:
        """Bot API: ChatMemberAdministrator, can_edit_messages; TDLib: can_edit_message. Own messages know no age."""
        message = self._target(params, "edit")
        chat, mine = message.chat, message.sender == self.bot
        allowed = mine
        if chat.type == "channel":
            allowed = chat.admin and (chat.may("can_edit_messages") or (mine and chat.may("can_post_messages")))
        if not allowed:
            raise ApiError("message can't be edited", problem=not mine)
        return message

    def _to_delete(self, params: JSON) -> Message:
        """Bot API: deleteMessage, with its list of limitations; TDLib: can_delete_channel_message, can_revoke_message.

        TDLib says "for everyone" where a message could still be deleted for the bot alone.
        """
        message = self._target(params, "delete")
        chat, mine = message.chat, message.sender == self.bot
        allowed = mine or chat.type == "private" or (chat.admin and chat.may("can_delete_messages"))
        if chat.type == "channel":
            allowed = chat.admin and (chat.may("can_delete_messages") or (mine and chat.may("can_post_messages")))
        if not allowed:
            raise ApiError("message can't be deleted", problem=not mine)
        if self.now() - message.date > _DELETABLE:
            revoked = chat.type in {"private", "group"}
            raise ApiError("message can't be deleted" + " for everyone" * revoked, problem=False)
        return message

    def _to_pin(self, params: JSON, what: str) -> Message:
        """Bot API: pinChatMessage; TDLib: DialogManager::can_pin_messages."""
        message = self._target(params, what, "edit")
        chat = message.chat
        right = "can_edit_messages" if chat.type == "channel" else "can_pin_messages"
        if chat.type != "private" and not (chat.admin and chat.may(right)):
            raise ApiError("not enough rights to manage pinned messages in the chat", problem=False)
        return message

    def _check_thread(self, chat: Chat, thread: int | None) -> None:
        """Bot API: sendMessage, message_thread_id; MTProto: TOPIC_CLOSED. A plain supergroup has threads too."""
        if thread is None:
            return
        if not (thread in chat.topics if chat.forum else chat.type == "supergroup" and chat.message(thread)):
            raise ApiError("message thread not found", problem=False)
        if chat.forum and chat.topics[thread].closed and not chat.admin:
            raise ApiError("TOPIC_CLOSED", problem=False)

    def _check_reply(self, chat: Chat, reply: JSON | None) -> int | None:
        """Bot API: ReplyParameters."""
        if reply is None:
            return None
        if stray := set(reply) - {"message_id", "allow_sending_without_reply"}:
            raise own(f"ReplyParameters with {sorted(stray)} are not emulated")
        if "message_id" not in reply:
            raise ApiError('can\'t find field "message_id"')
        if not isinstance(reply.get("allow_sending_without_reply", False), bool):
            raise ApiError('field "allow_sending_without_reply" must be of type Boolean')
        if target := chat.message(reply["message_id"]):
            return target.message_id
        if not reply.get("allow_sending_without_reply"):
            raise ApiError("message to be replied not found", problem=False)
        return None

    def _check_pace(self, chat: Chat) -> None:
        if self.limits and (wait := self.limits.take(time.monotonic(), chat)) > 0:
            seconds = math.ceil(wait)
            why = f"Too Many Requests: retry after {seconds}"
            raise ApiError(why, 429, problem=False, retry_after=seconds)

    # What the methods do: messages

    def _content(self, params: JSON) -> tuple[str, list[JSON], JSON | None]:
        """Text, entities and preview of a message to send or to edit."""
        if self.strict:
            judge_preview(params.get("link_preview_options"))
            return *judge_text(params, self.now(), self.users), params.get("link_preview_options")
        if not (text := params.get("text", "").strip()):
            raise ApiError("text must be non-empty")
        return text, [], None

    def _send_document(self, params: JSON) -> JSON:
        name, kind, body = judge_file(params.pop("document", None))
        text, entities = judge_caption(params, self.now(), self.users)
        message = self._sent(params, text, entities)
        ids = {"file_id": f"file-{message.message_id}", "file_unique_id": f"unique-{message.message_id}"}
        message.sent = {"document": {**ids, "file_name": name, "mime_type": kind, "file_size": len(body)}}
        message.file = body
        return message.json()

    def _send_message(self, params: JSON) -> JSON:
        text, entities, preview = self._content(params)
        message = self._sent(params, text, entities)
        message.preview = preview
        return message.json()

    def _sent(self, params: JSON, text: str, entities: list[JSON]) -> Message:
        markup = judge_keyboard(params.get("reply_markup"))
        chat, thread = self._chat(params, "write"), params.get("message_thread_id")
        self._check_thread(chat, thread)
        reply_to = self._check_reply(chat, params.get("reply_parameters"))
        if chat.forum and thread is None and reply_to and (answered := chat.message(reply_to)):
            thread = answered.thread  # an answer stands where the message stands
        forced = markup is not None and "force_reply" in markup
        if forced and chat.type == "channel":
            raise own("ForceReply is not supported in channels")
        self._check_pace(chat)
        message = self._add(
            chat, text, entities=entities, reply_markup=None if forced else markup, sender=self.bot, thread=thread
        )
        message.reply_to = reply_to
        message.silent = params.get("disable_notification", False)
        message.protected = params.get("protect_content", False)
        message.forces_reply = markup if forced else None
        self.sent.append(message)
        return message

    def _edit_message_text(self, params: JSON) -> JSON:
        return self._edit(params, *self._content(params))

    def _edit_message_reply_markup(self, params: JSON) -> JSON:
        return self._edit(params)

    def _edit(self, params: JSON, *content: Any) -> JSON:
        """Bot API: Updating messages. Without a reply_markup the keyboard goes away."""
        markup = judge_keyboard(params.get("reply_markup"))
        if markup and "force_reply" in markup:
            raise own("an edit has an inline keyboard or none")
        message = self._to_edit(params)
        content = content or (message.text, message.entities, message.preview)
        same = (*content, markup) == (message.text, message.entities, message.preview, message.reply_markup)
        if same and self.strict:
            raise ApiError(NOT_MODIFIED, problem=False)
        self._check_pace(message.chat)
        message.text, message.entities, message.preview = content
        message.reply_markup, message.edited = markup, int(self.now())
        message.edits.append(message.text)
        return message.json()

    def _delete_message(self, params: JSON) -> bool:
        self._remove(self._to_delete(params))
        return True

    def _pin_chat_message(self, params: JSON) -> bool:
        """Pinned once more, it becomes the newest. Who is in the chat hears of it, unless that is not wanted."""
        message = self._to_pin(params, "pin")
        if not params.get("disable_notification") and self.strict:
            raise own("a pin that makes a sound")
        pinned = message.chat.pinned
        pinned[:] = [*(other for other in pinned if other is not message), message]
        self._notify()
        return True

    def _unpin_chat_message(self, params: JSON) -> bool:
        """Without a message_id it would be the newest pinned message, whose ever that is."""
        if "message_id" not in params:
            raise own("unpinChatMessage without the message that is meant")
        message = self._to_pin(params, "unpin")
        if message in message.chat.pinned:
            message.chat.pinned.remove(message)
            self._notify()
        return True

    def _answer_inline_query(self, params: JSON) -> bool:
        query = next((one for one in self.inline_queries if one.id == params.get("inline_query_id")), None)
        judge_answer(query, params, self.now(), self.query_seconds, self.users)
        if query:
            query.answer = params
        return True

    def _answer_callback_query(self, params: JSON) -> bool:
        """Bot API: answerCallbackQuery."""
        query = next((query for query in self.queries if query.id == params.get("callback_query_id")), None)
        if query is None or query.answer is not None:
            raise ApiError(QUERY_TOO_OLD)
        if self.now() - query.date > self.query_seconds:
            raise ApiError(QUERY_TOO_OLD, problem=False)
        if utf16(params.get("text", "")) > 200:
            raise ApiError("MESSAGE_TOO_LONG")
        if params.get("url"):  # only games and t.me links to the bot itself
            raise ApiError("URL_INVALID")
        query.answer = {name: value for name, value in params.items() if name != "callback_query_id"}
        return True

    # … updates

    async def _get_updates(self, params: JSON) -> list[JSON]:
        """Bot API: getUpdates; server: Client::do_get_updates."""
        if self.webhook:
            how = "use deleteWebhook to delete the webhook first"
            raise ApiError(f"can't use getUpdates method while webhook is active; {how}", 409)
        offset, limit = params.get("offset", 0), params.get("limit", 100)
        if not 1 <= limit <= 100:
            raise own("limit must be 1 to 100")
        if (allowed := params.get("allowed_updates")) is not None:
            self._allow(allowed)
        keep = [update for update in self._updates if update["update_id"] >= offset]
        self._updates[:] = keep[offset:] if offset < 0 else keep
        end = time.monotonic() + min(params.get("timeout", 0), 50)
        if not self._updates and end > time.monotonic():
            self._poll += 1
            mine = self._poll
            self._notify()
            while not self._updates and (left := end - time.monotonic()) > 0 and not self._stopping.is_set():
                await self._change(left)
                if self.webhook:
                    raise ApiError("terminated by setWebhook request", 409)
                if self._poll != mine:
                    why = "make sure that only one bot instance is running"
                    raise ApiError(f"terminated by other getUpdates request; {why}", 409)
        return self._updates[:limit]

    def _allow(self, names: list[str]) -> None:
        if unknown := set(names) - UPDATES:
            raise own(f"no such updates: {sorted(unknown)}")
        self._allowed = set(names) or set(UPDATES) - NOT_BY_DEFAULT

    def _set_webhook(self, params: JSON) -> bool:
        """Bot API: setWebhook. Only an address of this machine ever hears of an update."""
        url = params.get("url", "")
        if url and not (self.local_webhooks and is_local(url)):
            judge_webhook(url)
        secret, most = params.get("secret_token", ""), params.get("max_connections", 40)
        if len(secret) > 256:
            raise ApiError("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise ApiError("secret token contains unallowed characters")
        if not 1 <= most <= 100:
            raise own("max_connections must be 1 to 100")
        if "allowed_updates" in params:
            self._allow(params["allowed_updates"])
        if params.get("drop_pending_updates"):
            self._updates.clear()
        self.hook.set(url, secret, params.get("ip_address"), most)
        return True

    def _delete_webhook(self, params: JSON) -> bool:
        return self._set_webhook(params)

    def _get_webhook_info(self, _: JSON) -> JSON:
        """Bot API: WebhookInfo."""
        info: JSON = {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self._updates)}
        if self.webhook:
            info["max_connections"] = self.hook.max_connections
        if self.webhook and self.hook.ip_address:
            info["ip_address"] = self.hook.ip_address
        if self.hook.last_error:
            info["last_error_date"], info["last_error_message"] = self.hook.last_error
        if self._allowed != set(UPDATES) - NOT_BY_DEFAULT:
            info["allowed_updates"] = sorted(self._allowed)
        return info

    # … the bot itself

    def _get_me(self, _: JSON) -> JSON:
        flags = dict.fromkeys(("can_connect_to_business", "has_main_web_app"), False)
        flags["supports_inline_queries"] = self.inline
        reads = {"can_join_groups": True, "can_read_all_group_messages": not self.privacy}
        return self.bot.json() | reads | flags

    def _log_out(self, _: JSON) -> bool:
        self.logged_out = True
        return True

    def _close(self, _: JSON) -> bool:
        return True

    def _commands_key(self, params: JSON) -> tuple[str, str]:
        scope = judge_scope(params, lambda chat_id: self._chat({"chat_id": chat_id}, "members"))
        return scope, judge_language(params)

    def _set_my_commands(self, params: JSON) -> bool:
        self.commands[self._commands_key(params)] = judge_commands(params.get("commands", []))
        return True

    def _get_my_commands(self, params: JSON) -> list[JSON]:
        return self.commands.get(self._commands_key(params), [])

    def _delete_my_commands(self, params: JSON) -> bool:
        self.commands.pop(self._commands_key(params), None)
        return True

    def _describe(self, params: JSON, what: str, most: int) -> bool:
        if len(text := params.get(what, "")) > most:
            raise own(f"a {what} has at most {most} characters")
        self.profile[what, judge_language(params)] = text
        return True

    def _described(self, params: JSON, what: str) -> JSON:
        return {what: self.profile.get((what, judge_language(params)), "")}

    def _set_my_name(self, params: JSON) -> bool:
        return self._describe(params, "name", 64)

    def _get_my_name(self, params: JSON) -> JSON:
        return self._described(params, "name")

    def _set_my_description(self, params: JSON) -> bool:
        return self._describe(params, "description", 512)

    def _get_my_description(self, params: JSON) -> JSON:
        return self._described(params, "description")

    def _set_my_short_description(self, params: JSON) -> bool:
        return self._describe(params, "short_description", 120)

    def _get_my_short_description(self, params: JSON) -> JSON:
        return self._described(params, "short_description")

    # … chats

    def _get_chat(self, params: JSON) -> JSON:
        chat = self._chat(params)
        if chat.type == "private" and chat.status == "left" and chat.id not in self._met:
            raise ApiError("chat not found", problem=False)  # the server knows people whom the bot has met
        return chat.full_json()

    def _get_chat_member(self, params: JSON) -> JSON:
        chat = self._chat(params, "members")
        if params.get("user_id") not in self.users:
            raise ApiError("user not found", problem=False)
        user = self.users[params["user_id"]]
        if user == self.bot:
            return chat.member(user, chat.status)
        if chat.type == "channel" and not chat.admin:
            raise ApiError("member list is inaccessible", problem=False)
        return chat.member(user, "member") if chat.type == "private" else chat.person(user)

    def _get_chat_administrators(self, params: JSON) -> list[JSON]:
        chat = self._chat(params, "members")
        if chat.type == "private":
            raise ApiError("there are no administrators in the private chat")
        people = [chat.person(self.users[one]) for one in chat.members]
        found = [one for one in people if one["status"] in {"creator", "administrator"}]
        return found + ([chat.member(self.bot, chat.status)] if chat.admin else [])

    def _leave_chat(self, params: JSON) -> bool:
        self.my_chat_member(self._chat(params, "members").id, "left")
        return True
