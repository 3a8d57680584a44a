"""Units are renamed, moved, merged, split, closed and reopened, and all that hangs on them goes
along; leaders, officers and groups hear of it once.
"""

from __future__ import annotations

from sqlmodel import select

from handlers.reorganisations import plans
from storage import clubs, dues, histories, members, quorums, rolls, units
from storage.clubs import Club
from storage.database import begin, metadata
from storage.directives import DirectiveTarget
from storage.histories import Move
from storage.members import Role
from storage.rolls import Roll, RollState
from tests.cast import Cast
from tests.reorganising import mistakes, reorganise, state, undo


def home_of(cast: Cast, key: str) -> str:
    """The code of the unit somebody belongs to."""
    with cast.session() as session:
        unit = units.get(session, cast.players[key].member.unit_id)
        assert unit is not None
        return unit.code


def roles_of(cast: Cast, key: str) -> list[tuple[str, str]]:
    """What somebody is today, and where."""
    today = cast.clock.now().date()
    with cast.session() as session:
        held = members.roles_of(session, [cast.players[key].member.id or 0], today)
        found = [(role.kind, units.get(session, role.unit_id)) for role in held]
        return sorted((kind, unit.code) for kind, unit in found if unit is not None)


async def test_a_branch_is_merged_into_its_neighbour_with_all_that_is_open(cast: Cast) -> None:
    await cast.sau.says("/diemdanh họp tổ", cast.k1)
    await cast.tam.presses("Có mặt", cast.k1)

    reorganise(cast, "gộp,P5-K1,P5-K8,,,,")
    await cast.tick()

    assert home_of(cast, "tam") == "P5-K8"
    assert roles_of(cast, "sau") == [("deputy", "P5-K8")]
    assert "Chi hội Khóm 1" in cast.sau.text and "nhập vào" in cast.sau.text
    assert "nhập vào" in cast.lan.text and "nhập vào" in cast.hoa.text
    assert "Chi hội Khóm 1 (Hội LHPN Phường 5) nhập vào Chi hội Khóm 8" in "\n".join(cast.k1.texts)
    with cast.session() as session:
        roll = session.exec(select(Roll)).one()
        assert roll.state == RollState.OPEN and roll.unit_id == cast.unit("P5-K8").id
        assert rolls.verdict(session, roll.number, cast.tam.member.id or 0) is not None
    assert cast.unit("P5-K1").code == "P5-K8"  # the old code leads on
    await cast.an.presses("Có mặt", cast.k8)
    await cast.sau.says("/ketquadiemdanh")
    assert "2" in cast.sau.text


async def test_undoing_gives_back_exactly_what_was_there(cast: Cast) -> None:
    await cast.sau.says("/diemdanh họp tổ", cast.k1)
    await cast.tam.presses("Có mặt", cast.k1)
    before = state(cast.engine)
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")
    assert state(cast.engine) != before

    undo(cast)

    assert state(cast.engine) == before


def test_mistakes_are_all_named_with_their_lines_and_nothing_is_done(cast: Cast) -> None:
    before = state(cast.engine)

    assert mistakes(
        cast,
        "merge,P5-K9,P5-K8,,,,",
        "close,P5-K8,,,,,",
        "move,P5,,,,P5-K1,",
        "rename,P5-K1,,,,,",
        "create,P6-K8,,Khóm,chi hội,P6,",
        "split,P5-K1,P5-K77,Chi hội mới,,,Ai đó",
    ) == [
        (2, "no_unit", "P5-K9"),
        (4, "below_itself", "P5"),
        (6, "code_taken", "P6-K8"),
    ]
    assert state(cast.engine) == before


async def test_a_merged_branch_may_open_again_under_its_old_code(cast: Cast) -> None:
    reorganise(cast, "gộp,P5-K1,P5-K8,Chi hội Khóm 18,,,")
    await cast.tick()
    assert cast.unit("P5-K1").name == "Chi hội Khóm 18"
    assert "Chi hội Khóm 8 nay là Chi hội Khóm 18" in cast.k8.text
    assert "nhập vào Chi hội Khóm 18" in cast.sau.text

    reorganise(cast, "mở lại,P5-K1,,,,,", "tách,P5-K8,P5-K1,,,,Bùi Thị Tám; Cao Thị Sáu")
    await cast.tick()

    with cast.session() as session:
        below = units.subtree(session, [cast.unit("P5").id or 0])
        assert [u.code for u in units.named(session, "Khóm 1", below)] == ["P5-K1"]
        assert [u.code for u in units.named(session, "khom 8", below)] == ["P5-K8"]
    unit = cast.unit("P5-K1")
    assert (unit.code, unit.name, unit.parent_id) == ("P5-K1", "Chi hội Khóm 1", cast.unit("P5").id)
    assert [home_of(cast, key) for key in ("tam", "sau", "an")] == ["P5-K1", "P5-K1", "P5-K8"]
    assert roles_of(cast, "sau") == [("deputy", "P5-K1")]
    assert "Chi hội Khóm 1 (Hội LHPN Phường 5) hoạt động trở lại" in cast.hoa.text


