"""What a person agrees to, purpose by purpose, and takes back: each with its effect at once."""

from __future__ import annotations

from datetime import datetime

from handlers import audit, linking
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError
from handlers.privacy import erasing, words
from handlers.privacy.subjects import Subject, ask, chosen, done_at_once
from handlers.understanding.zone import local_date
from storage import about_person, accounts, consents, members, privacy
from storage.audit import Deed
from storage.consents import MEMBERSHIP, PAPER, PAPER_TERMS
from storage.privacy import Right

TERMS = "nhay-cam-2026-11b"
"""Version of the text in `templates/privacy/agree_sure.j2`; a new wording gets a new one."""
GROUND = "consent"
"""The ground of those who are kept only because they agreed (`Member.ground`)."""
LONGEST = 200
SAID = "=>"
"""Stands between the paper and what is to be kept by it."""


def show(call: Call, rest: str) -> Reply:
    """Every purpose, how it stands, and what she may change."""
    about = chosen(call, "data_consent", rest)
    active = consents.active(call.session, about.id)
    facts = privacy.facts_of(call.session, about.id)
    purposes = [
        {"label": label, "agreed": purpose in active, "value": facts.get(purpose, "")}
        for purpose, label in words.PURPOSES.items()
    ]
    choices = [
        Choice(f"Rút lại: {words.PURPOSES[purpose]}", f"data_withdraw {about.id} {purpose}")
        for purpose in words.PURPOSES
        if purpose in active
    ]
    if not about.own and MEMBERSHIP not in active:
        label = f"Ghi giấy đồng ý: {words.PURPOSES[MEMBERSHIP]}"
        choices.append(Choice(label, f"data_agree {about.id} {MEMBERSHIP}"))
    choices += [
        Choice(f"Đồng ý: {words.SENSITIVE[field]}", f"data_agree {about.id} {field}")
        for field in words.SENSITIVE
        if field not in active
    ]
    context = {"own": about.own, "name": about.member.name, "purposes": purposes}
    return Reply("privacy/consents.j2", context, choices=tuple(choices), private=True)


def agree(call: Call, rest: str) -> Reply:
    """`data_agree 5 religion`, then the value. She agrees by writing it after she has read what it is
    for; for somebody else her leader names the signed paper and its day first: `… phiếu 24/11 => Kinh`.
    """
    id_, _, more = rest.partition(" ")
    about = chosen(call, "data_agree", id_)
    field, _, said = more.partition(" ")
    if field == MEMBERSHIP and not about.own:
        return _membership_paper(call, about, said)
    if field not in words.SENSITIVE:
        raise NotYoursError
    before, _, after = ("", "", said) if about.own else said.partition(SAID)
    paper, value = before.strip()[:LONGEST], after.strip()[:LONGEST]
    if question := _still_to_say(about, field, paper, value):
        return question
    consents.record(
        call.session,
        about.id,
        field,
        text_version=TERMS if about.own else PAPER_TERMS,
        channel=call.incoming.channel if about.own else PAPER,
        now=call.now,
        account_id=call.actor.account_id if about.own else None,
        recorded_by=None if about.own else call.actor.account_id,
        paper=paper,
    )
    privacy.keep_fact(call.session, about.id, field, value, call.now)
    audit.saw(call, Deed.CONSENT, [about.member], field)
    context = {"own": about.own, "name": about.member.name, "label": words.SENSITIVE[field]}
    return Reply("privacy/agreed.j2", {**context, "value": value}, private=True)


def _still_to_say(about: Subject, field: str, paper: str, value: str) -> Reply | None:
    """The question still open: a leader is asked for the paper, then both for the words."""
    line = f"data_agree {about.id} {field}"
    context = {"name": about.member.name, "label": words.SENSITIVE[field], "paper": paper}
    if not about.own and not any(sign.isdigit() for sign in paper):  # a paper has a day
        return Reply("privacy/ask_paper.j2", context, expects=line, private=True)
    if value:
        return None
    if about.own:
        return Reply("privacy/agree_sure.j2", context, expects=line, private=True)
    return Reply("privacy/by_paper.j2", context, expects=f"{line} {paper} {SAID}", private=True)


def _membership_paper(call: Call, about: Subject, paper: str) -> Reply:
    """A leader writes down the paper on which somebody agreed to be kept in the register at all."""
    context = {"own": False, "name": about.member.name, "label": words.PURPOSES[MEMBERSHIP]}
    if not paper.strip():
        line = f"data_agree {about.id} {MEMBERSHIP}"
        return Reply("privacy/ask_paper.j2", context, expects=line, private=True)
    consents.record(
        call.session,
        about.id,
        MEMBERSHIP,
        text_version=PAPER_TERMS,
        channel=PAPER,
        now=call.now,
        recorded_by=call.actor.account_id,
        paper=paper.strip()[:LONGEST],
    )
    audit.saw(call, Deed.CONSENT, [about.member], MEMBERSHIP)
    return Reply("privacy/agreed.j2", {**context, "value": paper.strip()}, private=True)


def withdraw(call: Call, rest: str) -> Reply | Replies:
    """`data_withdraw 5 religion`: the field is deleted at once; of membership, the talk ends."""
    id_, _, more = rest.partition(" ")
    about = chosen(call, "data_withdraw", id_)
    purpose, _, word = more.partition(" ")
    if purpose not in words.PURPOSES:
        raise NotYoursError
    context = {
        "own": about.own,
        "name": about.member.name,
        "label": words.PURPOSES[purpose],
        "membership": purpose == MEMBERSHIP,
    }
    if word != "yes":
        choices = (
            Choice("Đúng, rút lại", f"data_withdraw {about.id} {purpose} yes"),
            Choice("Thôi", "cancel"),
        )
        return Reply("privacy/withdraw_sure.j2", context, choices=choices, private=True)
    consents.withdraw_purpose(call.session, about.id, purpose, call.now)
    done_at_once(call, about, Right.WITHDRAW, purpose)
    audit.saw(call, Deed.CONSENT, [about.member], purpose)
    if purpose != MEMBERSHIP:
        privacy.drop_fact(call.session, about.id, purpose)
        return Reply("privacy/withdrawn.j2", {**context, "at": None}, private=True)
    at = _erase_soon(call, about)
    return [
        Reply("privacy/withdrawn.j2", {**context, "at": at}, private=True),
        *(_end_talk(call, about) if at is None else _hush(call, about)),
    ]


def _erase_soon(call: Call, about: Subject) -> datetime | None:
    """Whoever is kept by her consent alone is erased once it is gone; when, if so."""
    office = members.roles_of(call.session, [about.id], local_date(call.now))
    if about.member.ground != GROUND or office:
        return None
    return ask(call, about, Right.ERASE, act_in=erasing.LEADER_PAUSE).act_at


def _end_talk(call: Call, about: Subject) -> Replies:
    """No account speaks for her any more, so nothing is sent to her; whoever leads her is told."""
    told: Replies = []
    for account, _ in about_person.accounts(call.session, about.id):
        told += linking.unlink(call, account, about.member, told="accounts/unlinked_told.j2")
    return told


def _hush(call: Call, about: Subject) -> Replies:
    """The same until she is erased: her phone must still be known as hers, to be erased with her."""
    told: Replies = []
    for account, _ in about_person.accounts(call.session, about.id):
        if accounts.members_of(call.session, account.id or 0) == [about.id]:
            account.blocked = True
            call.session.add(account)
        else:
            told += linking.unlink(call, account, about.member, told="accounts/unlinked_told.j2")
    return told
