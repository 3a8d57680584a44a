"""A stamp is told apart from the same words in ordinary talk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.directives.stamp_words import Secrecy, Urgency
from handlers.directives.stamps import (
    secrecy_named,
    secrecy_printed,
    secrecy_said,
    urgency_of,
)


@pytest.mark.parametrize(
    ("caption", "level"),
    [
        ("MẬT", Secrecy.CONFIDENTIAL),
        ("mật", Secrecy.CONFIDENTIAL),
        ("Mật.", Secrecy.CONFIDENTIAL),
        ("*MẬT*", Secrecy.CONFIDENTIAL),
        ("🔒MẬT🔒", Secrecy.CONFIDENTIAL),
        ("M Ậ T", Secrecy.CONFIDENTIAL),
        ("MAT", Secrecy.CONFIDENTIAL),
        ("(mật)", Secrecy.CONFIDENTIAL),
        ("Kế hoạch số 12 [MAT]", Secrecy.CONFIDENTIAL),
        ("Gửi các chị\nMẬT", Secrecy.CONFIDENTIAL),
        ("Văn bản MẬT", Secrecy.CONFIDENTIAL),
        ("VĂN BẢN MẬT", Secrecy.CONFIDENTIAL),
        ("văn bản mật", Secrecy.CONFIDENTIAL),
        ("Văn bản mật, không chuyển tiếp", Secrecy.CONFIDENTIAL),
        ("Mật: kế hoạch bảo vệ", Secrecy.CONFIDENTIAL),
        ("Kế hoạch 12 - mật", Secrecy.CONFIDENTIAL),
        ("MẬT - KHẨN", Secrecy.CONFIDENTIAL),
        ("12/KH-BTV/MẬT", Secrecy.CONFIDENTIAL),
        ("12/KH-BTV-MẬT", Secrecy.CONFIDENTIAL),
        ("12/MẬT-BTV", Secrecy.CONFIDENTIAL),
        ("12/KH-BTV-MAT", Secrecy.CONFIDENTIAL),
        ("109/KH-BTV MAT", Secrecy.CONFIDENTIAL),
        ("số 45/BTV-TG mật", Secrecy.CONFIDENTIAL),
        ("Số 45/BTV-TG (Mật) gửi các chị", Secrecy.CONFIDENTIAL),
        ("TỐI MẬT", Secrecy.SECRET),
        ("(toi mat)", Secrecy.SECRET),
        ("Độ mật: Tối mật", Secrecy.SECRET),
        ("Em gửi tài liệu tối mật của tỉnh", Secrecy.SECRET),
        ("KH 12, tối mật", Secrecy.SECRET),
        ("tuyệt mật", Secrecy.TOP_SECRET),
        ("T U Y Ệ T M Ậ T", Secrecy.TOP_SECRET),
        ("TUYỆT   MẬT", Secrecy.TOP_SECRET),
        ("TUYEÄT MAÄT", Secrecy.TOP_SECRET),
    ],
)
def test_a_caption_that_says_secret(caption: str, level: Secrecy) -> None:
    assert secrecy_said(caption) is level


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "bảo mật",
        "BẢO MẬT",
        "Tập huấn bảo mật thông tin",
        "45/BTV-TG bảo mật tài khoản",
        "BÍ MẬT NHÀ NƯỚC",
        "mật khẩu",
        "ĐỔI MẬT KHẨU ZALO",
        "12/KH-BTV mật khẩu mới",
        "Tài liệu mật ong rừng",
        "MẬT ONG U MINH",
        "SỎI MẬT: khám miễn phí",
        "mật độ dân số, mật thiết",
        "MẶT TRẬN TỔ QUỐC",
        "HỌP MẶT 20/10",
        "HOP MAT 20/10",
        "KHAM MAT",
        "mất thẻ",
        "gửi tới MAT TRAN",
        "ĐỘ MẬT: thường",
        "không phải văn bản mật",
        "Không gửi tài liệu MẬT qua Zalo",
        "tuyệt mật, tối mật, mật là ba độ mật",
    ],
)
def test_a_caption_that_only_uses_the_word(caption: str) -> None:
    assert secrecy_said(caption) is None


@pytest.mark.parametrize(
    "stem",
    [
        "109-KH-BTV-MẬT",
        "109-KH-BTV-MAT",
        "109-kh-btv-mat",
        "109-KH-BTV_MAT (1)",
        "109-KH-BTV-MAT-KHAN",
        "109-KH-BTV mật",
        "MẬT_109-KH-BTV",
        "[MẬT] 109-KH-BTV",
        "TOI_MAT_12-KH-BTV",
        "TUYET-MAT",
        "Văn-bản-mật",
        "KH 12 - mật",
        "12-KH-BTV-tuyệt-mật",
    ],
)
def test_a_file_name_that_says_secret(stem: str) -> None:
    assert secrecy_named(stem)


@pytest.mark.parametrize(
    "stem",
    [
        "109-KH-BTV",
        "109-KH-BTV-Mat-tran",
        "109-KH-BTV-khám-mắt",
        "109-KH-BTV-mặt",
        "45-BTV-TG-BAO-MAT",
        "kham-mat-mien-phi",
        "HUONG-DAN-BAO-MAT",
        "doi-mat-khau",
        "HOP-MAT-20-10",
        "TOI MAT TRAN",
        "bảo mật tài khoản",
    ],
)
def test_a_file_name_that_only_uses_the_word(stem: str) -> None:
    assert secrecy_named(stem) is None


@pytest.mark.parametrize(
    "page",
    [
        "HỘI LHPN TỈNH\nMẬT\nSố: 12/KH-BTV",
        "HỘI LHPN TỈNH\nTối mật\nSố: 12/KH-BTV",
        "MẬT HỘI LHPN TỈNH CÀ MAU\nSố: 12",
        "HỘI LHPN TỈNH CÀ MAU TỐI MẬT\nSố: 12",
        "Số: 12/KH-BTV MẬT",
        "Số: 12/KH-BTV (Mật)",
        "T U Y Ệ T M Ậ T\nHỘI LHPN",
        "Độ mật: Mật\nHỘI LHPN",
        "MẬT - HỎA TỐC\nHỘI LHPN",
        "MẬT. Đề nghị các đơn vị khẩn trương phổ biến đến các chi hội",
    ],
)
def test_a_page_that_is_stamped(page: str) -> None:
    assert secrecy_printed(page)


@pytest.mark.parametrize(
    "page",
    [
        "KẾ HOẠCH\nTập huấn kỹ năng bảo mật\ntài khoản",
        "TẬP HUẤN KỸ NĂNG BẢO\nMẬT\nTHÔNG TIN",
        "HƯỚNG DẪN ĐỔI\nMẬT\nKHẨU ZALO",
        "đặt mật\nkhẩu mạnh",
        "BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Không soạn thảo, gửi tài liệu có độ MẬT, TỐI MẬT, TUYỆT MẬT qua Zalo",
        "nghiêm cấm chụp ảnh văn bản đóng dấu MẬT rồi gửi lên nhóm của chi hội",
        "phân loại tuyệt mật, tối mật, mật theo quy định",
        "ỦY BAN MẶT TRẬN TỔ QUỐC",
    ],
)
def test_a_page_that_only_uses_the_word(page: str) -> None:
    assert secrecy_printed(page) is None


@given(
    st.sampled_from(["bảo mật", "bí mật", "mật khẩu", "mật ong", "mật mã", "mật độ"]),
    st.sampled_from([str.lower, str.upper, str.title, str.capitalize]),
    st.sampled_from(["Tập huấn {}", "{}", "({})", "Kế hoạch: {}", "{} tài khoản", "109/KH-BTV {}"]),
)
def test_ordinary_words_are_never_a_stamp(word: str, cased: object, frame: str) -> None:
    assert callable(cased)
    words = frame.format(cased(word))

    assert secrecy_said(words) is None
    assert secrecy_named(words) is None
    assert secrecy_printed(words) is None


@given(
    st.sampled_from(["MẬT", "TỐI MẬT", "TUYỆT MẬT"]),
    st.lists(
        st.sampled_from(
            ["HỘI LHPN TỈNH CÀ MAU", "Số: 12/KH-BTV", "KẾ HOẠCH", "Tập huấn chữ ký số"]
        ),
        max_size=4,
    ),
    st.data(),
)
def test_a_stamp_on_its_own_line_is_seen_anywhere(
    stamp: str, lines: list[str], data: st.DataObject
) -> None:
    lines.insert(data.draw(st.integers(0, len(lines))), stamp)

    assert secrecy_printed("\n".join(lines))


@pytest.mark.parametrize(
    ("caption", "page", "level"),
    [
        ("KHẨN", "", Urgency.URGENT),
        ("khẩn: gửi ngay", "", Urgency.URGENT),
        ("Công văn khẩn", "", Urgency.URGENT),
        ("", "KHẨN. Đề nghị các cấp Hội phổ biến ngay đến hội viên thủ đoạn", Urgency.URGENT),
        ("", "HỘI LHPN\nTHƯỢNG KHẨN\nSố: 1", Urgency.VERY_URGENT),
        ("KHẨN", "HỎA TỐC", Urgency.IMMEDIATE),
        ("HOẢ TỐC", "", Urgency.IMMEDIATE),
        ("khẩn trương gửi", "Các chi hội KHẨN TRƯƠNG phổ biến", None),
        ("tình trạng khẩn cấp", "ĐỘ KHẨN: thường", None),
        ("khan hiếm nước ngọt", "", None),
    ],
)
def test_urgency(caption: str, page: str, level: Urgency | None) -> None:
    assert urgency_of(caption, page) is level
