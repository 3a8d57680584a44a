"""Answers said in words. In a group only a whole message counts that is surely an answer.

A number, or a word such as "có" that answers many questions, counts for a roll only if nothing
else was asked in the group since, or if it answers the roll's own message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.access import LEADERS, leads
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import Refusal
from handlers.rolls import (
    after_close,
    all_but,
    by_name,
    naming,
    own,
    proxy,
    showing,
    together,
    words,
)
from handlers.rolls.access import headed, own_people
from handlers.rolls.commands import open_roll
from handlers.understanding.answers import Meaning, read_yes_no
from handlers.understanding.replies import understand
from storage import mail, members, rolls
from storage.rolls import Purpose, Roll, Source, Status
from storage.vietnamese import fold

_NUMBER = re.compile(r"(?:so\s*|chon\s*|#)?(\d)[.)]?")
PLAIN_WORDS = frozenset(
    {"mat", "truc", "tuyen", "online", "onl", "zoom", "meet", "tre", "muon", "vang", "nghi"}
)
"""Words that speak of a roll call and of nothing else a group is asked."""
TITLES = frozenset(
    {"hop", "sinh", "hoat", "buoi", "lop", "tap", "hoi", "le", "thang", "dot", "nhom"}
)
"""Words a roll's title begins with: "điểm danh họp tháng 11", but not "điểm danh đi chị em"."""
TITLE_WORDS = 10
REPORT = 200
"""Characters in which somebody reports for others in a group; longer is talk."""
YES_NO = {Meaning.YES: Status.PRESENT, Meaning.NO: Status.ABSENT}


def hear(call: Call, text: str) -> Replies | None:
    """An answer to an open roll, or a leader's word about others; None if it is surely neither."""
    if call.incoming.private:
        return _in_private(call, text)
    if call.group is None or call.group.unit_id is None:
        return None
    if _opens(call, text):
        return open_roll(call, text.split(maxsplit=2)[2])
    return _in_group(call, text, call.group.unit_id)


def _opens(call: Call, text: str) -> bool:
    """A leader's "điểm danh" with a title behind it."""
    said = fold(text).split()
    titled = said[:2] == ["diem", "danh"] and 2 < len(said) <= TITLE_WORDS
    if not titled or said[2] not in TITLES or text.rstrip().endswith("?"):
        return False
    assert call.group is not None
    return call.group.unit_id in call.actor.units(*LEADERS)


def _in_group(call: Call, text: str, unit_id: int) -> Replies | None:
    if (told := _together(call, text, unit_id)) is not None:
        return told
    said, number = naming.status_of(text), _number(text)
    maybe = YES_NO.get(read_yes_no(text).meaning)
    if said is None and number is None and (told := _reported(call, text, unit_id)) is not None:
        return told
    if said is None and number is None and maybe is None:
        return None
    sure = said is not None and not PLAIN_WORDS.isdisjoint(fold(text).split())
    roll = _asked_here(call, unit_id, sure=sure)
    if roll is None:
        if said is None or not sure or rolls.opened(call.session, [unit_id]):
            return None
        return after_close.in_group(call, unit_id, said, text)
    if number is not None:
        said = Status(roll.offers[number - 1]) if 0 < number <= len(roll.offers) else None
    elif said is None and roll.purpose == Purpose.INTENT:
        said = maybe
    if said is None or (call.actor.member_ids and not own_people(call, roll)):
        return None
    source = Source.NUMBER if number is not None else Source.WORDS
    return own.answer(
        call, roll, naming.fit(roll, said), source=source, reason=naming.reason_in(text, said)
    )


def _reported(call: Call, text: str, unit_id: int) -> Replies | None:
    """What somebody says of others, if the group is asked something it can be about."""
    if len(text) > REPORT or not understand(text, "roll_call").proxy:
        return None
    roll = _asked_here(call, unit_id, sure=True)
    return proxy.hear(call, roll, text) if roll is not None else None


def _together(call: Call, text: str, unit_id: int) -> Replies | None:
    """Several people in one word; "cả nhà" is how a group is addressed, so not that one."""
    read = together.read(text)
    roll = _asked_here(call, unit_id, sure=True) if read is not None and read.count else None
    return together.answer(call, roll, read, text) if roll is not None and read else None


def _number(text: str) -> int | None:
    match = _NUMBER.fullmatch(fold(text))
    return int(match[1]) if match else None


