"""Days and hours in official words, and those that ask for nothing."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.directives.deadlines import DeadlineKind, find_deadlines


@pytest.mark.parametrize(
    ("words", "on", "at", "kind"),
    [
        ("Hạn báo cáo: 05/12", (2026, 12, 5), None, DeadlineKind.REPORT),
        ("bao cao truoc 17h ngay 5/12", (2026, 12, 5), time(17), DeadlineKind.REPORT),
        ("Chậm nhất là ngày 05 tháng 12 năm 2026", (2026, 12, 5), None, DeadlineKind.ACT),
        ("nộp trước 16g30 chiều ngày 1/12/26", (2026, 12, 1), time(16, 30), DeadlineKind.REPORT),
        ("trước 17 giờ 05 tháng 12 năm 2026", (2026, 12, 5), time(17), DeadlineKind.ACT),
        ("Hạn chót 17:00 ngày 05-12-2026", (2026, 12, 5), time(17), DeadlineKind.ACT),
        ("trước 24 giờ ngày 30/11/2026", (2026, 11, 30), time(23, 59), DeadlineKind.ACT),
        ("trước 25 giờ ngày 30/11/2026", (2026, 11, 30), None, DeadlineKind.ACT),
        ("hoàn thành trong tháng 2/2028", (2028, 2, 29), None, DeadlineKind.ACT),
        ("từ ngày 20 đến 30/11/2026 đăng ký", (2026, 11, 30), None, DeadlineKind.ACT),
        ("xong trước 5/1", (2027, 1, 5), None, DeadlineKind.ACT),
        ("7 giờ 30 tối 28/11/2026 họp", (2026, 11, 28), time(19, 30), DeadlineKind.EVENT),
        ("từ 8 giờ đến 11 giờ ngày 28/11/2026", (2026, 11, 28), time(8), DeadlineKind.EVENT),
        (
            "Ngày 28/11/2026 (thứ Bảy), lúc 19 giờ 30",
            (2026, 11, 28),
            time(19, 30),
            DeadlineKind.EVENT,
        ),
        ("Khai mạc: sáng ngày 28/11/2026", (2026, 11, 28), None, DeadlineKind.EVENT),
    ],
)
def test_deadlines_in_official_words(
    words: str, on: tuple[int, int, int], at: time | None, kind: DeadlineKind
) -> None:
    (deadline,) = find_deadlines([words], datetime(2026, 11, 16, 8)).found

    assert (deadline.on, deadline.at, deadline.kind) == (date(*on), at, kind)
    assert deadline.phrase in words


@pytest.mark.parametrize(
    "words",
    [
        "Cà Mau, ngày 12 tháng 11 năm 2026",
        "Kỷ niệm 96 năm (20/10/1930 - 20/10/2026)",
        "Thực hiện Kế hoạch số 12/KH-BTV ngày 05/10/2026 của Ban Thường vụ",
        "Tính đến ngày 30/10/2026 có 120 hội viên",
        "Ngày 15 hằng tháng giao dịch tại UBND phường",
        "Lúc 14 giờ ngày 05/11/2026, bà A bị lừa 20 triệu đồng",
        "trước 3.5 triệu, trước 5-10 hội viên, tháng 13/2026",
        "trước 13/14 chi hội",
    ],
)
def test_days_that_ask_for_nothing(words: str) -> None:
    found = find_deadlines([words], datetime(2026, 11, 16, 8), issued_on=date(2026, 11, 12))

    assert found.found == ()
    assert found.impossible == ()


@given(st.text(alphabet="0123456789/.-:, ghtừđếntrướcngàytháng giờlúc(", max_size=80))
def test_no_words_break_the_reading_of_dates(words: str) -> None:
    for deadline in find_deadlines([words], datetime(2026, 11, 16)).found:
        assert deadline.phrase in words
