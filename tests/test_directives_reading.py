"""What the bot proposes when an officer sends it a document."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from handlers.directives.deadlines import DeadlineKind, find_deadlines
from handlers.directives.numbers import DISPATCH, KINDS, find_number, number_in_name
from handlers.directives.pages import MAX_FILE_BYTES, MAX_PAGES, FileState, read_pages
from handlers.directives.reading import DirectiveDraft, read_directive
from handlers.directives.stamp_words import Secrecy, Urgency
from tests.papers import make_pdf

DATA = Path(__file__).parent / "data"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 16, 8, tzinfo=ZONE)

PLAN = """HỘI LIÊN HIỆP PHỤ NỮ
PHƯỜNG AN XUYÊN
Số: 07/KH-PN
K Ế H O Ạ C H
TỔ CHỨC HỘI THI NẤU ĂN
CHÀO MỪNG 20/10
I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
Tạo sân chơi cho hội viên.
II. THỜI GIAN
1. Thời gian: 8 giờ 00, ngày 18/12/2026 (thứ Sáu)
2. Địa điểm: nhà văn hóa khóm 8
III. TỔ CHỨC THỰC HIỆN
1. Các chi hội đăng ký đội thi trước ngày 10/12/2026.
TM. BAN CHẤP HÀNH"""

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


def draft_of(
    page: str | bytes | None = None, *, name: str = "", caption: str = "", now: datetime = NOW
) -> DirectiveDraft:
    data = make_pdf(page) if isinstance(page, str) else page
    return read_directive(data, name=name, caption=caption, now=now)


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


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("109/KH-BTV", "109/KH-BTV", "KH"),
        ("109-KH/BTV", "109-KH/BTV", "KH"),
        ("Số: 45/BTV-TG", "45/BTV-TG", DISPATCH),
        ("theo số 109 / kh - btv nha", "109/KH-BTV", "KH"),
        ("109/KH-BTV - Gia đình", "109/KH-BTV", "KH"),
        ("07/HD-ĐCT-TC", "07/HD-ĐCT-TC", "HD"),
        ("05/HD-MTTW-BTT", "05/HD-MTTW-BTT", "HD"),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP", "NĐ"),
        ("Luật số 91/2025/QH15", "91/2025/QH15", None),
        ("15-CV/TU", "15-CV/TU", DISPATCH),
        ("1/qyđ-bch", "1/QyĐ-BCH", "QyĐ"),
        ("12/QĐ-THA", "12/QĐ-THA", "QĐ"),
        ("hạn 20/11/2026, công văn số 45/BTV", "45/BTV", DISPATCH),
    ],
)
def test_numbers_in_text(text: str, number: str, kind: str | None) -> None:
    symbol = find_number(text)

    assert symbol is not None
    assert (symbol.number, symbol.kind) == (number, kind)


@pytest.mark.parametrize(
    "text", ["20/11/2026", "24/7", "3/4 chi hội", "12/KH", "45/BTV", "km/h", ""]
)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert find_number(text) is None


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("109-KH-BTV", "109/KH-BTV"),
        ("109 kh btv", "109/KH-BTV"),
        ("109_KH_BTV (1)", "109/KH-BTV"),
        ("109KH-BTV", "109/KH-BTV"),
        ("45-BTV-TG-canh-bao", "45/BTV-TG"),
        ("Cong van so 45 BTV TG", "45/BTV-TG"),
        ("07-HD-DCT-TC", "07/HD-ĐCT-TC"),
        ("12-qd-ubnd", "12/QĐ-UBND"),
    ],
)
def test_numbers_in_file_names(stem: str, number: str) -> None:
    symbol = number_in_name(stem)

    assert symbol is not None
    assert symbol.number == number


@pytest.mark.parametrize(
    "stem",
    ["scan0001", "IMG_20261112", "3-muc-tieu", "12-kh-tuyen-truyen", "2026-11-20 bao cao", ""],
)
def test_file_names_without_a_number(stem: str) -> None:
    assert number_in_name(stem) is None


def test_the_kinds_are_those_of_the_decree() -> None:
    assert len(KINDS) == 27 + 3 + 2 + 1  # Annex III, its copies, decree and circular, công văn
    assert KINDS["TTr"] == "tờ trình"
    assert draft_of(None, name="12-TTr-HPN.pdf").kind_name == "tờ trình"


def test_a_file_that_is_no_pdf_is_named_so() -> None:
    assert draft_of(b"PK\x03\x04 a Word file", name="45-BTV-TG.docx").number == "45/BTV-TG"
    assert read_pages(b"PK\x03\x04 a Word file").state is FileState.NOT_PDF
    assert read_pages(b"").state is FileState.NOT_PDF


def test_broken_files_are_named_so() -> None:
    whole = make_pdf(PLAN)

    assert read_pages(whole[:300]).state is FileState.CORRUPT
    assert read_pages(b"%PDF-1.7 and then nothing").state is FileState.CORRUPT
    assert read_pages(make_pdf()).state is FileState.CORRUPT  # no pages
    assert read_pages(b"%PDF-1.7" + bytes(MAX_FILE_BYTES)).state is FileState.TOO_BIG


def test_a_locked_file_is_named_so_and_one_locked_for_printing_is_read() -> None:
    def locked(password: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf(PLAN))))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    assert read_pages(locked("secret")).state is FileState.LOCKED
    assert read_pages(locked("")).state is FileState.READ
    assert draft_of(locked("secret"), name="109-KH-BTV.pdf").number == "109/KH-BTV"


def test_a_lock_that_needs_another_library_is_a_lock() -> None:
    zeros = "00" * 48
    lock = (
        f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O <{zeros}> "
        f"/U <{zeros}> /OE <{zeros}> /UE <{zeros}> /Perms <{zeros}> /StmF /StdCF /StrF /StdCF "
        "/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> >>"
    )
    data = make_pdf(PLAN).replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock.encode())

    assert read_pages(data).state is FileState.LOCKED


def test_letters_of_an_old_font_count_as_a_scan() -> None:
    assert read_pages(
        make_pdf("Héi Liªn hiÖp Phô n÷ thµnh phè Cµ Mau, kÕ ho¹ch tËp huÊn")
    ).state is (FileState.SCAN)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_long_book_is_read_only_at_its_front() -> None:
    pages = read_pages(make_pdf(*[PLAN] * (MAX_PAGES + 5)))

    assert pages.count == MAX_PAGES + 5
    assert len(pages.texts) == MAX_PAGES
    assert len(read_pages(make_pdf(*[(PLAN + "\n") * 60] * 4)).texts) < 4


def test_a_stamp_laid_over_the_page_by_a_viewer_counts() -> None:
    assert draft_of(make_pdf(PLAN, note="TỐI MẬT")).secrecy is Secrecy.SECRET
    assert draft_of(make_pdf(PLAN, note="Đã xem")).secrecy is None


def test_nothing_of_a_secret_document_is_kept() -> None:
    draft = draft_of("HỘI LHPN TỈNH\nMẬT\n" + PLAN, name="07-KH-PN.pdf", caption="hạn 5/12")

    assert draft == DirectiveDraft(FileState.READ, secrecy=Secrecy.CONFIDENTIAL, page_count=1)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert read_pages(data).state in FileState
    assert read_pages(b"%PDF-1.7\n" + data).state in FileState


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=20))
@pytest.mark.slow
@pytest.mark.sqlite
def test_no_damage_to_a_real_file_breaks_the_reader(damage: list[tuple[int, int]]) -> None:
    data = bytearray((DATA / "109-KH-BTV.pdf").read_bytes())
    for place, value in damage:
        data[place % len(data)] = value

    assert draft_of(bytes(data)).state in FileState


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_words_break_the_draft(caption: str, name: str) -> None:
    draft = draft_of(None, name=name, caption=caption)

    assert draft.state is FileState.ABSENT
