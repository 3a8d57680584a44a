"""Scenes the survey stories share: forms, and how a leader sends one."""

from __future__ import annotations

from handlers.surveys.form_text import read_text_form
from handlers.surveys.forms import SurveyForm
from storage import surveys
from storage.surveys import Survey
from tests.cast import Cast, Player

YES_NO = """Khảo sát: Đi chợ phiên
1. Chị có đi chợ phiên không? (có/không) *"""
THREE = """Khảo sát: Nhu cầu học chữ ký số
1. Chị đã có chữ ký số chưa? (có/không) *
   nếu không -> câu 3
2. Chị dùng vào việc gì? (nhiều lựa chọn)
   - Dịch vụ công
   - Ngân hàng
   - Mua bán
3. Chị góp ý gì thêm? (chữ)"""
EVERY_KIND = """Khảo sát: Đủ kiểu
1. Chị thích gì? (một lựa chọn)
   - Hát
   - Múa
2. Chị chấm mấy điểm? (thang 0-10)
3. Nhà chị mấy người? (số 1-20) *
4. Chị vào Hội ngày nào? (ngày)
5. Chị nói thêm gì? (chữ) *"""
NEEDS = """Khảo sát: Nhu cầu học chữ ký số
Hạn: 30/11/2026
Kín: không
1. Chị đã có chữ ký số chưa? (có/không) *
   nếu không -> câu 3
2. Chị dùng vào việc gì? (nhiều lựa chọn)
   - Dịch vụ công
   - Ngân hàng
3. Mức độ cần tập huấn? (thang 1-5)
"""

UNMARKED = """KHAO SAT NHU CAU HOC NGHE

Cau 1: Chi bao nhieu tuoi? (so 18-110, bat buoc)
  neu duoi 30 => ket thuc
  neu tu 60 tro len thi sang cau 4
Cau 2: Chi thich mon nao,
chon mot mon?
a) Nau an, may va
b) Hat
c) - Khac
  neu Nau an, may va hoac 2 -> cau 4
Cau 3: Y kien khac
-> het
Cau 4: Ngay chi ranh? (ngay)
Cau 5: Chi muon hoc gi? (chon nhieu)
[ ] Dan lat
☐ Lam banh
neu cau 1 = 40 → cau 5
An danh
"""


async def sends(author: Player, form: str, *, secret: bool = False, deadline: str = "") -> None:
    """The author pastes a form, answers what it leaves open, and sends it to her branch."""
    if deadline:
        first, _, rest = form.partition("\n")
        form = f"{first}\nHạn: {deadline}\n{rest}"
    await author.says(form)
    if not deadline:
        await author.presses("Không có hạn")
    await author.presses("Kín:" if secret else "Có tên:")
    await author.presses("📨 Gửi")


def survey(cast: Cast, number: int = 1) -> Survey:
    """A survey as it is stored."""
    with cast.session() as session:
        found = surveys.get(session, number)
        assert found is not None
        return found


def form_of(text: str) -> SurveyForm:
    reading = read_text_form(text)
    assert reading.problems == ()
    assert reading.form is not None
    return reading.form


def problems_of(text: str) -> list[tuple[str, int]]:
    reading = read_text_form(text)
    assert reading.form is None
    return [(problem.code, problem.line) for problem in reading.problems]
