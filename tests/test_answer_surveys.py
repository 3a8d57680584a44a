"""Surveys answered on pages: skipped questions, every kind of answer, changes, one count."""

from __future__ import annotations

from storage import survey_answers, survey_runs
from storage.database import reading
from tests.answering import Visitor, group_link, own_link
from tests.cast import Cast, Player
from tests.surveys_scenes import EVERY_KIND, THREE, YES_NO, sends


def answers(cast: Cast, person: Player, number: int = 1) -> dict[int, str]:
    """What is kept of her."""
    with reading(cast.engine) as session:
        return survey_answers.of_member(session, number, person.member.id or 0)


async def test_questions_with_skips_come_one_a_page(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    async with Visitor(cast) as an:
        await an.opens(own_link(cast, "survey:1", cast.an))
        assert "1/3. Chị đã có chữ ký số chưa?" in an.text
        await an.sends(f"{an.page.url}/tra-loi")  # a form that came empty
        assert an.page.status_code == 422 and "Câu này cần trả lời" in an.text
        await an.presses("Tiếp")
        assert an.page.status_code == 422 and "Câu này cần trả lời" in an.text
        await an.presses("Tiếp", c0="0")
        assert "3/3. Chị góp ý gì thêm?" in an.text
        await an.presses("Quay lại câu trước")
        assert 'value="0" checked' in an.page.text
        await an.presses("Tiếp", c0="1")
        assert "2/3. Chị dùng vào việc gì?" in an.text
        await an.presses("Tiếp", c1=["1", "3"])
        await an.presses("Tiếp", c2="rất hay\nạ")
        assert an.page.history[0].status_code == 303
        assert "Em đã ghi câu trả lời" in an.text and "Dịch vụ công; Mua bán" in an.text
    await cast.settle()
    await cast.passes(seconds=10)

    assert answers(cast, cast.an) == {0: "1", 1: "1,3", 2: "rất hay\nạ"}
    assert "Đã trả lời: 1/6" in cast.k8.text


async def test_what_was_answered_off_the_way_is_not_kept(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    url = own_link(cast, "survey:1", cast.an)
    async with Visitor(cast) as an:
        await an.sends(f"{url}/tra-loi", co0="1", c0="0", co1="1", c1="2", co2="1", c2="x")
    assert answers(cast, cast.an) == {0: "0", 2: "x"}


async def test_all_kinds_of_questions_on_one_page(cast: Cast) -> None:
    await sends(cast.lan, EVERY_KIND)
    async with Visitor(cast) as an:
        await an.opens(own_link(cast, "survey:1", cast.an))
        await an.presses("Gửi câu trả lời", c0="2", c1="7", c2="tám", c3="31/02/2020", c4="")
        assert an.page.status_code == 422 and 'lại câu <a href="#cau3">4</a>' in an.page.text
        assert "đủ ngày tháng năm" in an.text and "Câu này cần trả lời" in an.text
        assert 'value="31/02/2020"' in an.page.text and 'value="2" checked' in an.page.text
        await an.presses("Gửi câu trả lời", c2="99", c3="20/11/2000", c4="vui")
        assert "nhiều nhất là 20" in an.text
        await an.presses("Gửi câu trả lời", c2="4 người")
        assert "3. Nhà chị mấy người? 4" in an.text
        assert "4. Chị vào Hội ngày nào? 20/11/2000" in an.text
    assert answers(cast, cast.an) == {0: "2", 1: "7", 2: "4", 3: "2000-11-20", 4: "vui"}


async def test_she_changes_what_she_answered_wherever_that_was(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    async with Visitor(cast) as an:
        url = own_link(cast, "survey:1", cast.an)
        await an.opens(url)
        assert "1. Chị có đi chợ phiên không? Có" in an.text
        await an.opens(f"{url}?sua=1")
        assert 'value="1" checked' in an.page.text
        await an.presses("Gửi câu trả lời", c0="0")
    assert answers(cast, cast.an) == {0: "0"}
    await cast.an.says("/survey_start 1")
    assert "Không" in cast.an.text


async def test_answers_begun_in_the_chat_give_way_to_those_of_the_page(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.presses("Có")
    url = own_link(cast, "survey:1", cast.an)
    async with Visitor(cast) as an:
        await an.sends(f"{url}/tra-loi", co0="1", c0="0", co2="1", c2="")
    with reading(cast.engine) as session:
        assert survey_runs.run(session, 1, cast.an.member.id or 0) is None
    assert answers(cast, cast.an) == {0: "0", 2: ""}


async def test_by_the_group_link_nobody_reads_or_overwrites_anothers_answers(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    async with Visitor(cast) as neighbour:
        await neighbour.opens(group_link(cast, "survey:1"))
        await neighbour.is_called("Võ Thị An", "1980")
        assert "đã được trả lời trong trò chuyện" in neighbour.text
        assert neighbour.buttons == []
        await neighbour.sends(f"{neighbour.page.url}/tra-loi", co0="1", c0="0")
        assert "đã được trả lời trong trò chuyện" in neighbour.text
    assert answers(cast, cast.an) == {0: "1"}


async def test_what_came_by_the_group_link_is_marked_and_shown_only_in_that_sitting(
    cast: Cast,
) -> None:
    await sends(cast.lan, YES_NO)
    url = group_link(cast, "survey:1")
    async with Visitor(cast) as dung:
        await dung.opens(url)
        await dung.is_called("Lý Thị Dung", "1949")
        await dung.presses("Gửi câu trả lời", c0="1")
        assert "không? Có" in dung.text
        await cast.passes(minutes=5)
        await dung.opens(url)
        await dung.is_called("Lý Thị Dung", "1949")
        assert "Em đã ghi câu trả lời" in dung.text and "không? Có" not in dung.text
        await dung.opens(f"{dung.page.url}?sua=1")
        assert "checked" not in dung.page.text
        await dung.presses("Gửi câu trả lời", c0="0")
    with reading(cast.engine) as session:
        (row,) = survey_answers.rows_of(session, 1, cast.dung.member.id or 0)
    assert (row.value, row.by_link) == ("0", True)


async def test_a_closed_survey_takes_no_answer(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    url = own_link(cast, "survey:1", cast.an)
    await cast.lan.says("/survey_close 1 yes")
    async with Visitor(cast) as an:
        await an.opens(url)
        assert "Khảo sát đã chốt" in an.text and an.buttons == []
        await an.sends(f"{url}/tra-loi", co0="1", c0="1")
        assert "Khảo sát đã chốt" in an.text
    assert answers(cast, cast.an) == {}
