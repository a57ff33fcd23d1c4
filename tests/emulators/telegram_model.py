"""What the emulated Telegram keeps: people, chats and their messages, and what a test looks at."""

from bisect import bisect_left
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.telegram_rules import JSON, piece

# Bot API: ChatMemberAdministrator. Which rights there are depends on the kind of chat.
_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
    "can_send_welcome_messages"
).split()
_RIGHTS_IN = {
    "channel": [*_RIGHTS, "can_post_messages", "can_edit_messages"],
    "supergroup": [*_RIGHTS, "can_pin_messages", "can_manage_topics"],
    "group": [*_RIGHTS, "can_pin_messages"],
}
# Bot API: ChatPermissions, ChatMemberRestricted.
_PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
).split()


@dataclass
class User:
    """Bot API: User."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False

    def json(self) -> JSON:
        return {name: value for name, value in vars(self).items() if value is not None}


GROUP_ANONYMOUS_BOT = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
CHANNEL_BOT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
"""Bot API: Message: `from` "contains a fake sender user in non-channel chats" when it was sent in a chat's name."""


@dataclass
class Topic:
    """A forum topic; its number is the id of the message that opened it."""

    name: str
    closed: bool = False


@dataclass
class Chat:
    """Bot API: Chat. `status` is the bot's own: creator, administrator, member, restricted, left or kicked.

    In a private chat "left" means that the user has not started the bot yet, "kicked" that he has blocked it.
    """

    id: int
    type: str
    title: str = ""
    username: str | None = None
    forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    status: str = "member"
    may_write: bool = True
    """Whether members may send text (Bot API: ChatPermissions)."""
    migrated_to: int | None = None
    messages: list["Message"] = field(default_factory=list)
    """What stands in the chat now, the oldest first."""
    pinned: list["Message"] = field(default_factory=list)
    """What is pinned there now, in the order in which it was."""
    rights: dict[str, bool] = field(default_factory=dict)
    """The bot's own rights, as far as set_standing has named them."""
    members: dict[int, JSON] = field(default_factory=dict)
    """People of whom it is known what they are here: a status, and fields of ChatMember that go with it."""

    @property
    def kind(self) -> str:
        return f"{self.type} chat"

    @property
    def admin(self) -> bool:
        return self.status in {"administrator", "creator"}

    @property
    def present(self) -> bool:
        """Whether the bot is in the chat."""
        return self.status in {"creator", "administrator", "member", "restricted"}

    def known_rights(self, status: str) -> list[str]:
        """The names of the rights that somebody with this status has or lacks here."""
        if status == "administrator":
            return _RIGHTS_IN.get(self.type, [])
        return _PERMISSIONS if status == "restricted" and self.type == "supergroup" else []

    def may(self, right: str) -> bool:
        """Whether the bot has this right. An administrator has those that are not named, a restricted member lacks."""
        return self.status == "creator" or self.rights.get(right, self.status == "administrator")

    def message(self, message_id: int) -> "Message | None":
        at = bisect_left(self.messages, message_id, key=lambda message: message.message_id)
        found = self.messages[at] if at < len(self.messages) else None
        return found if found and found.message_id == message_id else None

    def member(self, user: User, status: str) -> JSON:
        """Bot API: ChatMember."""
        member: JSON = {"status": status, "user": user.json()}
        if status == "administrator":
            member |= {right: self.rights.get(right, True) for right in self.known_rights(status)}
            member |= {"can_be_edited": False, "is_anonymous": False}
        if status == "restricted":
            member |= {right: self.rights.get(right, False) for right in _PERMISSIONS}
            member |= {"is_member": True, "until_date": 0}
        if status == "creator":
            member["is_anonymous"] = False
        return member | ({"until_date": 0} if status == "kicked" else {})

    def person(self, user: User) -> JSON:
        """Bot API: ChatMember, of a person. Whoever was never here has left."""
        known = self.members.get(user.id, {"status": "left"})
        return self.member(user, known["status"]) | known

    def json(self) -> JSON:
        name = "first_name" if self.type == "private" else "title"
        chat: JSON = {"id": self.id, "type": self.type, name: self.title}
        chat |= {"username": self.username} if self.username else {}
        return chat | ({"is_forum": True} if self.forum else {})

    def full_json(self) -> JSON:
        """Bot API: ChatFullInfo."""
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        full = self.json() | {"accent_color_id": 0, "max_reaction_count": 11}
        full["accepted_gift_types"] = dict.fromkeys(gifts, True)
        if self.type in {"group", "supergroup"}:
            full["permissions"] = dict.fromkeys(_PERMISSIONS, False) | {"can_send_messages": self.may_write}
        return full


