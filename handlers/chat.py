"""The vocabulary of every channel and every command: what comes in, what goes out.

Platform ids are strings everywhere inside; an `Address` is `channel:id`, such as
`telegram:-1001234`. Everything a person does becomes a *line*: a typed command, a pressed button
(its payload is the line), a number answering a printed list, or words completing the question
last asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handlers.access import Actor
    from storage.database import Session
    from storage.groups import Group

Address = str
UNDATED = datetime.fromtimestamp(0, UTC)
"""When an event happened of which the platform does not say it: the time of its arrival counts."""
LINE_BYTES = 64
"""Longest line a button may carry: Telegram's callback_data (core.telegram.org/bots/api)."""


class Kind(StrEnum):
    """What happened in a chat."""

    TEXT = "text"
    PRESS = "press"
    FILE = "file"
    BOT_ADDED = "bot_added"  # also: its rights changed
    BOT_REMOVED = "bot_removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    JOINED = "joined"  # somebody came into a group the bot sits in
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class File:
    """A file a person sent; `blob` is its row once the edge has fetched it."""

    ref: str
    name: str
    mime: str = ""
    size: int = 0
    blob: int | None = None
    problem: str = ""  # "too_big", "unavailable", "unsupported": why the edge has not fetched it


@dataclass(slots=True)  # freezing so many fields costs more than reading the database
class Incoming:
    """One thing that happened, in no platform's words."""

    channel: str
    event_id: str
    chat: Address
    sender: Address
    at: datetime
    kind: Kind = Kind.TEXT
    private: bool = False
    sender_name: str = ""
    chat_title: str = ""
    text: str = ""  # words, caption, or the pressed line
    message_id: str = ""  # the message with the words, or the one whose button was pressed
    reply_to: str = ""  # id of the message it answers
    # mentions the bot or answers one of its messages; None: it does if what it quotes is ours
    to_bot: bool | None = False
    press_id: str = ""  # what a toast answers
    file: File | None = None
    moved_to: Address = ""
    hears_all: bool | None = None  # whether the bot hears all talk of this group, if known
    apart: bool = False  # her id in this group need not be that of her private talk
    quote_known: bool = True  # False: it may answer a message, but the platform does not say which
    # after this the platform lets us write to her for so long free of charge, and at all
    free_for: timedelta = timedelta(0)
    open_for: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, or a numbered line where there are none.

    With `numbered` False it is only ever a button: its number would be read by a whole group, or
    would mean something else (the answer 1 is not the first button). One that `ticks` shows what
    it did in its own message, so that it needs edits.

    Raises:
        ValueError: the line is not plain ASCII of at most 64 bytes.
    """

    label: str
    line: str = ""
    url: str = ""
    numbered: bool = True
    ticks: bool = False

    def __post_init__(self) -> None:
        if not self.line.isascii() or len(self.line) > LINE_BYTES or not (self.line or self.url):
            raise ValueError(f"a choice carries a short ASCII line or a link: {self.line!r}")


class How(StrEnum):
    """In which form a reply reaches the person."""

    MESSAGE = "message"
    EDIT = "edit"  # replaces the message sent under the same `subject` in that chat
    # an edit that, where edits are missing, becomes a new message now and then (or at `not_before`)
    TALLY = "tally"
    DELETE = "delete"  # takes back the message sent under the same `subject` in that chat
    ECHO = "echo"  # toast for a press, reaction for words in a group, message in private
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Document:
    """A stored file to go with a message; a `shared` one may be fetched by link where a channel
    takes no files: it says nothing of any person. With `linked` the message itself leads to a page
    that has the file.
    """

    blob: int
    name: str
    shared: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts to go with a message as a picture of bars; `out_of` so many people."""

    title: str
    bars: tuple[tuple[str, int], ...]
    note: str = ""
    out_of: int | None = None


