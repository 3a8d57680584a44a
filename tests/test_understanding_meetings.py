"""One line about a meeting, and meetings that come again, seen from Monday 16/11/2026, 08:00."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.meeting_lines import Mode, read_meeting
from handlers.understanding.moments import Problem
from handlers.understanding.recurrence import at_hour, next_occurrences, take_repeat
from handlers.understanding.spoken import speak_rule
from handlers.understanding.text import Line
from handlers.understanding.zone import ZONE

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=ZONE)
REPEATS = {
    "ngày 15 hằng tháng|ngay 15 hang thang|mỗi tháng ngày 15|mỗi tháng một lần vào ngày 15": (
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "15/12/2026 15/01/2027 15/02/2027",
        "ngày 15 hằng tháng",
    ),
    "thứ bảy tuần thứ hai hằng tháng|thu bay tuan thu hai hang thang|mỗi tháng vào thứ bảy tuần thứ hai": (
        "FREQ=MONTHLY;BYDAY=2SA",
        "12/12/2026 09/01/2027 13/02/2027",
        "thứ bảy tuần thứ hai hằng tháng",
    ),
    "chủ nhật đầu tiên mỗi tháng|CN đầu hằng tháng|chủ nhật tuần đầu mỗi tháng|CN tuần 1 hàng tháng": (
        "FREQ=MONTHLY;BYDAY=1SU",
        "06/12/2026 03/01/2027 07/02/2027",
        "chủ nhật đầu tiên hằng tháng",
    ),
    "thứ bảy cuối cùng mỗi quý|T7 cuối mỗi quý|thứ 7 tuần cuối cùng của mỗi quý": (
        "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYDAY=-1SA",
        "26/12/2026 27/03/2027 26/06/2027",
        "thứ bảy cuối cùng, tháng cuối hằng quý",
    ),
    "mỗi quý ngày 5|ngày 5 mỗi quý|ngày 5 tháng đầu mỗi quý": (
        "FREQ=MONTHLY;BYMONTH=1,4,7,10;BYMONTHDAY=5",
        "05/01/2027 05/04/2027 05/07/2027",
        "ngày 5, tháng đầu hằng quý",
    ),
    "ngày 20 tháng cuối mỗi quý|ngày 20 tháng thứ ba mỗi quý": (
        "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=20",
        "20/12/2026 20/03/2027 20/06/2027",
        "ngày 20, tháng cuối hằng quý",
    ),
    "ngày 10 tháng thứ hai hằng quý": (
        "FREQ=MONTHLY;BYMONTH=2,5,8,11;BYMONTHDAY=10",
        "10/02/2027 10/05/2027 10/08/2027",
        "ngày 10, tháng giữa hằng quý",
    ),
    "ngày 31 hằng tháng": (
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
        "30/11/2026 31/12/2026 31/01/2027 28/02/2027",
        "ngày 31 (tháng thiếu: ngày cuối tháng) hằng tháng",
    ),
    "ngày cuối cùng hằng tháng": (
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "30/11/2026 31/12/2026 31/01/2027",
        "ngày cuối cùng hằng tháng",
    ),
    "ngày cuối mỗi quý": (
        "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1",
        "31/12/2026 31/03/2027 30/06/2027",
        "ngày cuối cùng, tháng cuối hằng quý",
    ),
    "tối thứ bảy hằng tuần|mỗi thứ bảy|hằng tuần vào tối thứ 7": (
        "FREQ=WEEKLY;BYDAY=SA",
        "21/11/2026 28/11/2026 05/12/2026",
        "thứ bảy hằng tuần",
    ),
}


@pytest.mark.parametrize(
    ("said", "rule", "days", "spoken"),
    [(said, *row) for texts, row in REPEATS.items() for said in texts.split("|")],
)
def test_a_repetition_is_a_rule_with_days(said: str, rule: str, days: str, spoken: str) -> None:
    found = take_repeat(Line(said))

    assert found is not None
    assert found.rule == rule
    coming = next_occurrences(at_hour(rule, time(19, 30)), NOW, len(days.split()))
    assert " ".join(f"{moment:%d/%m/%Y}" for moment in coming) == days
    assert {f"{moment:%H:%M %z}" for moment in coming} == {"19:30 +0700"}
    assert speak_rule(at_hour(rule, time(19, 30))) == spoken


@pytest.mark.parametrize(
    "said",
    [
        "thứ bảy hằng tháng",
        "họp định kỳ hằng tháng",
        "ngày 32 hằng tháng",
        "ngày 0 hằng tháng",
        "thứ 7 tuần thứ 5 mỗi tháng",
        "mùng 5 hằng tháng",
        "rằm hằng tháng",
        "ngày 15 âm lịch hằng tháng",
        "ngày 5 tháng đầu hằng tháng",
        "ngày 5 hằng tuần",
        "ngày 10 tháng thứ tư mỗi quý",
    ],
)
def test_a_repetition_that_names_no_day_is_asked_about(said: str) -> None:
    assert take_repeat(Line(said)) is None
    assert Problem.RECURRENCE in read_meeting(f"{said} lúc 19h", NOW).problems


@given(
    st.integers(1, 31),
    st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(
        lambda at: at.replace(tzinfo=ZONE)
    ),
)
def test_every_month_has_its_day_even_a_short_one(day: int, after: datetime) -> None:
    found = take_repeat(Line(f"ngày {day} hằng tháng"))
    assert found is not None
    coming = next_occurrences(found.rule, after, 14)

    assert coming[0] > after
    assert len({(moment.year, moment.month) for moment in coming}) == 14
    for moment in coming:
        last = moment.day == 28 + (moment.replace(day=28) != moment) * (moment.day - 28)
        assert moment.day == day or (last and moment.day < day)
    assert list(coming) == sorted(coming)
    # a rule stands by itself: another start gives the same days
    again = rrulestr(found.rule, dtstart=datetime(2025, 1, 1)).xafter(
        after.replace(tzinfo=None), count=14
    )
    assert [moment.date() for moment in again] == [moment.date() for moment in coming]


MEETINGS = [
    (
        "họp chi hội 19g30 thứ bảy tuần sau, link https://meet.google.com/abc",
        ("Họp chi hội", "28/11 19:30", Mode.ONLINE, "https://meet.google.com/abc", None),
    ),
    (
        "Họp chi hội lúc 7 rưỡi tối T7 tại nhà văn hóa khóm 8",
        ("Họp chi hội", "21/11 19:30", Mode.IN_PERSON, None, "nhà văn hóa khóm 8"),
    ),
    (
        "hop chi hoi 8h sang cn o nha van hoa khom 8 ve viec thu hoi phi",
        ("Hop chi hoi ve viec thu hoi phi", "22/11 08:00", Mode.IN_PERSON, None, "nha van hoa khom 8"),
    ),
    (
        "Tập huấn dịch vụ công trực tuyến 14h 28/11 qua Zoom",
        ("Tập huấn dịch vụ công trực tuyến", "28/11 14:00", Mode.ONLINE, None, None),
    ),
    (
        "Tập huấn dùng Zalo 14h 28/11 ở nhà chị Mai",
        ("Tập huấn dùng Zalo", "28/11 14:00", Mode.IN_PERSON, None, "nhà chị Mai"),
    ),
    (
        "họp tổ 3 28/11 19h",
        ("Họp tổ 3", "28/11 19:00", None, None, None),
    ),
    (
        "Họp chi hội - 19h30, 28/11/2026 - tại số 12 đường 3/2, phường 5",
        ("Họp chi hội", "28/11 19:30", Mode.IN_PERSON, None, "số 12 đường 3/2, phường 5"),
    ),
    (
        "HỌP CHI HỘI 19H30 TỐI MAI, TRỰC TUYẾN",
        ("HỌP CHI HỘI", "17/11 19:30", Mode.ONLINE, None, None),
    ),
    (
        "họp BCH 8h sáng 20/11 (trực tiếp), địa điểm: Hội trường UBND phường 5. Nội dung: tổng kết",
        ("Họp BCH. Nội dung: tổng kết", "20/11 08:00", Mode.IN_PERSON, None, "Hội trường UBND phường 5"),
    ),
    (
        "họp 20h mai vừa kết hợp trực tiếp và trực tuyến",
        ("Họp vừa", "17/11 20:00", Mode.BOTH, None, None),
    ),
    (
        "họp 20h mai tại hội trường, ai xa vào link meet.google.com/abc-defg.",
        ("Họp, ai xa", "17/11 20:00", Mode.BOTH, "https://meet.google.com/abc-defg", "hội trường"),
    ),
    (
        "họp trực tiếp 20h mai, online",
        ("Họp", "17/11 20:00", Mode.BOTH, None, None),
    ),
    (
        "Họp bàn tại sao thu chậm 20h mai",
        ("Họp bàn tại sao thu chậm", "17/11 20:00", None, None, None),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meant"), MEETINGS)
def test_a_meeting_in_one_line(said: str, meant: tuple[object, ...]) -> None:
    found = read_meeting(said, NOW)

    assert found.problems == ()
    assert found.starts is not None
    starts = f"{found.starts:%d/%m %H:%M}"
    assert (found.title, starts, found.mode, found.link, found.place) == meant
    assert found.recurrence is None


def test_a_meeting_that_comes_again_starts_on_its_next_day() -> None:
    found = read_meeting("Sinh hoạt ngày 15 hằng tháng lúc 19g30 tại hội trường", NOW)

    assert found.starts == datetime(2026, 12, 15, 19, 30, tzinfo=ZONE)
    assert found.recurrence == "FREQ=MONTHLY;BYMONTHDAY=15;BYHOUR=19;BYMINUTE=30;BYSECOND=0"
    assert (found.title, found.place) == ("Sinh hoạt", "hội trường")
    evening = read_meeting("họp 7 rưỡi tối thứ bảy hằng tuần", NOW)
    assert evening.starts == datetime(2026, 11, 21, 19, 30, tzinfo=ZONE)
    assert read_meeting("họp tối thứ bảy hằng tuần lúc 7h", NOW).starts is not None


def test_a_meeting_that_comes_again_may_say_when_it_begins() -> None:
    found = read_meeting("họp 19h thứ bảy tuần đầu hằng tháng, từ 05/12/2026", NOW)
    assert found.starts == datetime(2026, 12, 5, 19, tzinfo=ZONE)
    assert read_meeting("họp ngày 15 hằng tháng", NOW).problems == (Problem.NO_HOUR,)
    doubtful = read_meeting("họp 19h ngày 15 hằng tháng từ 15/10/2026", NOW)
    assert (doubtful.starts, doubtful.problems) == (None, (Problem.PAST,))


def test_a_monthly_meeting_with_a_date_happens_once() -> None:
    found = read_meeting("họp hằng tháng 19h thứ bảy tuần sau", NOW)

    assert found.starts == datetime(2026, 11, 28, 19, tzinfo=ZONE)
    assert (found.title, found.recurrence, found.problems) == ("Họp hằng tháng", None, ())


def test_a_meeting_may_say_when_it_ends() -> None:
    found = read_meeting("họp sơ kết 19h-20h30 mai online", NOW)

    assert found.ends == datetime(2026, 11, 17, 20, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ("họp 7 giờ mai", (Problem.AMBIGUOUS_HOUR,)),
        ("họp 31/2 19h", (Problem.IMPOSSIBLE,)),
        ("họp chi hội thứ bảy", (Problem.NO_HOUR,)),
        ("họp 19h", (Problem.NO_DATE,)),
        ("họp 19h 28/11, 29/11", (Problem.SEVERAL,)),
        ("họp 19h 15/11/2026", (Problem.PAST,)),
        ("", (Problem.NO_DATE, Problem.NO_HOUR)),
    ],
)
def test_what_is_doubtful_starts_nothing(said: str, problems: tuple[Problem, ...]) -> None:
    found = read_meeting(said, NOW)

    assert found.starts is None
    assert found.problems == problems


def test_the_moment_keeps_the_choices() -> None:
    days = read_meeting("họp 7 giờ thứ sáu 28/11", NOW).moment.options
    assert [f"{option:%d/%m %H}" for option in days] == [
        "27/11 07",
        "27/11 19",
        "28/11 07",
        "28/11 19",
    ]


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from([said for said, _ in MEETINGS])).map(" ".join),
    )
)
def test_no_line_is_too_strange(text: str) -> None:
    found = read_meeting(text, NOW)

    assert found.starts is None or found.starts > NOW
    assert found.starts is not None or found.problems


def test_a_year_of_a_rule_without_an_hour_falls_at_midnight() -> None:
    assert next_occurrences("FREQ=WEEKLY;BYDAY=MO", NOW, 1)[0].date() == date(2026, 11, 23)
