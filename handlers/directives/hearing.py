"""A receipt said in words: leaders write "Chi hội Khóm 8 đã nhận ạ" where a button waits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.access import RECEIVERS
from handlers.chat import Call, Replies
from handlers.directives.receipts import own_receipts, received
from storage import directives, mail, units
from storage.directives import Directive
from storage.vietnamese import fold

RECENT = 8
"""Directives looked at for one that waits."""
_RECEIPT = re.compile(
    r"(?:(?:da|vang|ok|em|chi|minh|toi) )*"
    r"(?P<unit>(?:chi hoi|khom|ap|thon|to|hoi)(?: \w+){0,4}? )?"
    r"(?:da )?(?:xac nhan da nhan|xac nhan|da nhan duoc|da nhan|nhan duoc roi|nhan roi|da xem)"
    r"(?: duoc)?(?: (?:van ban|ke hoach|cong van|thong bao|chi dao))?(?: roi)?"
    r"(?: (?:a|nhe|nha|nghe|em|chi|oi))*"
)
_NOT_WORDS = re.compile(r"[^\w]+")


def hear(call: Call, text: str) -> Replies | None:
    """A receipt of what the message quotes, or was last asked here; in private of the only one that
    waits, else all that wait are shown. None if it is no receipt, or not one of hers.
    """
    match = _RECEIPT.fullmatch(_NOT_WORDS.sub(" ", fold(text)).strip())
    mine = call.actor.units(*RECEIVERS)
    if match is None or not mine or not _of_hers(call, match["unit"] or "", mine):
        return None
    if call.incoming.reply_to:
        quoted = mail.by_message(call.session, call.incoming.chat, call.incoming.reply_to)
        return _confirm(call, quoted.choices if quoted is not None else [])
    if not call.incoming.private:
        prompts = mail.open_prompts(call.session, call.incoming.chat)
        return _confirm(call, prompts[0].choices if prompts else [])
    found = _waiting(call, mine)
    if len(found) == 1:
        return received(call, str(found[0].id))
    return [own_receipts(call)] if found else None


def _confirm(call: Call, choices: Sequence[str]) -> Replies | None:
    """What the button there does; None if it is no receipt's, or there is nothing left to confirm."""
    lines = [line for line in choices if line.startswith("received ")]
    if len(lines) != 1:
        return None
    return received(call, lines[0].partition(" ")[2])


def _of_hers(call: Call, named: str, mine: Sequence[int]) -> bool:
    """Whether the unit she names, if she names one, is one of hers."""
    words = named.split()
    if not words or words == ["chi", "hoi"]:
        return True
    found = [units.get(call.session, unit_id) for unit_id in mine]
    own = [fold(unit.name).split() for unit in found if unit is not None]
    return any(words == name[-len(words) :] for name in own)


def _waiting(call: Call, mine: Sequence[int]) -> list[Directive]:
    """What was sent to her units and has not been confirmed, newest first."""
    rows = directives.received_by_unit(call.session, mine, RECENT)
    parts = {
        row.id: [directives.target(call.session, row.id or 0, unit_id) for unit_id in mine]
        for row in rows
    }
    return [
        row for row in rows if any(part is not None and not part.done for part in parts[row.id])
    ]
