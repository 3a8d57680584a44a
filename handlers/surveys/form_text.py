"""Reads a survey written by hand as plain text.

    Khảo sát: Nhu cầu học chữ ký số
    Hạn: 30/11/2026
    Kín: không

    1. Chị đã có chữ ký số chưa? (có/không) *
       nếu không -> câu 3
    2. Chị dùng vào việc gì? (nhiều lựa chọn)
       - Dịch vụ công
       - Ngân hàng
    3. Mức độ cần tập huấn? (thang 1-5)

Title: behind "Khảo sát:", "Tên:" or "Tiêu đề:", or the first line. "Hạn:" (kept as words) and
"Kín:" or "Ẩn danh:" (có or không) may be left out. A question begins with its number, "1." or
"Câu 1:"; numbers must rise. Behind it in brackets its kind: có/không, một lựa chọn, nhiều lựa
chọn, số (also "số 0-20"), chữ, ngày, thang 1-5; without one it is one choice if options follow,
else a short text. "*" or "(bắt buộc)" makes it required. Options begin with "-", "+", "•", "o"
or "a)". Rules begin with "nếu" or an arrow (see `skips`). A line that is none of these goes on
with the words of the question above it. Marks and capitals do not matter anywhere.
"""

from __future__ import annotations

import re

from handlers.surveys.drafts import FormDraft, QuestionDraft, build
from handlers.surveys.forms import FormProblem, FormReading
from handlers.surveys.skips import is_skip
from storage.vietnamese import fold, normalise

MAX_LINES = 500
TITLE_WORDS = frozenset({"khao sat", "ten", "ten khao sat", "tieu de", "chu de"})
DEADLINE_WORDS = frozenset({"han", "han chot", "han tra loi", "thoi han", "den ngay", "den het"})
SECRET_WORDS = frozenset({"kin", "an danh", "bo phieu kin", "giau ten", "khong ghi ten"})

_QUESTION = re.compile(
    r"^(?:(?:câu|cau)\s*(?:hỏi\s*|hoi\s*)?(\d{1,3})\s*[.):\-–]*|(\d{1,3})\s*[.):/])\s*(?!\d)(.*)$",
    re.IGNORECASE,
)
_OPTION = re.compile(r"^(?:[-+•●○▪◦*–—☐□]|o(?=\s)|\[\s?\]|\(\s?\)|[a-lA-L][.)])\s*(.+)$")
_LABEL = re.compile(r"^([^:：]{2,24})[:：]\s*(.*)$")


def read_text_form(text: str) -> FormReading:
    """The survey in a plain text, or what is wrong with it, line by line."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        return FormReading(None, (FormProblem("form_too_long", MAX_LINES + 1),))
    draft = FormDraft()
    for line, raw in enumerate(lines, 1):
        words = normalise(raw)
        if words:
            _take(draft, line, words)
    return build(draft)


def _take(draft: FormDraft, line: int, words: str) -> None:
    question = _QUESTION.match(words)
    last = draft.questions[-1] if draft.questions else None
    if question:
        label = int(question[1] or question[2])
        draft.questions.append(QuestionDraft(line, label, question[3]))
    elif last is None:
        _take_heading(draft, line, words)
    elif is_skip(words):
        last.rules.append((line, words))
    elif option := _OPTION.match(words):
        last.options.append((line, option[1]))
    elif take_label(draft, line, words):
        return
    elif not last.options and not last.rules:
        last.text = f"{last.text} {words}".strip()
    else:
        draft.problems.append(FormProblem("stray_line", line, words))


def _take_heading(draft: FormDraft, line: int, words: str) -> None:
    if take_label(draft, line, words):
        return
    if draft.title[1]:
        draft.problems.append(FormProblem("stray_line", line, words))
    else:
        draft.title = (line, words)


def take_label(draft: FormDraft, line: int, words: str) -> bool:
    """Takes "Khảo sát: …", "Hạn: …", "Kín: …" into the draft; False if it is none of these."""
    match = _LABEL.match(words)
    name, value = (fold(match[1]), match[2]) if match else (fold(words), "")
    if match and name in TITLE_WORDS:
        draft.title = (line, value)
    elif match and name in DEADLINE_WORDS:
        draft.deadline = value
    elif name in SECRET_WORDS:
        draft.secret = (line, value)
    else:
        return False
    return True