@dataclass(slots=True)
class Message:
    """Bot API: Message, as it stands now; `edited` is the time of the last edit, `edits` what each edit made of it.

    A test may set `date` back; TelegramServer.age does so.
    """

    message_id: int
    chat: Chat
    date: int
    text: str
    entities: list[JSON] = field(default_factory=list)
    reply_markup: JSON | None = None
    forces_reply: JSON | None = None
    """Bot API: ForceReply; nobody is told of it afterwards."""
    sender: User | None = None
    thread: int | None = None
    reply_to: int | None = None
    silent: bool = False
    protected: bool = False
    preview: JSON | None = None
    edited: int | None = None
    edits: list[str] = field(default_factory=list)
    deleted: bool = False
    sender_chat: "Chat | None" = None
    """In whose name it was written in a group: the group's own, by an administrator; or a channel's."""
    sent: JSON = field(default_factory=dict)
    """What was sent with the text, which is a caption then, or without any: a photo, a place."""
    file: bytes | None = None
    """The bytes of a file that the bot has sent."""

    @property
    def buttons(self) -> list[JSON]:
        return [button for row in (self.reply_markup or {}).get("inline_keyboard", []) for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def marked(self, kind: str) -> list[str]:
        """The pieces of the text that entities of one kind cover."""
        return [piece(self.text, e["offset"], e["length"]) for e in self.entities if e["type"] == kind]

    def json(self, *, deep: bool = True) -> JSON:
        named = self.chat if self.chat.type == "channel" else self.sender_chat
        answer: JSON = {
            "message_id": self.message_id,
            "date": self.date,
            "chat": self.chat.json(),
            "caption" if self.sent else "text": self.text or None,
            "caption_entities" if self.sent else "entities": self.entities,
            **self.sent,
            "reply_markup": self.reply_markup,
            "message_thread_id": self.thread,
            "is_topic_message": self.chat.forum and self.thread is not None,
            "edit_date": self.edited,
            "has_protected_content": self.protected,
            "link_preview_options": self.preview,
            "from": self.sender and self.sender.json(),
            "sender_chat": named.json() if named else None,
        }
        if deep and self.reply_to and (target := self.chat.message(self.reply_to)):
            answer["reply_to_message"] = target.json(deep=False)
        elif (
            deep and self.chat.forum and self.thread is not None
        ):  # as the real server does: the message that opened the topic
            opened = {"forum_topic_created": {"name": self.chat.topics[self.thread].name, "icon_color": 7322096}}
            service = {"message_id": self.thread, "date": self.date, "chat": self.chat.json(), **opened}
            answer["reply_to_message"] = service | {"message_thread_id": self.thread, "is_topic_message": True}
        return {
            name: value for name, value in answer.items() if value is not None and value is not False and value != []
        }


_FILE = {"file_id": "AgADBAAD", "file_unique_id": "AQADBA"}
SENT: dict[str, JSON] = {
    "photo": {"photo": [{**_FILE, "width": 90, "height": 51}, {**_FILE, "width": 1280, "height": 720}]},
    "document": {"document": {**_FILE, "file_name": "cv.pdf", "mime_type": "application/pdf", "file_size": 52_000}},
    "voice": {"voice": {**_FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "video": {"video": {**_FILE, "width": 640, "height": 360, "duration": 9}},
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 9}},
    "audio": {"audio": {**_FILE, "duration": 180, "title": "Owls"}},
    # "For backward compatibility, when this field is set, the document field will also be set."
    "animation": {
        "animation": {**_FILE, "width": 320, "height": 180, "duration": 2},
        "document": {**_FILE, "mime_type": "video/mp4"},
    },
    "sticker": {
        "sticker": {
            **_FILE,
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": "👍",
        }
    },
    "location": {"location": {"latitude": 54.0887, "longitude": 12.1405}},
    "contact": {"contact": {"phone_number": "+49000000", "first_name": "Ida"}},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    # Service messages, which nobody wrote
    "pinned_message": {
        "pinned_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
    },
    "new_chat_members": {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "Kim"}]},
    "new_chat_title": {"new_chat_title": "Jobs"},
    "message_auto_delete_timer_changed": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
}
"""Bot API: Message: what it has beside or in place of a text, by kind."""


@dataclass
class Call:
    """One request. `outcome` is "pending", "ok", the error's description, or the name of a fault."""

    method: str
    params: JSON
    at: float
    outcome: str = "pending"
    status: int | None = None
    """The HTTP status of the answer; None while there is none, or if the connection was dropped."""
    result: Any = None


@dataclass
class Query:
    """A pressed button (Bot API: CallbackQuery); `answer` is what answerCallbackQuery said."""

    id: str
    message: Message
    user: User
    data: str
    date: float
    answer: JSON | None = None


@dataclass
class Limits:
    """Bot API FAQ ("My bot is hitting limits"). Tests may shorten the second and the minute."""

    per_bot: int = 30
    burst: int = 3
    """Messages to one chat in a row, regained at one a second."""
    per_group: int = 20
    second: float = 1.0
    minute: float = 60.0
    _bot: deque[float] = field(default_factory=deque)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def take(self, at: float, chat: Chat) -> float:
        """How long to wait before one more message to this chat; 0 if it may go, and then it is counted."""
        tokens, last = self._chats.get(chat.id, (float(self.burst), at))
        tokens = min(self.burst, tokens + (at - last) / self.second)
        group = deque[float]() if chat.type == "private" else self._groups[chat.id]
        waits = (
            (1 - tokens) * self.second,
            self._window(self._bot, self.per_bot, self.second, at),
            self._window(group, self.per_group, self.minute, at),
        )
        if max(waits) > 0:
            return max(waits)
        self._chats[chat.id] = (tokens - 1, at)
        self._bot.append(at)
        group.append(at)
        return 0.0

    @staticmethod
    def _window(times: deque[float], most: int, span: float, at: float) -> float:
        while times and times[0] <= at - span:
            times.popleft()
        return times[0] + span - at if len(times) >= most else 0.0
