"""Whose a sheet is: the leader's of its unit, and the head's of its tổ."""

from __future__ import annotations

from handlers.access import Actor, leads, row_id
from handlers.errors import NotYoursError
from handlers.rolls.access import headed
from storage import papers
from storage.database import Session
from storage.papers import Paper


def access_paper(session: Session, actor: Actor, words: str) -> Paper:
    """A sheet (by its number in words) that the speaker may type in.

    Raises:
        NotYoursError: there is no such sheet, or it is not hers.
    """
    paper = papers.get(session, row_id(words))
    if paper is None or not may_fill(session, actor, paper):
        raise NotYoursError
    return paper


def may_fill(session: Session, actor: Actor, paper: Paper) -> bool:
    """Whether a sheet is of a unit she leads or governs, or of the tổ she heads."""
    if paper.team and paper.team in headed(actor, paper.unit_id):
        return True
    return leads(session, actor, paper.unit_id)
