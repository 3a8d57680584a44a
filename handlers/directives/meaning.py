"""What confirming a directive means, for telling open questions of a group apart."""

from __future__ import annotations

from handlers.access import row_id
from handlers.chat import Call
from handlers.directives.access import receiving_units
from handlers.directives.receipts import title
from storage import directives
from storage.directives import DirectiveState
from storage.vietnamese import fold

SAID = frozenset({"da nhan", "xac nhan", "xac nhan da nhan", "da nhan van ban", "da xem"})


def means(call: Call, rest: str, text: str) -> str:
    """`received` DIRECTIVE in words, if hers is to be confirmed and this is what she says."""
    directive = directives.get(call.session, row_id(rest))
    if directive is None or directive.id is None or directive.state != DirectiveState.SENT:
        return ""
    if text and fold(text.rstrip(" .!ạ")) not in SAID:
        return ""
    mine = receiving_units(call, directive.id)
    parts = [directives.target(call.session, directive.id, unit_id) for unit_id in mine]
    waits = any(part is not None and not part.done for part in parts)
    return f"{title(directive)}: xác nhận đã nhận" if waits else ""
