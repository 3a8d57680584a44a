"""The ways a day is written, as patterns in proper Vietnamese (text.vi adds the other spellings)."""

from __future__ import annotations

from handlers.understanding.hours import PART
from handlers.understanding.text import spellings, vi

WEEKDAYS = {
    spelling: number
    for number, words in enumerate(("hai", "ba", "tư", "năm", "sáu", "bảy bẩy"))
    for word in words.split()
    for spelling in spellings(word)
}
MONTH_NAMES = {
    spelling: number
    for name, number in (("giêng", 1), ("chạp", 12))
    for spelling in spellings(name)
}
# "mùng 8/3" names a solar feast; any other mùng may be of either calendar.
FEASTS_BY_THE_SUN = {(8, 3), (3, 2), (1, 5), (1, 6), (2, 9)}

_ONE = "(?:một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín|mười)"
_SPOKEN_DAY = f"(?:(?:(?:hai|ba) )?(?:mươi|mười)(?: {_ONE})?|{_ONE})"
_DAY = f"(?:[0-9]{{1,2}}|{_SPOKEN_DAY})"
_MONTH = (
    "(?:[0-9]{1,2}|giêng|chạp|mười một|mười hai|mười|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)"
)
_YEAR = r"(?:\s*,?(?: năm |\s?[/.\-–]\s?| )(?P<y>[0-9]{4})\b)?"
_NEXT = "này|sau nữa|sau|tới|trước|rồi|qua"
_BY_THE_MOON = r"\s*\(?(?:âm lịch|âm|âl)\b\)?"
_BY_THE_SUN = r"\s*\(?(?:dương lịch|dương|dl)\b\)?"
_PEOPLE = "hội viên|người|chị|đồng chí|đại biểu|phụ nữ|hộ"


def _form(body: str) -> str:
    """A day with what leads to it, and the part of the day said before or after."""
    return (
        r"(?<![\w/])(?:(?:vào|lúc|nhằm|từ|bắt đầu|kể từ|trong) ){0,3}"
        rf"(?:(?:buổi )?(?P<part>{PART}) (?:của )?)?(?P<lead>(?:hôm|bữa|ngày) )?"
        rf"(?:{body})(?:,? buổi (?P<after>{PART})\b)?"
    )


