"""What a person agrees to, purpose by purpose, and takes back: each with its effect at once."""

from __future__ import annotations

from handlers import audit, linking
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError
from handlers.privacy import words
from handlers.privacy.subjects import Subject, chosen, done_at_once
from storage import about_person, consents, privacy
from storage.audit import Deed
from storage.consents import MEMBERSHIP, PAPER
from storage.privacy import Right

TERMS = "nhay-cam-2026-11"
"""Version of the text in `templates/privacy/agree_sure.j2`; a new wording gets a new one."""
LONGEST = 200


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
    choices += [
        Choice(f"Đồng ý: {words.SENSITIVE[field]}", f"data_agree {about.id} {field}")
        for field in words.SENSITIVE
        if field not in active
    ]
    context = {"own": about.own, "name": about.member.name, "purposes": purposes}
    return Reply("privacy/consents.j2", context, choices=tuple(choices), private=True)


def agree(call: Call, rest: str) -> Reply:
    """`data_agree 5 religion`, then the value. She agrees by writing it after she has read what it is
    for; for somebody else her leader names the paper she signed first: `… paper phiếu 24/11 => Kinh`.
    """
    id_, _, more = rest.partition(" ")
    about = chosen(call, "data_agree", id_)
    field, _, said = more.partition(" ")
    if field not in words.SENSITIVE:
        raise NotYoursError
    line = f"data_agree {about.id} {field}"
    paper, _, value = said.rpartition("=>") if not about.own else ("", "", said)
    value = value.strip()[:LONGEST]
    context = {"own": about.own, "name": about.member.name, "label": words.SENSITIVE[field]}
    if not value or (not about.own and not paper.strip()):
        return Reply("privacy/agree_sure.j2", context, expects=line, private=True)
    consents.record(
        call.session,
        about.id,
        field,
        text_version=TERMS,
        channel=call.incoming.channel if about.own else PAPER,
        now=call.now,
        account_id=call.actor.account_id if about.own else None,
        recorded_by=None if about.own else call.actor.account_id,
        paper=paper.strip()[:LONGEST],
    )
    privacy.keep_fact(call.session, about.id, field, value, call.now)
    audit.saw(call, Deed.CONSENT, [about.member], field)
    return Reply("privacy/agreed.j2", {**context, "value": value}, private=True)


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
    said = Reply("privacy/withdrawn.j2", context, private=True)
    if purpose == MEMBERSHIP:
        return [said, *_end_talk(call, about)]
    privacy.drop_fact(call.session, about.id, purpose)
    return said


def _end_talk(call: Call, about: Subject) -> Replies:
    """No account speaks for her any more, so nothing is sent to her; whoever leads her is told."""
    told: Replies = []
    for account, _ in about_person.accounts(call.session, about.id):
        told += linking.unlink(call, account, about.member, told="accounts/unlinked_told.j2")
    return told
