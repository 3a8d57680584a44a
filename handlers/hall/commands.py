"""The doors into a hall's roll, opened from the leader's private talk."""

from __future__ import annotations

from handlers import audit
from handlers.answer_links import minting
from handlers.chat import Call, Choice, Reply, Route
from handlers.errors import Refusal
from handlers.hall import links
from handlers.rolls import showing
from handlers.rolls.hands import open_in_private
from storage import roll_lists, roll_pages
from storage.audit import Deed
from storage.roll_pages import PageKind
from storage.rolls import Purpose, Roll


def _roll(call: Call, words: str) -> Roll:
    """An open attendance of hers.

    Raises:
        NotYoursError: it is not.
        Refusal: it is closed or only announces who will come; this is a group; or we have no pages.
    """
    roll = open_in_private(call, words)
    if roll.purpose != Purpose.ATTENDANCE:
        raise Refusal("hall/only_attendance.j2")
    if not call.links.public_url:
        raise Refusal("answer_links/no_pages.j2")
    return roll


def doors(call: Call, rest: str) -> Reply:
    """`roll_doors ROLL`: how people check in who come to a hall."""
    roll = _roll(call, rest)
    poster = minting.group_link(call.moment(), roll.unit_id, f"roll:{roll.number}")
    assert poster is not None
    choices = (
        Choice("📺 Màn hình mã QR tại cửa", f"roll_screen {roll.number}"),
        Choice("📴 Trang ghi khi mất mạng", f"roll_list {roll.number}"),
        Choice("🖨 Tờ mã QR để in", url=f"{minting.url(call.links, poster.token)}/in"),
        Choice("⛔ Thu hồi link đã mở", f"roll_pages_off {roll.number}"),
    )
    return Reply("hall/doors.j2", showing.context(call.session, roll), choices=choices)


def screen(call: Call, rest: str) -> Reply:
    """`roll_screen ROLL`: a link to the page that shows the code at the door."""
    return _page(call, _roll(call, rest), PageKind.SCREEN)


def list_page(call: Call, rest: str) -> Reply:
    """`roll_list ROLL`: a link to her list, for a hall without signal."""
    roll = _roll(call, rest)
    people = len(roll_lists.people(call.session, roll.unit_id))
    audit.saw_all(call, Deed.LIST, roll.unit_id, people, f"roll:{roll.number}")
    return _page(call, roll, PageKind.LIST)


def _page(call: Call, roll: Roll, kind: PageKind) -> Reply:
    row, url = links.make(call, roll, kind)
    label = "📺 Mở màn hình mã QR" if kind is PageKind.SCREEN else "📴 Mở trang ghi tại chỗ"
    choices = (
        Choice(label, url=url),
        Choice("⛔ Thu hồi link", f"roll_pages_off {roll.number}"),
    )
    context = {**showing.context(call.session, roll), "kind": kind.value, "until": row.expires_at}
    return Reply("hall/page.j2", context, choices=choices)


def revoke(call: Call, rest: str) -> Reply:
    """`roll_pages_off ROLL`: screens and lists of this roll open nothing any more."""
    roll = _roll(call, rest)
    count = roll_pages.revoke(call.session, roll.number, call.now)
    choices = (Choice("🚪 Mở cửa khác", f"roll_doors {roll.number}"),)
    return Reply("hall/revoked.j2", {"count": count}, choices=choices)


ROUTES = {
    "roll_doors": Route(doors, listed=False),
    "roll_screen": Route(screen, listed=False),
    "roll_list": Route(list_page, listed=False),
    "roll_pages_off": Route(revoke, listed=False),
}