_LUNAR_RAM = (
    rf"(?P<ram>rằm)\b(?: (?P<word>tháng) (?P<m>{_MONTH}|này|tới)\b| này| tới)?(?P<leap> nhuận)?"
    rf"(?:{_BY_THE_MOON})?{_YEAR}"
)
_LUNAR_DATE = (
    rf"(?:mùng |mồng )?(?P<d>{_DAY})(?:\s?[/-]\s?| tháng )(?P<m>{_MONTH})"
    rf"(?:[/-](?P<y>[0-9]{{4}}))?(?P<leap> nhuận)?{_BY_THE_MOON}"
)
_LUNAR_DAYS = (
    rf"(?:mùng|mồng) (?P<d>{_DAY}){_BY_THE_MOON}",
    rf"(?P<d>{_DAY})\s*\(?(?:âm lịch|âl)\b\)?",  # "8 am" is an hour
    rf"(?:mùng |mồng )?(?P<d>{_DAY}) tháng (?P<m>giêng|chạp)\b(?:{_BY_THE_MOON})?",
    rf"(?P<mung>mùng|mồng) (?P<d>{_DAY}) (?P<tet>tết)\b(?! dương| tây)",
    r"(?P<d>2[3-9]|30) (?P<tet>tết)\b(?! dương| tây)",
)
LUNAR = tuple(vi(_form(body)) for body in (_LUNAR_RAM, _LUNAR_DATE, *_LUNAR_DAYS))
MUNG = vi(
    _form(
        rf"(?:mùng|mồng) (?P<d>{_DAY})(?:(?:\s?[/-]\s?| tháng )(?P<m>{_MONTH})\b"
        rf"(?:[/-](?P<y>[0-9]{{4}}))?)?(?![\w/])(?P<solar>{_BY_THE_SUN})?"
    )
)
WRITTEN = vi(
    _form(
        rf"(?:(?P<d>[0-9]{{1,2}})|(?P<dw>{_SPOKEN_DAY})) (?P<word>tháng) (?P<m>{_MONTH})\b(?![/.\-][0-9]{{1,2}}\b)"
        rf"{_YEAR}(?! lần)(?:{_BY_THE_SUN})?"
    )
)
NUMERIC = vi(
    _form(
        r"(?<![\w/.,:\-])(?P<d>[0-9]{1,2})(?P<sep>\s?/\s?|[.\-–])(?P<m>[0-9]{1,2})"
        r"(?:(?P=sep)(?P<y>[0-9]{4}|[0-9]{2}))?"
        r"(?![\w/%]|[.,\-][0-9]|\s*(?:h|g|giờ|rưỡi)\b)"
        rf"(?P<people>(?=\s*(?:{_PEOPLE})\b))?(?:{_BY_THE_SUN})?"
    )
)
AT_WEEKDAY = vi(
    _form(
        rf"(?:(?P<wpre>tuần (?:{_NEXT})),? (?:vào )?(?:(?P<inner>{PART}) )?)?"
        r"(?:(?P<ordinal>thứ)(?:\s?(?P<wd>[2-7])(?![\w/]|[.\-][0-9])"
        r"| (?P<ww>hai|ba|tư|năm|sáu|bảy|bẩy)\b)"
        r"|t\.?(?P<t>[2-7])(?![\w/]|[.\-][0-9])|(?:chủ|chúa)\s?(?:nhật|nhựt)\b|cn\b)"
        rf"(?:,?(?: của)? (?P<week>tuần (?:{_NEXT})|này|tới)\b)?"
    )
)
RELATIVE = vi(
    _form(
        rf"(?P<n>[0-9]{{1,2}}|{_ONE}) (?:ngày|bữa|hôm|(?P<weeks>tuần)) nữa\b"
        r"|(?P<nay>nay)\b|(?P<mai>mai|mơi)\b(?! (?:mốt|này|sau)\b)|(?P<mot>mốt)\b"
        r"|(?P<kia>kia)\b|(?P<qua>qua)\b"
    )
)
BARE_DAY = vi(
    _form(
        rf"(?P<d>{_DAY})\b(?![/.:\-][0-9]|\s*(?:h|g|giờ|rưỡi|lần|đêm|người|tiếng|tháng [0-9]|âm|âl)\b)"
        r"(?: (?P<month>tháng (?:này|sau|tới))\b)?"
    )
)

# What before a day makes it something else.
FEAST_BEFORE = vi(
    r"\b(?:kỷ niệm|mừng|họp mặt|gặp mặt|tọa đàm|toạ đàm|truyền thống|lễ|hưởng ứng|nhân|dịp"
    r"|quốc tế phụ nữ|phụ nữ việt nam) (?:ngày )?$"
)
NO_DATE_BEFORE = vi(
    r"\b(?:đường|số|hẻm|ngõ|phố|kiệt|phòng|lầu|tuyến|tổ|khóm|ấp|công văn|nghị quyết|quyết định"
    r"|mỗi)\s?$"
)
ORDINAL_BEFORE = vi(
    r"\b(?:lần|kỳ|tuần|tổ|khóm|ấp|đợt|khóa|khoá|phiên|quý|tháng|năm|lớp|bài|điều|câu) $"
)
NAME_BEFORE = vi(
    r"\b(?:chị|cô|bà|bác|dì|thím|mợ|anh|chú|ông|cậu|út|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|thị|ngọc"
    r"|xuân|thanh|tuyết|hồng|phương|trúc|quỳnh|hoàng|hoa|cành|cây|chậu|nhà|ban|tên) $"
)
MAI_BEFORE = vi(r"\bmai $")
RECURS_AFTER = vi(
    r"(?: (?:của )?(?:tuần|tháng) (?:thứ )?\w+(?: cùng| tiên)?)?"
    r"\s*(?:của )?(?:hằng|hàng|mỗi|từng) (?:tuần|tháng|quý|năm)\b"
)
