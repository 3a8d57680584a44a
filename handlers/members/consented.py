"""What a sheet says in sensitive columns, kept of whoever agreed to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.members.compare import Verdict
from handlers.members.sensitive import Agreed
from storage import consents, members, privacy
from storage.database import Session
from storage.vietnamese import fold

if TYPE_CHECKING:
    from handlers.members.importing import Line

Facts = Sequence[tuple[str, str]]


def keep(
    session: Session,
    lines: Iterable[Line],
    made: Mapping[int, int],
    agreed: Agreed,
    now: datetime,
) -> int:
    """How many facts were kept. `made` are the new units by the numbers lines have for them.

    Signed papers are recorded as consents, person by person.
    """
    ready = consents.sensitive_agreed(session)
    kept = 0
    for member_id, facts in _people(session, lines, made, agreed, now):
        for field, value in facts:
            if (member_id, field) not in ready:
                if field not in agreed.fields:
                    continue
                consents.record(
                    session,
                    member_id,
                    field,
                    text_version=consents.PAPER_TERMS,
                    channel=consents.PAPER,
                    now=now,
                    paper=agreed.paper,
                )
            privacy.keep_fact(session, member_id, field, value, now)
            kept += 1
    return kept


def _people(
    session: Session,
    lines: Iterable[Line],
    made: Mapping[int, int],
    agreed: Agreed,
    now: datetime,
) -> Iterator[tuple[int, Facts]]:
    """Whom the sheet surely speaks of, with what it says of them."""
    for line in lines:
        decision, row = line.decision, line.decision.row
        if not row.sensitive or line.unit_id is None:
            continue
        if decision.settled and decision.member_id is not None:
            yield decision.member_id, row.sensitive
        elif decision.verdict is Verdict.IMPORTED and agreed.fields:  # a new one has agreed to none
            home = made.get(line.unit_id, line.unit_id)
            if member_id := members.just_added(session, home, fold(row.name), row.birth, now):
                yield member_id, row.sensitive
