"""A workbook of members sent in the chat itself."""

from __future__ import annotations

from storage import members, units
from storage.blobs import Blob
from storage.database import begin
from storage.members import RoleKind
from tests.browsing import link_in
from tests.cast import Cast
from tests.registers_scenes import SEVEN, UNKNOWN, count, people
from tests.spreadsheets import HEADER, workbook


async def test_a_workbook_in_the_chat_is_refused_and_gone(cast: Cast) -> None:
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    assert "em không nhận qua tin nhắn" in cast.hoa.texts[-2]
    assert link_in(cast.hoa.private.last).startswith("https://chihoi.test/so/")
    assert count(cast, Blob) == 0
    await cast.lan.sends_file("ds.xlsx", SEVEN)
    assert "cán bộ phường, xã nhập" in cast.lan.text and count(cast, Blob) == 0


async def test_an_officer_of_two_units_is_asked_which_and_the_file_is_gone_all_the_same(
    cast: Cast,
) -> None:
    with begin(cast.engine) as session:
        other = units.by_code(session, "P6")
        assert other is not None and other.id is not None
        today = cast.clock.now().date()
        members.grant(session, cast.hoa.member.id or 0, other.id, RoleKind.OFFICER, on=today)
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    assert cast.hoa.labels == ["Hội LHPN Phường 5", "Hội LHPN Phường 6"]
    assert count(cast, Blob) == 0
    await cast.hoa.presses("Phường 6")
    assert "vào Hội LHPN Phường 6" in cast.hoa.text


async def test_where_it_is_allowed_a_workbook_goes_through_the_chat(cast: Cast) -> None:
    cast.app.dispatcher.policy = {"workbooks_in_chat": True}
    await cast.hoa.sends_file("ds.xlsx", UNKNOWN)
    assert cast.hoa.text.startswith(
        "Xem thử, chưa ghi gì: tệp ds.xlsx vào Hội LHPN Phường 5, 2 người."
    )
    assert cast.hoa.labels == ["Lập 1 chi hội mới và nhập", "Thôi"]
    yes = next(choice.line for row in cast.hoa.private.last.choices for choice in row)
    await cast.mai.says(f"/{yes}")
    assert cast.mai.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."

    await cast.hoa.says(f"/{yes.removesuffix(' make')}")
    assert "chưa có đơn vị này: Khóm 9" in cast.hoa.text
    await cast.hoa.presses("nhập")
    assert cast.hoa.text.startswith("Đã nhập xong tệp ds.xlsx")
    assert people(cast, "P5-K9") == ["Ngô Thị Sen", "Trần Thị Đào"]
    await cast.hoa.presses("nhập")
    assert cast.hoa.toast.startswith("Tệp này không còn chờ nhập nữa.")


async def test_thinking_better_of_it_leaves_nothing(cast: Cast) -> None:
    cast.app.dispatcher.policy = {"workbooks_in_chat": True}
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    await cast.hoa.presses("Thôi")
    assert cast.hoa.text == "Dạ, em không nhập và đã xoá tệp." and count(cast, Blob) == 0
    await cast.hoa.sends_file("hong.xlsx", b"PK\x03\x04 broken")
    assert "bị hỏng" in cast.hoa.text and count(cast, Blob) == 0
    below = workbook(
        {"Sheet1": [[*HEADER, "Chi hội"], [1, "Ngô Thị Sen", "1970", "", "", "", "", ""]]}
    )
    await cast.hoa.sends_file("ds.xlsx", below)
    assert "Không rõ chi hội của dòng 2" in cast.hoa.text and count(cast, Blob) == 0
