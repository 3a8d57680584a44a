"""Links to answer pages, and a person who opens them."""

from __future__ import annotations

import re

from sqlmodel import select

from handlers.answer_links import minting
from handlers.chat import Links, Moment
from storage import answer_links
from storage.answer_links import AnswerLink
from storage.database import begin, reading
from storage.rolls import Roll, RollVerdict
from tests.browsing import Browser
from tests.cast import PUBLIC_URL, Cast, Player


def group_link(cast: Cast, subject: str, code: str = "P5-K8") -> str:
    """The address to paste into a unit's group."""
    with begin(cast.engine) as session:
        moment = Moment(session, cast.clock.now(), Links(PUBLIC_URL))
        unit = cast.unit(code).id
        assert unit is not None
        row = minting.group_link(moment, unit, subject)
        assert row is not None
        return minting.url(moment.links, row.token)


def own_link(cast: Cast, subject: str, person: Player) -> str:
    """The address that opens straight on her question."""
    with begin(cast.engine) as session:
        moment = Moment(session, cast.clock.now(), Links(PUBLIC_URL))
        member = person.member
        assert member.id is not None
        return minting.own_link(moment, member.unit_id, subject, member.id)[1]


class Visitor(Browser):
    """A person on the answer pages: she fills in what she sees and presses what is there."""

    @property
    def buttons(self) -> list[str]:
        """What the buttons say."""
        found = re.findall(r"<button[^>]*>([^<]*)</button>", self.page.text)
        return [one.strip() for one in found]

    async def is_called(self, name: str, fact: str) -> None:
        """She says who she is."""
        action = re.search(r'action="(/t/[^"]+/ai)"', self.page.text)
        assert action, self.text
        await self.sends(action[1], ten=name, so=fact)

    async def presses(self, label: str, **filled: str | list[str]) -> None:
        """She presses a button, with what its form holds and what she filled in."""
        for form in re.findall(r"<form.*?</form>", self.page.text, re.DOTALL):
            for attributes, words in re.findall(r"<button([^>]*)>([^<]*)</button>", form):
                if label not in words:
                    continue
                fields: dict[str, list[str]] = {}
                for name, value in _fields(form):
                    fields.setdefault(name, []).append(value)
                for name, values in filled.items():
                    fields[name] = [values] if isinstance(values, str) else values
                if own := re.search(r'name="([^"]+)" value="([^"]*)"', attributes):
                    fields[own[1]] = [own[2]]
                action = re.search(r'action="([^"]+)"', form)
                assert action
                self.page = await self.client.post(action[1], data=fields)
                return
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")


def _fields(form: str) -> list[tuple[str, str]]:
    """What a browser would send of a form as it stands."""
    found = []
    for tag in re.findall(r"<input[^>]*>", form):
        at = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        ticked = at.get("type") not in {"radio", "checkbox"} or " checked" in tag
        if ticked and "name" in at:
            found.append((at["name"], at.get("value", "")))
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    return [*found, *texts]


def roll_of(cast: Cast, code: str = "P5-K8") -> Roll:
    """The newest roll of a unit."""
    with reading(cast.engine) as session:
        query = select(Roll).where(Roll.unit_id == cast.unit(code).id).order_by(Roll.id.desc())  # type: ignore[union-attr]
        return session.exec(query).first()  # type: ignore[return-value]


def verdict(cast: Cast, person: Player) -> tuple[str, str]:
    """What counts for her in the newest roll of her unit, and how it came."""
    roll = roll_of(cast)
    with reading(cast.engine) as session:
        found = session.get(RollVerdict, (roll.id, person.member.id))
        return (found.status, found.source) if found else ("", "")


def link_row(cast: Cast, url: str) -> AnswerLink:
    """What is stored of a link."""
    with reading(cast.engine) as session:
        found = answer_links.by_token(session, url.rpartition("/")[2])
        assert found is not None
        return found
