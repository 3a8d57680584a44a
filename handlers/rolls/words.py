"""The words of roll calls that both messages and workbooks need."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat import Choice
from storage.rolls import Purpose, Roll, Source, Status

Labels = Mapping[str, str]
LABELS: Labels = {
    Status.PRESENT: "có mặt",
    Status.PRESENT_ONLINE: "trực tuyến",
    Status.LATE: "đi trễ",
    Status.ABSENT: "vắng",
    Status.ABSENT_EXCUSED: "vắng có phép",
    Status.ABSENT_UNEXCUSED: "vắng không phép",
    Status.UNANSWERED: "chưa trả lời",
}
INTENT_LABELS: Labels = {
    **LABELS,
    Status.PRESENT: "sẽ dự",
    Status.PRESENT_ONLINE: "sẽ dự trực tuyến",
    Status.LATE: "sẽ đến trễ",
    Status.ABSENT: "không dự được",
    Status.ABSENT_EXCUSED: "không dự được (có lý do)",
}
MARKS: Mapping[str, str] = {
    Status.PRESENT: "✅",
    Status.PRESENT_ONLINE: "📱",
    Status.LATE: "⏰",
    Status.ABSENT: "🙏",
    Status.ABSENT_EXCUSED: "🙏",
    Status.ABSENT_UNEXCUSED: "⚠️",
}
ASKING_LEAVE = "xin phép vắng"
SOURCES: Mapping[str, str] = {
    "": "",
    Source.BUTTON: "tự bấm nút",
    Source.NUMBER: "tự trả lời số",
    Source.WORDS: "tự nhắn chữ",
    Source.PAGE: "tự trả lời qua link riêng",
    Source.LINK: "qua link nhóm, tự khai tên",
    Source.QR: "quét mã tại cửa, tự khai tên",
    Source.HELPER: "người nhà trả lời giúp",
    Source.LEADER: "chi hội trưởng ghi",
    Source.TEAM_HEAD: "tổ trưởng ghi",
    Source.PAPER: "phiếu giấy",
}


def labels(roll: Roll) -> Labels:
    """What each status is called in this roll."""
    return INTENT_LABELS if roll.purpose == Purpose.INTENT else LABELS


def choice(roll: Roll, status: str, line: str) -> Choice:
    """An answer as a button. Who will be away from what is going on asks leave."""
    label = ASKING_LEAVE if status == Status.ABSENT_EXCUSED else labels(roll)[status]
    return Choice(f"{MARKS[status]} {label.capitalize()}", line)


def answers(roll: Roll, members: str = "") -> tuple[Choice, ...]:
    """The answers a roll offers its members."""
    tail = f" {members}" if members else ""
    return tuple(
        choice(roll, status, f"mark {roll.number} {status}{tail}") for status in roll.offers
    )