def _asked_here(call: Call, unit_id: int, *, sure: bool) -> Roll | None:
    """The open roll that a message in a group can be an answer to."""
    shown = [
        roll
        for roll in rolls.opened(call.session, [unit_id])
        if call.group is not None and roll.group_id in {None, call.group.id}
    ]
    if not shown:
        return None
    by_subject = {f"roll:{roll.number}": roll for roll in shown}
    if call.incoming.reply_to:
        quoted = mail.by_message(call.session, call.incoming.chat, call.incoming.reply_to)
        if quoted is not None or not sure:
            return by_subject.get(quoted.subject) if quoted is not None else None
    newest = by_subject.get(mail.newest_prompt(call.session, call.incoming.chat))
    if newest is not None or not sure:
        return newest
    attended = [roll for roll in shown if roll.purpose == Purpose.ATTENDANCE]
    if attended:
        return attended[0]
    return shown[0] if len(shown) == 1 else None


def _in_private(call: Call, text: str) -> Replies | None:
    if fold(text).strip(" .!") in by_name.CLOSE and by_name.led(call):
        return call.run(call, "roll_close")
    others = by_name.called(call, text, told=True)
    if others is not None:
        return others
    said = naming.status_of(text)
    found = _hers(call)
    attended = [roll for roll in found if roll.purpose == Purpose.ATTENDANCE] or found
    if len(attended) == 1 and (read := together.read(text)) is not None:
        return together.answer(call, attended[0], read, text)
    if said is None and attended and not leads(call.session, call.actor, attended[0].unit_id):
        if headed(call.actor, attended[0].unit_id) and all_but.read(text) is not None:
            return call.run(call, "proxies")  # of her whole tổ: she sees the names first
        told = proxy.hear(call, attended[0], text)
        if told is not None:
            return told
    if said is not None:
        if len(attended) > 1:
            raise _which(call, attended, said)
        if attended:
            reason = naming.reason_in(text, said)
            status = naming.fit(attended[0], said)
            return own.answer(call, attended[0], status, source=Source.WORDS, reason=reason)
        return after_close.in_private(call, said, text)
    return by_name.reported(call, text)


def _hers(call: Call) -> list[Roll]:
    """The open rolls of the units her people belong to, newest first."""
    people = members.get_many(call.session, call.actor.member_ids)
    return rolls.opened(call.session, [member.unit_id for member in people]) if people else []


def _which(call: Call, opened: Sequence[Roll], said: Status) -> Refusal:
    choices = tuple(Choice(about(call, roll), f"mark {roll.id} {said}") for roll in opened)
    return Refusal("rolls/which_own.j2", choices=choices)


def about(call: Call, roll: Roll) -> str:
    """A roll in a few words: its title or unit, and when."""
    context = showing.context(call.session, roll)
    return ", ".join(filter(None, [context["title"] or context["unit"], context.get("when")]))


def wonder(call: Call, text: str) -> Replies | None:
    """Words nobody understood, from someone who owes an answer: ask back, in private. Names, from
    a leader who has a roll open, are people to mark.
    """
    if call.incoming.private and (asked := by_name.called(call, text)) is not None:
        return asked
    roll = _owed(call)
    if roll is None:
        return _nothing_open(call, text)
    if not call.incoming.private and not call.actor.private_chat:
        return [Reply("rolls/answer_so.j2", showing.context(call.session, roll))]
    return [
        Reply(
            "rolls/unclear.j2",
            showing.context(call.session, roll),
            choices=words.answers(roll),
            private=True,
        )
    ]


def _nothing_open(call: Call, text: str) -> Replies | None:
    """An answer with nothing to answer is not kept, and she is told so."""
    answers = call.incoming.private and call.actor.member_ids and naming.status_of(text) is not None
    return [Reply("rolls/not_asked.j2")] if answers and not _hers(call) else None


def _owed(call: Call) -> Roll | None:
    """The roll that words said to the bot may have been meant for."""
    if call.incoming.private:
        found = [roll for roll in _hers(call) if _unanswered(call, roll)]
        return found[0] if found else None
    if not call.incoming.to_bot or call.group is None or call.group.unit_id is None:
        return None
    roll = _asked_here(call, call.group.unit_id, sure=False)
    return roll if roll is not None and own_people(call, roll) else None


def _unanswered(call: Call, roll: Roll) -> bool:
    verdicts = [rolls.verdict(call.session, roll.number, m.id or 0) for m in own_people(call, roll)]
    return any(row is None or row.status == Status.UNANSWERED for row in verdicts)


def instead(call: Call, text: str) -> Replies | None:
    """Private words that answer no question open in the talk, but surely the roll that is open."""
    said = naming.status_of(text) if call.incoming.private else None
    attended = [roll for roll in _hers(call) if roll.purpose == Purpose.ATTENDANCE] if said else []
    return _in_private(call, text) if len(attended) == 1 else None
