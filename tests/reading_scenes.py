"""A plan as its page says it, and the draft that is read from a document."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.directives.reading import DirectiveDraft, read_directive
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


def draft_of(
    page: str | bytes | None = None, *, name: str = "", caption: str = "", now: datetime = NOW
) -> DirectiveDraft:
    data = make_pdf(page) if isinstance(page, str) else page
    return read_directive(data, name=name, caption=caption, now=now)
