"""The words that both messages and the files people take out need."""

from __future__ import annotations

from collections.abc import Mapping

from storage.audit import Deed
from storage.consents import MEMBERSHIP, PAPER
from storage.histories import Happened
from storage.members import MemberStatus, RoleKind
from storage.privacy import RequestState, Right, Sensitive

FIELDS: Mapping[str, str] = {
    "name": "Họ và tên",
    "alias": "Tên thường gọi",
    "birth": "Ngày sinh",
    "phone": "Điện thoại",
    "address": "Nơi ở",
    "job": "Nghề nghiệp",
    "joined": "Ngày vào Hội",
    "title": "Chức vụ ghi trong danh sách",
    "team": "Tổ",
    "note": "Ghi chú",
}
STATUS: Mapping[str, str] = {
    MemberStatus.ACTIVE: "đang sinh hoạt",
    MemberStatus.AWAY: "đi làm xa, tạm vắng",
    MemberStatus.LEFT: "đã rời Hội",
}
ROLES: Mapping[str, str] = {
    RoleKind.OFFICER: "Cán bộ",
    RoleKind.LEADER: "Chi hội trưởng",
    RoleKind.DEPUTY: "Chi hội phó",
    RoleKind.TEAM_HEAD: "Tổ trưởng",
}
SENSITIVE: Mapping[str, str] = {
    Sensitive.ETHNICITY: "Dân tộc",
    Sensitive.RELIGION: "Tôn giáo",
    Sensitive.PARTY: "Đảng viên",
    Sensitive.POVERTY: "Hoàn cảnh (hộ nghèo, chính sách)",
    Sensitive.HEALTH: "Sức khoẻ",
}
PURPOSES: Mapping[str, str] = {MEMBERSHIP: "Sinh hoạt Hội qua tin nhắn", **SENSITIVE}
GROUNDS: Mapping[str, str] = {
    MEMBERSHIP: "quản lý hội viên theo Điều lệ Hội",
    "consent": "hội viên đã đồng ý",
    "law": "quy định của pháp luật",
}
RIGHTS: Mapping[str, str] = {
    Right.VIEW: "xem dữ liệu",
    Right.EXPORT: "lấy bản dữ liệu",
    Right.CORRECT: "sửa dữ liệu",
    Right.ERASE: "xoá dữ liệu",
    Right.WITHDRAW: "rút lại đồng ý",
    Right.RESTRICT: "hạn chế dùng dữ liệu",
    Right.OBJECT: "phản đối dùng dữ liệu",
}
REFUSED: Mapping[str, str] = {
    "law": "Luật hoặc Điều lệ Hội buộc phải giữ",
    "others": "Đụng tới dữ liệu của người khác",
    "twice": "Đã làm theo một yêu cầu trước",
    "talk": "Đã gặp và giải thích trực tiếp",
}
"""Why a request is not followed: one of these, so that the log keeps nobody's story."""
STATES: Mapping[str, str] = {
    RequestState.OPEN: "đang chờ",
    RequestState.DONE: "đã xong",
    RequestState.REFUSED: "không nhận",
    RequestState.DROPPED: "đã rút",
}
HAPPENED: Mapping[str, str] = {
    Happened.ADDED: "thêm vào danh sách",
    Happened.EDITED: "sửa thông tin",
    Happened.IMPORTED: "cập nhật theo danh sách",
    Happened.MOVED: "chuyển sinh hoạt",
    Happened.AWAY: "đi làm xa",
    Happened.LEFT: "rời Hội",
    Happened.DIED: "qua đời",
    Happened.RETURNED: "trở lại sinh hoạt",
    Happened.MERGED: "nhập hai dòng làm một",
    Happened.SEPARATED: "tách ra như cũ",
}
DEEDS: Mapping[str, str] = {
    Deed.FOUND: "tìm thấy tên",
    Deed.CARD: "xem thông tin",
    Deed.LIST: "xem danh sách có tên",
    Deed.EXPORT: "tải dữ liệu ra tệp",
    Deed.IMPORT: "nhập danh sách",
    Deed.CHANGED: "sửa thông tin",
    Deed.CONSENT: "ghi lời đồng ý",
    Deed.ERASED: "xoá dữ liệu",
}
MORE: Mapping[str, str] = {
    "status": "tình trạng",
    "left_on": "ngày rời",
    "left_reason": "lý do rời",
    "unit": "đơn vị",
    "club": "câu lạc bộ",
    "dues": "hội phí",
    "history": "những lần thay đổi",
    "register": "hai dòng trùng",
    "requests": "yêu cầu về dữ liệu",
}
"""What else a deed may be about."""
ANYBODY = "người trông máy"
"""Who works on the command line, as people are told of him."""
FORMER = "người đã rời danh sách"


def channel(name: str) -> str:
    """How a consent was given."""
    return "phiếu giấy" if name == PAPER else f"tin nhắn ({name})"


def about(detail: str) -> str:
    """The fields a deed names, as people call them; "" if it names none."""
    labels = (
        FIELDS.get(name) or PURPOSES.get(name) or MORE.get(name) for name in detail.split(",")
    )
    return ", ".join(label.lower() for label in labels if label)
