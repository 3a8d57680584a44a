"""What the stories of a hall share: its screen, the telephones at its door, the leader's list."""

from __future__ import annotations

from typing import Any

import msgspec

from handlers.answer_links.pictures import qr_inline
from tests.answering import Visitor
from tests.browsing import link_in
from tests.cast import PUBLIC_URL, Cast, Player
from tests.rollcall import rolls


async def screen(cast: Cast) -> str:
    """The leader opens a roll, if none is, and its screen; the screen's address."""
    return await _page(cast, "Màn hình mã QR")


async def list_page(cast: Cast) -> str:
    """The same of her list."""
    return await _page(cast, "Trang ghi khi mất mạng")


async def _page(cast: Cast, label: str) -> str:
    if not rolls(cast):
        await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says(f"/rolls {rolls(cast)[-1].id}")
    await cast.lan.presses("Điểm danh tại cửa")
    await cast.lan.presses(label)
    return link_in(cast.lan.private.last)


class Phone(Visitor):
    """A telephone in the hall, or the computer of its screen."""

    async def reads(self, screen: str) -> str:
        """The address behind the code that a screen shows now, as a camera reads it."""
        shown = (await self.client.get(f"{screen}/ma")).json()
        assert shown["drawing"] == qr_inline(shown["link"])
        return str(shown["link"])

    async def checks_in(self, screen: str, name: str, fact: str) -> None:
        """She scans the screen and says who she is."""
        await self.opens(await self.reads(screen))
        await self.says(name, fact)

    async def says(self, name: str, fact: str) -> None:
        """She says who she is, on the page that asks it."""
        if "Tôi có mặt" not in self.buttons:
            await self.opens(f"{PUBLIC_URL}/vao?khac=1")
        await self.sends(f"{PUBLIC_URL}/vao/ai", ten=name, so=fact)

    async def uploads_ticks(self, url: str, *ticks: dict[str, Any]) -> dict[str, Any]:
        """A list page sends what it kept."""
        body = msgspec.json.encode({"ticks": ticks})
        self.page = await self.client.post(f"{url}/gui", content=body)
        found: dict[str, Any] = self.page.json()
        return found


def ticked(key: str, person: Player, status: str = "present", ago: float = 0) -> dict[str, Any]:
    """One tick as a telephone sends it."""
    return {"id": f"telephone-{key}", "member": str(person.member.id), "status": status, "ago": ago}