@dataclass(slots=True)  # freezing so many fields costs more than reading the database
class Reply:
    """What a command answers; it is rendered and queued in the command's own transaction.

        `to` is another chat than the one spoken in; `key` makes the message unique for ever;
        `subject` names the prompt it shows, so that later edits find it; `expects` is the line that
        the person's next words complete; `bulk` lets people's own replies overtake it; `forget` makes
    the words that led here vanish from every table and log at once; `private` moves the reply from
        a group to the person's private talk, if she has opened it; `otherwise` is the template of
        a short message that stands for an EDIT where none can be made; `page` is the address where
        the same is answered without a chat, printed where there are no buttons to press; `share` is
        an address to be passed on by hand, with a button for that where the platform has one.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    to: Address = ""
    how: How = How.MESSAGE
    choices: tuple[Choice, ...] = ()
    columns: int = 1
    expects: str = ""
    document: Document | None = None
    chart: Chart | None = None
    key: str = ""
    subject: str = ""
    bulk: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    forget: bool = False
    private: bool = False
    spaced: timedelta | None = None  # so long at least lies between an edit and the one before
    otherwise: str = ""
    page: str = ""
    share: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can do; `in_groups` what it can do there, if that is something else."""

    buttons: bool = True
    most_buttons: int = 0  # of more choices than this none becomes a button; 0: no such limit
    edits: bool = True
    deletes: bool = True
    files: bool = True
    # endings of the files it takes, with the most bytes of each; none named: any that we keep
    file_kinds: tuple[tuple[str, int], ...] = ()
    captions: bool = True  # False: a file goes alone, behind the words it belongs to
    reactions: bool = True
    toasts: bool = True
    max_text: int = 4096
    max_caption: int = 1024
    hears_all: bool = False
    resend_in_doubt: bool = True
    knows_repeats: bool = False  # it shows a message sent twice once
    markup: bool = True
    pictures_by_link: bool = False  # it fetches pictures from us, and takes no other files
    share: str = ""  # pattern of a link that passes words on there, with `{url}` and `{text}`
    admins_hear: bool = False  # made an administrator of a group it hears all talk there
    owns_rooms: bool = False  # its groups are its own: nobody lets it in or puts it out
    called: str = ""  # what a group must call the bot to be heard, where it hears nothing else
    in_groups: Limits | None = None

    def there(self, *, group: bool) -> Limits:
        """What holds in a group, or in a private talk."""
        return (self.in_groups or self) if group else self


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses a command may print: pages of our own, and doors into a channel; and what each
    channel can do.
    """

    public_url: str = ""
    start: Mapping[str, str] = field(default_factory=dict)  # channel -> "…?start={code}"
    limits: Mapping[str, Limits] = field(default_factory=dict)  # by channel

    def page(self, path: str) -> str:
        """Full address of one of our pages."""
        return f"{self.public_url.rstrip('/')}/{path.lstrip('/')}"

    def start_link(self, code: str, channel: str = "") -> str:
        """Link that opens a private talk with the bot and hands over `code`; "" if no channel can."""
        pattern = self.start.get(channel) or next(iter(self.start.values()), "")
        return pattern.format(code=code) if pattern else ""

    def in_group(self, channel: str) -> Limits:
        """What a channel can do in groups; one not served here can do nothing special."""
        return self.limits.get(channel, Limits()).there(group=True)


@dataclass(frozen=True)
class Call:
    """What a command gets: who asks, where, when, and an open transaction it never commits."""

    session: Session
    actor: Actor
    now: datetime
    incoming: Incoming
    group: Group | None = None
    links: Links = field(default_factory=Links)
    rng: random.Random = field(default_factory=random.SystemRandom)
    policy: Mapping[str, Any] = field(default_factory=dict)
    run: Callable[[Call, str], list[Reply] | None] = field(default=lambda _call, _line: None)

    def moment(self) -> Moment:
        """The same without a person: what reminders and other timed work need."""
        return Moment(self.session, self.now, self.links, self.rng)


@dataclass(frozen=True)
class Moment:
    """What timed work gets instead of a `Call`."""

    session: Session
    now: datetime
    links: Links = field(default_factory=Links)
    rng: random.Random = field(default_factory=random.SystemRandom)


Replies = list[Reply]
Command = Callable[[Call, str], "Reply | Replies | None"]


class Where(StrEnum):
    """Where a command may be given."""

    ANY = "any"
    PRIVATE = "private"
    GROUP = "group"


class Who(StrEnum):
    """The least standing a command is offered to; the action itself checks the unit.

    OUTSIDER includes people not yet linked; each later one includes those after it.
    """

    OUTSIDER = "outsider"
    MEMBER = "member"
    TEAM_HEAD = "team_head"
    LEADER = "leader"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Route:
    """One command. `names` are what people type, without marks; an empty tuple means only
    buttons and questions lead here. `listed` ones have a text in `templates/help/`.
    With `hears_cancel` a question of this command is itself told "thôi" and "bỏ qua". One that
    `gives_way` is left for the name of another command ("chốt điểm danh") typed in its place;
    `gives_way_at` names those of its questions that do, where others take any words.
    `files` are the endings of the files a question of this command takes ("" is any); every other
    file is looked at as if nothing had been asked.
    """

    command: Command
    names: tuple[str, ...] = ()
    who: Who = Who.OUTSIDER
    where: Where = Where.ANY
    listed: bool = True
    hears_cancel: bool = False
    gives_way: bool = False
    gives_way_at: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """Timed work of one noun: which items are due, and what one of them sends. Of what `scrubs`, no
    trace is left in the database's log either.
    """

    due: Callable[[Session, datetime], list[int]]
    fire: Callable[[Moment, int], Replies]
    scrubs: bool = False