def test_a_plan_is_read_however_excel_parts_its_cells() -> None:
    for parting in ",;\t":
        header = parting.join(("Việc", "Đơn vị", "Đến", "Ghi chú", "Ai"))
        row = parting.join(("Sáp nhập", '"p5-k1; p5-k2"', "p5-k8", "theo NQ", ""))
        (step,), mistakes = plans.read([f"\ufeff{header}\r\n", "\r\n", f"{row}\r\n"])
        assert mistakes == []
        assert (step.line, step.action, step.codes) == (3, "merge", ["P5-K1", "P5-K2"])
        assert (step.to, step.who) == ("P5-K8", "")


def test_a_split_by_team_takes_its_head_along(cast: Cast) -> None:
    reorganise(cast, "split,P5-K8,P5-K9,Chi hội Khóm 9,,,tổ 1")

    assert [home_of(cast, key) for key in ("lan", "thu", "an", "binh")] == [
        "P5-K9", "P5-K9", "P5-K9", "P5-K8",
    ]  # fmt: skip
    assert roles_of(cast, "thu") == [("team_head", "P5-K9")]
    with cast.session() as session:
        assert session.exec(select(DirectiveTarget)).all() == []
        assert len(session.exec(select(Role)).all()) == 8


KNOWN = {
    # moved along with its unit, or with its people
    "member", "role", "chat_group", "roll", "directive", "directive_target", "survey", "survey_unit",
    "survey_taken", "survey_answer", "survey_count", "meeting", "meeting_series", "meeting_draft",
    "invitation", "join_link", "join_request", "answer_link", "relay", "roll_paper", "club",
    "dues_tick", "held_row", "data_request", "member_move", "quorum_rule",
    # of units themselves, and of their past
    "unit", "unit_alias", "unit_code", "unit_past", "member_past", "roll_heir",
    # left where they are: ballots where they were cast, a pass of thirty minutes, a channel's fault
    "survey_text", "page_pass", "detour_unit",
}  # fmt: skip


def test_every_table_that_names_a_unit_was_thought_of() -> None:
    """A new one fails here: does it go along (`handlers/reorganisations/along.py`), or stay?"""
    naming = {
        table.name
        for table in metadata.tables.values()
        if any(key.column.table.name == "unit" for key in table.foreign_keys)
    }

    assert naming == KNOWN


async def test_what_a_unit_keeps_goes_along(cast: Cast) -> None:
    now, k1 = cast.clock.now(), cast.unit("P5-K1").id or 0
    with begin(cast.engine) as session:
        tam = cast.tam.member.id or 0
        club = clubs.found(session, k1, "club", "CLB Hát", now)
        dues.tick(session, k1, 2026, [tam], now)
        quorums.set_rule(session, k1, "2/3")
        histories.ask_move(
            session,
            Move(member_id=tam, from_id=k1, to_id=cast.unit("P6-K8").id or 0, chat="", at=now),
        )
        assert club.id is not None
    before = state(cast.engine)
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")

    k8 = cast.unit("P5-K8").id or 0
    with cast.session() as session:
        assert dues.paid(session, k8, 2026) == {tam}
        assert quorums.of_unit(session, k8) == "2/3"
        assert session.exec(select(Club.unit_id)).all() == [k8]
        assert session.exec(select(Move.from_id)).all() == [k8]
        (line,) = histories.of_member(session, tam, 5)
        assert line.kind == "moved"
        assert line.changes == {"unit": ["Chi hội Khóm 1", "Chi hội Khóm 8"]}
    undo(cast)
    assert state(cast.engine) == before

    reorganise(cast, "split,P5-K1,P5-K9,Chi hội Khóm 9,,,Bùi Thị Tám")
    with cast.session() as session:
        assert dues.paid(session, cast.unit("P5-K9").id or 0, 2026) == {tam}


def test_what_is_done_to_a_unit_that_went_does_not_befall_its_heir(cast: Cast) -> None:
    """A line typed twice with another goal would send Khóm 8 there too."""
    merge = "merge,P5-K1,P5-K8,,,,"
    assert mistakes(cast, merge, "merge,P5-K1,P6-K8,,,,") == [(3, "went", "P5-K1")]
    reorganise(cast, merge)
    for line in ("rename,P5-K1,,Chi hội Một,,,", "move,P5-K1,,,,P6,", "close,P5-K1,,,,,"):
        assert mistakes(cast, line) == [(2, "went", "P5-K1")]
    assert mistakes(cast, "merge,P6-K8,P5-K1,,,,") == [], "as a goal the old code leads on"
