"""A sheet against the register: what is new, what changes, what is refused, and nothing by half."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import col, func, select

from bot.render import plain, words
from handlers.members import importing, storing, telling
from handlers.members.compare import Verdict
from handlers.members.importing import Summary, WrongPlaceError
from handlers.members.sheets import read_workbook
from storage import members, register, units
from storage.database import begin, reading
from storage.members import Member, MemberStatus, Role, RoleKind
from storage.vietnamese import name_key
from tests.members_scenes import LAN, LATER, NOW, THU, TODAY, bring_in, k8, person
from tests.spreadsheets import HEADER, WARD, Row, messy
from tests.test_units import load_file


@pytest.fixture
def union(engine: Engine) -> Engine:
    load_file(engine)
    return engine


def told(summary: Summary) -> str:
    context = telling.whole(telling.result(summary), summary.plan)
    return plain(words("members/summary.j2", context))


def roles(engine: Engine, name: str, on: date = TODAY) -> set[tuple[str, str]]:
    with reading(engine) as session:
        held = members.roles_of(session, [person(session, name).id or 0], on)
        return {(role.kind, role.team) for role in held}


def test_the_ward_comes_in_whole_and_a_second_time_changes_nothing(union: Engine) -> None:
    """2,575 people in 7 branches, with teams and roles (issue 2, "What it must show" 3)."""
    first = bring_in(union, WARD.read_bytes())
    counts = {count.unit: count.new for count in first.plan.counts}
    assert counts == {
        "Chi hội Khóm 1": 402,
        "Chi hội Khóm 2": 371,
        "Chi hội Khóm 3": 355,
        "Chi hội Khóm 4": 338,
        "Chi hội Khóm 6": 384,
        "Chi hội Khóm 7": 349,
        "Chi hội Khóm 8": 376,
    }
    with reading(union) as session:
        everybody = session.exec(select(Member)).all()
        kinds = session.exec(select(Role.kind, func.count()).group_by(Role.kind)).all()
        before = {member.id: member.changed_at for member in everybody}
    assert len(everybody) == 2575
    assert all(member.team and member.ground == "membership" for member in everybody)
    assert dict(kinds) == {"leader": 7, "deputy": 7, "team_head": 7}

    second = bring_in(union, WARD.read_bytes(), now=LATER)
    assert second.plan.total("same") == 2575
    assert len(second.plan.of(Verdict.DUPLICATE)) == 2575
    assert (second.given, second.ended) == (0, 0)
    assert "Đã có, không đổi: 2.575 người" in told(second)
    with reading(union) as session:
        assert {m.id: m.changed_at for m in session.exec(select(Member))} == before
        assert session.exec(select(func.count()).select_from(Role)).one() == 21


def test_a_changed_row_updates_its_person(union: Engine) -> None:
    bring_in(union, k8(LAN, THU))
    done = bring_in(
        union, k8(LAN, [2, "Phạm Thị Thu", "08/03/1972", "0987654321", "Hẻm 3", "", ""]), now=LATER
    )
    assert (done.plan.total("changed"), done.plan.total("same")) == (1, 1)
    (note, *_) = done.plan.of(Verdict.IMPORTED)[0].notes
    worded = plain(words("members/note.j2", {"code": note.code, "args": note.args}))
    assert worded == "cập nhật: điện thoại, địa chỉ, ngày sinh"
    with reading(union) as session:
        thu = person(session, "Phạm Thị Thu")
        assert (thu.birth, thu.phone, thu.address) == ("1972-03-08", "0987654321", "Hẻm 3")
        assert thu.changed_at == LATER
        assert person(session, "Nguyễn Thị Lan").changed_at == NOW


def test_a_name_whose_marks_come_later_is_found_anew(union: Engine) -> None:
    bring_in(union, k8([1, "Pham Thi Thu", "08/03/1972", "", "", "", ""]))
    bring_in(union, k8([1, "Phạm Thị Thu", "08/03/1972", "", "", "", ""]))
    with reading(union) as session:
        (thu,) = session.exec(select(Member)).all()
        assert (thu.name, thu.name_key) == ("Phạm Thị Thu", name_key("Phạm Thị Thu"))


def test_the_title_column_gives_and_ends_roles(union: Engine) -> None:
    bring_in(union, k8(LAN, [2, "Phạm Thị Thu", "1972", "", "", "Tổ trưởng tổ 1", ""]))
    assert roles(union, "Nguyễn Thị Lan") == {("leader", "")}
    assert roles(union, "Phạm Thị Thu") == {("team_head", "Tổ 1")}

    lan: Row = [1, "Nguyễn Thị Lan", "19/05/1968", "0912345678", "", "", ""]
    thu: Row = [2, "Phạm Thị Thu", "1972", "", "", "Chi hội trưởng, tổ trưởng tổ 1", ""]
    done = bring_in(union, k8(lan, thu), now=LATER)
    after = TODAY + timedelta(days=1)
    assert (done.given, done.ended) == (1, 1)
    assert roles(union, "Nguyễn Thị Lan", after) == set()
    assert roles(union, "Nguyễn Thị Lan") == {("leader", "")}
    assert roles(union, "Phạm Thị Thu", after) == {("leader", ""), ("team_head", "Tổ 1")}
    assert bring_in(union, k8(lan, thu), now=LATER).plan.total("same") == 2


def test_a_sheet_without_titles_ends_nothing(union: Engine) -> None:
    bring_in(union, k8(LAN, THU))
    done = bring_in(union, k8([1, *LAN[1:5], "", ""], THU))
    assert done.plan.total("same") == 2
    assert roles(union, "Nguyễn Thị Lan") == {("leader", "")}


def test_roles_given_in_chat_and_officers_are_no_sheets_business(union: Engine) -> None:
    bring_in(union, k8(LAN, THU))
    with begin(union) as session:
        thu, ward = person(session, "Phạm Thị Thu"), units.by_code(session, "P5")
        assert thu.id is not None and ward is not None and ward.id is not None
        members.grant(session, thu.id, thu.unit_id, RoleKind.DEPUTY, on=TODAY)
        members.grant(session, thu.id, ward.id, RoleKind.OFFICER, on=TODAY)
    kept = {("deputy", ""), ("officer", "")}
    bring_in(union, k8(LAN, THU), now=LATER)
    assert roles(union, "Phạm Thị Thu") == kept
    bring_in(union, k8(LAN, [*THU[:5], "Chủ tịch Hội LHPN phường", ""]), now=LATER)
    assert roles(union, "Phạm Thị Thu") == kept


def test_who_leaves_keeps_no_role_and_no_title_brings_it_back(union: Engine) -> None:
    bring_in(union, k8(LAN, THU))
    bring_in(union, k8([*LAN[:6], "Đã chuyển đi 05/2026"], THU), now=LATER)
    with reading(union) as session:
        lan = person(session, "Nguyễn Thị Lan")
        assert (lan.status, lan.left_on) == (MemberStatus.LEFT, "2026-05")
        assert register.listed(session, [lan.unit_id])[0].name == "Phạm Thị Thu"
    assert roles(union, "Nguyễn Thị Lan", TODAY + timedelta(days=1)) == set()


def test_the_ground_is_kept_with_each_person_and_said(union: Engine) -> None:
    assert "Căn cứ lưu dữ liệu: hội viên đã đồng ý" in told(
        bring_in(union, k8(LAN), ground="consent")
    )
    again = told(bring_in(union, k8(LAN, THU)))
    assert "Căn cứ lưu dữ liệu của người mới: quản lý hội viên theo Điều lệ Hội" in again
    assert "Căn cứ lưu dữ liệu của 1 người đã có: hội viên đã đồng ý" in again
    with reading(union) as session:
        assert person(session, "Nguyễn Thị Lan").ground == "consent"
        assert person(session, "Phạm Thị Thu").ground == "membership"


@pytest.mark.parametrize(
    "name", ["CH Khóm 8", "Khóm 8", "CHI HỘI PHỤ NỮ KHÓM 8", "chi hoi khom 8", "P5-K8", "K8"]
)
def test_a_branch_is_found_by_any_of_its_names(union: Engine, name: str) -> None:
    header = [*HEADER, "Chi hội"]
    done = bring_in(union, {"Sheet1": [header, [*THU, name]]})
    assert [count.unit for count in done.plan.counts] == ["Chi hội Khóm 8"]


def test_a_file_that_names_no_branch_is_the_branchs_it_is_brought_to(union: Engine) -> None:
    rows = {"Sheet1": [HEADER, THU]}
    assert bring_in(union, rows, "P5-K8").plan.counts[0].unit == "Chi hội Khóm 8"
    with pytest.raises(WrongPlaceError) as refused:
        bring_in(union, rows, "P5")
    assert (refused.value.reason, refused.value.names) == ("homeless", ("2",))


def test_an_unknown_branch_refuses_the_file_by_name_unless_it_may_be_made(union: Engine) -> None:
    rows = {**k8(LAN), "CH Khóm 9": [HEADER, THU]}
    with pytest.raises(WrongPlaceError) as refused:
        bring_in(union, rows)
    assert (refused.value.reason, refused.value.names) == ("unknown", ("Khóm 9",))
    with reading(union) as session:
        assert session.exec(select(func.count()).select_from(Member)).one() == 0

    done = bring_in(union, rows, create_units=True)
    assert done.made == ("Chi hội Khóm 9",)
    with reading(union) as session:
        made = units.by_code(session, "P5-K9")
        assert made is not None and (made.name, made.kind) == ("Chi hội Khóm 9", "chi hội")
        assert made.valid_from == TODAY and person(session, "Phạm Thị Thu").unit_id == made.id
    assert bring_in(union, rows).plan.total("same") == 2


def test_new_branches_get_codes_of_their_own(union: Engine) -> None:
    names = ["Ấp 3", "Chi hội Hoa Sen", "Hồng Sâm", "Khóm 10A"]
    rows = [
        [*THU[:1], f"Phạm Thị {letter}", *THU[2:], name]
        for letter, name in zip("ABCD", names, strict=True)
    ]
    bring_in(union, {"Sheet1": [[*HEADER, "Chi hội"], *rows]}, create_units=True)
    with reading(union) as session:
        made = session.exec(
            select(units.Unit.code, units.Unit.name).where(col(units.Unit.valid_from) == TODAY)
        ).all()
    assert dict(made) == {
        "P5-A3": "Chi hội Ấp 3",
        "P5-HS": "Chi Hội Hoa Sen",
        "P5-HS-2": "Chi hội Hồng Sâm",
        "P5-K10A": "Chi hội Khóm 10A",
    }


def test_no_branch_is_made_below_a_branch(union: Engine) -> None:
    with pytest.raises(WrongPlaceError) as refused:
        bring_in(union, {"CH Khóm 1": [HEADER, THU]}, "P5-K8", create_units=True)
    assert (refused.value.reason, refused.value.names) == ("below", ("Khóm 1",))


def test_a_name_that_two_branches_bear_is_not_guessed(union: Engine) -> None:
    with pytest.raises(WrongPlaceError) as refused:
        bring_in(union, k8(THU), "TP", create_units=True)
    assert (refused.value.reason, refused.value.names) == ("ambiguous", ("Khóm 8",))


def test_a_branch_that_has_closed_is_no_place_for_anyone(union: Engine) -> None:
    with begin(union) as session:
        branch = units.by_code(session, "P5-K8")
        assert branch is not None
        branch.valid_to = TODAY
        session.add(branch)
    with pytest.raises(WrongPlaceError):
        bring_in(union, k8(THU))


def test_an_error_midway_leaves_nothing(union: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    rows = {**k8(LAN), "CH Khóm 9": [HEADER, THU]}
    monkeypatch.setattr(storing, "first_roles", fail)
    with pytest.raises(RuntimeError):
        bring_in(union, rows, create_units=True)
    with reading(union) as session:
        assert session.exec(select(func.count()).select_from(Member)).one() == 0
        assert units.by_code(session, "P5-K9") is None


def test_every_row_of_a_messy_sheet_ends_in_one_state_and_is_told(union: Engine) -> None:
    rows, expected = messy()
    done = bring_in(union, {"Sheet1": rows})
    got = {decision.row.line: decision.verdict.value for decision in done.plan.decisions}
    assert got == {line: want[0] for line, want in expected.items()}
    text = told(done)
    assert "Dương Thị Nở (dòng 23): ngày sinh ở tương lai: 12/05/2036" in text
    assert "Sheet1: không lấy cột nhạy cảm Dân tộc" in text
    again = bring_in(union, {"Sheet1": rows}, now=LATER)
    assert again.plan.total("new") == again.plan.total("changed") == 0


def test_who_is_missing_from_a_file_is_counted_and_kept(union: Engine) -> None:
    bring_in(union, k8(LAN, THU))
    assert bring_in(union, k8(LAN)).plan.absent == 1
    with reading(union) as session:
        assert person(session, "Phạm Thị Thu").status == MemberStatus.ACTIVE


def test_a_file_alone_can_be_looked_at_without_any_unit() -> None:
    plan = importing.look(read_workbook(WARD.read_bytes(), TODAY), "ds.xlsx")
    assert (len(plan.new_names), plan.total("new")) == (7, 2575)
