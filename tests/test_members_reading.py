"""One row of a sheet becomes one person, whatever people wrote into its cells."""

from __future__ import annotations

import pytest

from handlers.members.grids import Cell
from handlers.members.notes import Code
from handlers.members.titles import read_roles
from storage.members import MemberStatus, RoleKind
from tests.spreadsheets import HEADER, codes, one, read


def test_a_phone_of_several_forms_is_one_and_the_rest_is_said() -> None:
    person = one([1, "Nguyễn Thị Hoa", 1970, "0912345678 (con gái), 0987654321"])
    assert person.phone == "0912345678"
    assert person.note == "0912345678 (con gái)"
    assert codes(person.warnings) == [Code.OTHER_PHONES]


@pytest.mark.parametrize(
    ("cell", "no_phone", "warned"),
    [("không có", True, False), ("Ko", True, False), ("x", False, False), ("-", False, False),
     ("0912", False, True), (123.0, False, True), ("hỏi con", False, True)],
)  # fmt: skip
def test_no_phone_is_not_the_same_as_an_unreadable_one(
    cell: Cell, no_phone: bool, warned: bool
) -> None:
    person = one([1, "Nguyễn Thị Hoa", 1970, cell])
    assert person.phone == ""
    assert person.no_phone is no_phone
    assert bool(person.warnings) is warned


def test_what_stands_beside_a_name_is_used_and_told() -> None:
    person = one([1, "Nguyễn Thị Hoa (CHT) SN 1965 0912345678"])
    assert (person.name, person.birth, person.phone) == ("Nguyễn Thị Hoa", "1965", "0912345678")
    assert person.roles[0].kind is RoleKind.LEADER
    assert Code.BIRTH_FROM_NAME in codes(person.warnings)


def test_a_nickname_is_kept_in_the_note() -> None:
    person = one([1, "Nguyễn Thị Hoa (Tư Hoa)", 1970, "", "", "", "Nòng cốt"])
    assert (person.name, person.alias, person.note) == (
        "Nguyễn Thị Hoa",
        "Tư Hoa",
        "(Tư Hoa) · Nòng cốt",
    )


@pytest.mark.parametrize(
    ("note", "status", "left_on"),
    [
        ("Đã chuyển đi 5/2023", MemberStatus.LEFT, "2023-05"),
        ("Đã mất năm 2020", MemberStatus.LEFT, "2020"),
        ("mất điện thoại", MemberStatus.ACTIVE, ""),
        ("Mắt kém", MemberStatus.ACTIVE, ""),
        ("Chồng mất 2020", MemberStatus.ACTIVE, ""),
        ("Mới chuyển đến 2024", MemberStatus.ACTIVE, ""),
        ("Làm việc ở Bình Dương", MemberStatus.AWAY, ""),
    ],
)
def test_who_left_and_who_is_away_is_read_from_the_note(
    note: str, status: MemberStatus, left_on: str
) -> None:
    person = one([1, "Nguyễn Thị Hoa", 1970, "", "", "", note])
    assert (person.status, person.left_on) == (status, left_on)


def test_a_day_of_leaving_has_its_column() -> None:
    header = [*HEADER, "Ngày rời Hội"]
    gone = one([1, "Nguyễn Thị Hoa", 1970, "", "", "", "", "12/05/2024"], header)
    odd = one([1, "Nguyễn Thị Hoa", 1970, "", "", "", "", "năm ngoái"], header)
    assert (gone.status, gone.left_on) == (MemberStatus.LEFT, "2024-05-12")
    assert (odd.status, codes(odd.warnings)) == (MemberStatus.ACTIVE, [Code.LEFT_UNREADABLE])


def test_columns_that_change_places_without_a_header_are_followed() -> None:
    person = one([4, "0912345467", "Trần Thị Mai", "Hẻm 4", 1974])
    assert (person.name, person.birth, person.phone) == ("Trần Thị Mai", "1974", "0912345467")
    assert person.address == "Hẻm 4"


def test_a_row_whose_cells_moved_is_read_by_their_shape() -> None:
    moved = one(["", "0912345678", "Nguyễn Thị Hoa", "12/05/1970"])
    assert (moved.name, moved.birth, moved.phone) == ("Nguyễn Thị Hoa", "1970-05-12", "0912345678")
    assert codes(moved.warnings) == [Code.CELLS_SHIFTED]
    street = one(["", "", 1970, "0912345678", "Trần Hưng Đạo"])
    assert codes(street.errors) == [Code.NO_NAME]
    nobody = one([5, "12345", 1970, "0912345678"])
    assert codes(nobody.errors) == [Code.NAME_NOT_WORDS]


def test_an_address_in_parts_is_put_together() -> None:
    header = ["TT", "Họ tên", "Địa chỉ", "", "Nghề"]
    sheets = read(
        [header, ["", "", "Số nhà", "Khóm", ""], [1, "Nguyễn Thị Hoa", "12A", "Khóm 8", "May"]]
    )
    assert (sheets.rows[0].address, sheets.rows[0].job) == ("12A, Khóm 8", "May")


@pytest.mark.parametrize(
    ("title", "roles"),
    [
        ("Chi hội trưởng", [(RoleKind.LEADER, "")]),
        ("CHT kiêm tổ trưởng tổ 2", [(RoleKind.LEADER, ""), (RoleKind.TEAM_HEAD, "Tổ 2")]),
        ("Chi hội phó, Tổ trưởng", [(RoleKind.DEPUTY, ""), (RoleKind.TEAM_HEAD, "Tổ 9")]),
        ("TT tổ 3", [(RoleKind.TEAM_HEAD, "Tổ 3")]),
        ("Tổ trưởng số 4", [(RoleKind.TEAM_HEAD, "Tổ 4")]),
        ("Phó Chủ tịch Hội LHPN phường", [(RoleKind.OFFICER, "")]),
        ("UV BCH phường", [(RoleKind.OFFICER, "")]),
        ("Tổ trưởng tổ TK&VV", []),
        ("Tổ trưởng tổ vay vốn", []),
        ("Nguyên chi hội trưởng", []),
        ("Tổ phó", []),
        ("Hội viên", []),
        ("", []),
    ],
)
def test_a_title_names_roles_of_the_union_only(
    title: str, roles: list[tuple[RoleKind, str]]
) -> None:
    assert [(role.kind, role.team) for role in read_roles(title, "Tổ 9")] == roles
