"""What the bot proposes when an officer sends it a document."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.directives.deadlines import DeadlineKind
from handlers.directives.numbers import DISPATCH
from handlers.directives.pages import FileState
from handlers.directives.reading import DirectiveDraft
from handlers.directives.stamp_words import Secrecy, Urgency
from tests.papers import make_pdf
from tests.reading_scenes import DATA, PLAN, ZONE, draft_of

TWO_COLUMNS = """HỘI LHPN TỈNH CÀ MAU CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
BAN THƯỜNG VỤ Độc lập - Tự do - Hạnh phúc
*** ________________
Số: 213/BTV-GĐXH Cà Mau, ngày 05 tháng 11 năm 2026
V/v tuyên truyền phòng, chống bạo lực
gia đình và xâm hại trẻ em
Kính gửi: Hội LHPN các xã, phường
Thực hiện Công văn số 45/UBND-VX ngày 01/11/2026 của UBND tỉnh, Hội LHPN tỉnh đề nghị:
1. Tổ chức ít nhất 01 buổi truyền thông tại chi hội.
2. Treo băng rôn từ ngày 15/11 đến hết ngày 15/12/2026.
3. Báo cáo kết quả về Hội LHPN tỉnh (qua Ban Gia đình xã hội) chậm nhất ngày 20/12/2026./.
Nơi nhận:
- Như trên;
- Báo cáo Thường trực Tỉnh ủy trước ngày 01/01/2027;
TM. BAN THƯỜNG VỤ"""


def days(draft: DirectiveDraft) -> list[tuple[date, time | None, DeadlineKind]]:
    return [(one.on, one.at, one.kind) for one in draft.deadlines]


def test_the_plan_of_the_city_is_read_whole() -> None:
    draft = draft_of((DATA / "109-KH-BTV.pdf").read_bytes(), name="109-KH-BTV.pdf")

    assert draft.state is FileState.READ
    assert (draft.number, draft.kind, draft.kind_name) == ("109/KH-BTV", "KH", "kế hoạch")
    assert draft.issued_on == date(2026, 11, 12)
    assert draft.issuer == "HỘI LHPN THÀNH PHỐ CÀ MAU"
    assert draft.summary == (
        "Tập huấn đăng ký dịch vụ công trực tuyến, chữ ký số và thanh toán không dùng tiền mặt"
    )
    assert days(draft) == [
        (date(2026, 11, 28), time(19, 30), DeadlineKind.EVENT),
        (date(2026, 11, 20), None, DeadlineKind.ACT),
        (date(2026, 12, 5), None, DeadlineKind.REPORT),
    ]
    event, spread, report = draft.deadlines
    assert event.phrase == "lúc 19 giờ 30 ngày 28/11/2026"
    assert event.purpose == "Mỗi chi hội cử 03 hội viên nòng cốt dự tập huấn trực tuyến"
    assert spread.phrase == "trước ngày 20/11/2026"
    assert report.purpose == "Báo cáo số hội viên đã có chữ ký số về Hội LHPN phường"
    assert len(draft.actions) == 3
    assert draft.actions[1].startswith("Chi hội trưởng triển khai nội dung trong nhóm")
    assert draft.urgency is None
    assert not draft.is_secret


def test_the_urgent_dispatch_is_past_once_its_hour_is_over() -> None:
    data = (DATA / "45-BTV-TG.pdf").read_bytes()

    draft = draft_of(data, name="45-BTV-TG.pdf", now=datetime(2026, 11, 19, 16, 59, tzinfo=ZONE))

    assert (draft.number, draft.kind, draft.kind_name) == ("45/BTV-TG", DISPATCH, "công văn")
    assert draft.summary == "Cảnh báo lừa đảo trên không gian mạng"
    assert draft.issued_on == date(2026, 11, 18)
    assert draft.urgency is Urgency.URGENT
    assert days(draft) == [(date(2026, 11, 19), time(17), DeadlineKind.CONFIRM)]
    assert not draft.deadlines[0].is_past
    assert draft.actions[1].startswith("Các đơn vị xác nhận đã nhận")

    later = draft_of(data, now=datetime(2026, 11, 19, 17, 1, tzinfo=ZONE))
    assert later.deadlines[0].is_past


def test_a_dispatch_in_two_columns() -> None:
    draft = draft_of(TWO_COLUMNS)

    assert draft.number == "213/BTV-GĐXH"
    assert draft.issuer == "HỘI LHPN TỈNH CÀ MAU - BAN THƯỜNG VỤ"
    assert draft.summary == "Tuyên truyền phòng, chống bạo lực gia đình và xâm hại trẻ em"
    assert days(draft) == [
        (date(2026, 12, 15), None, DeadlineKind.ACT),
        (date(2026, 12, 20), None, DeadlineKind.REPORT),
        (date(2027, 1, 1), None, DeadlineKind.REPORT),
    ]
    assert [one.split()[0] for one in draft.actions] == ["Tổ", "Treo", "Báo"]
    assert draft.actions[2].endswith("chậm nhất ngày 20/12/2026")


def test_a_plan_in_chapters_asks_only_what_it_asks() -> None:
    draft = draft_of(PLAN)

    assert (draft.number, draft.kind_name) == ("07/KH-PN", "kế hoạch")
    assert draft.issuer == "HỘI LIÊN HIỆP PHỤ NỮ - PHƯỜNG AN XUYÊN"
    assert draft.summary == "TỔ CHỨC HỘI THI NẤU ĂN CHÀO MỪNG 20/10"
    assert draft.actions == ("Các chi hội đăng ký đội thi trước ngày 10/12/2026",)
    assert days(draft) == [
        (date(2026, 12, 18), time(8), DeadlineKind.EVENT),
        (date(2026, 12, 10), None, DeadlineKind.ACT),
    ]


def test_a_party_guide_keeps_its_own_form_of_number() -> None:
    draft = draft_of(
        "BAN CHẤP HÀNH TRUNG ƯƠNG ĐẢNG CỘNG SẢN VIỆT NAM\nBAN TỔ CHỨC\n*\nSố: 31-HD/BTCTW\n"
        "Hà Nội, ngày 04 tháng 8 năm 2025\nHƯỚNG DẪN\nvề tổ chức bộ máy Mặt trận Tổ quốc\n"
        "Việt Nam\n-----\nCăn cứ Điều lệ Đảng; Quy định số 12-QĐ/TW"
    )

    assert (draft.number, draft.kind_name) == ("31-HD/BTCTW", "hướng dẫn")
    assert draft.issuer == "BAN CHẤP HÀNH TRUNG ƯƠNG - BAN TỔ CHỨC"
    assert draft.issued_on == date(2025, 8, 4)
    assert draft.summary == "Về tổ chức bộ máy Mặt trận Tổ quốc Việt Nam"


def test_number_and_day_left_blank_for_the_clerk_are_not_invented() -> None:
    draft = draft_of(
        "HỘI LHPN PHƯỜNG TÂN THÀNH\nSố:      /KH-BTV\nCà Mau, ngày     tháng 11 năm 2026\n"
        "KẾ HOẠCH\nThực hiện chiến dịch Chợ 4.0\nCăn cứ Kế hoạch số 10/KH-HPN ngày 01/02/2026",
        name="KH 109.pdf",
    )

    assert (draft.number, draft.kind, draft.issued_on) == ("", "KH", None)
    assert draft.summary == "Thực hiện chiến dịch Chợ 4.0"
    assert draft.deadlines == ()


def test_title_and_summary_on_one_line() -> None:
    draft = draft_of("HỘI LHPN PHƯỜNG 5\nTHÔNG BÁO Lịch họp quý IV\nKính gửi: các chi hội")

    assert (draft.kind, draft.kind_name) == ("TB", "thông báo")
    assert draft.summary == "Lịch họp quý IV"


def test_a_day_that_does_not_exist_in_the_date_line() -> None:
    assert draft_of("Số: 1/KH-BTV\nCà Mau, ngày 31 tháng 11 năm 2026").issued_on is None


def test_a_scan_is_said_to_be_one_and_name_and_words_still_help() -> None:
    draft = draft_of(
        "",
        name="109-KH-BTV.pdf",
        caption="KHẨN: KH 109/KH-BTV ngày 12/11/2026 về tập huấn chữ ký số, báo cáo trước 5/12",
    )

    assert draft.state is FileState.SCAN
    assert (draft.number, draft.kind_name) == ("109/KH-BTV", "kế hoạch")
    assert draft.issued_on == date(2026, 11, 12)
    assert draft.summary == "Tập huấn chữ ký số"
    assert draft.urgency is Urgency.URGENT
    assert days(draft) == [(date(2026, 12, 5), None, DeadlineKind.REPORT)]


@pytest.mark.parametrize(
    ("caption", "summary", "kind_name"),
    [
        ("V/v tổ chức họp mặt 20/10", "Tổ chức họp mặt 20/10", ""),
        ("Kế hoạch tập huấn an toàn mạng", "Tập huấn an toàn mạng", "kế hoạch"),
        ("Thông báo lịch khám bệnh miễn phí số 12/TB-HPN", "Lịch khám bệnh miễn phí", "thông báo"),
        ("Gửi các chị triển khai giúp em nha", "", ""),
        ("Chị gửi 45/BTV-TG nghe", "", "công văn"),
        ("", "", ""),
    ],
)
def test_a_summary_from_the_caption(caption: str, summary: str, kind_name: str) -> None:
    draft = draft_of(None, caption=caption)

    assert draft.state is FileState.ABSENT
    assert (draft.summary, draft.kind_name) == (summary, kind_name)


def test_the_officers_own_date_comes_first_and_is_not_doubled() -> None:
    page = "Số: 1/KH-BTV\n1. Gửi danh sách trước ngày 20/11/2026.\n2. Nộp trước ngày 05/12/2026."

    draft = draft_of(page, caption="hạn nộp 5/12")

    assert [one.on.day for one in draft.deadlines] == [5, 20]


def test_a_caption_date_that_does_not_exist_is_reported() -> None:
    draft = draft_of(None, caption="45/BTV-TG ngày 31/11/2026, báo cáo trước ngày 31/11/2026")

    assert draft.issued_on is None
    assert draft.impossible_dates == ("trước ngày 31/11/2026",)


def test_a_stamp_laid_over_the_page_by_a_viewer_counts() -> None:
    assert draft_of(make_pdf(PLAN, note="TỐI MẬT")).secrecy is Secrecy.SECRET
    assert draft_of(make_pdf(PLAN, note="Đã xem")).secrecy is None


def test_nothing_of_a_secret_document_is_kept() -> None:
    draft = draft_of("HỘI LHPN TỈNH\nMẬT\n" + PLAN, name="07-KH-PN.pdf", caption="hạn 5/12")

    assert draft == DirectiveDraft(FileState.READ, secrecy=Secrecy.CONFIDENTIAL, page_count=1)


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_words_break_the_draft(caption: str, name: str) -> None:
    draft = draft_of(None, name=name, caption=caption)

    assert draft.state is FileState.ABSENT
