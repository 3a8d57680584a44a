"""Every command about a person's own data, and what comes due."""

from __future__ import annotations

from handlers.chat import Route, Tick, Where, Who
from handlers.privacy import consenting, correcting, erasing, exporting, requests, showing

_PRIVATE = Where.PRIVATE
ROUTES = {
    "mydata": Route(
        showing.mine,
        ("dulieucuatoi", "du lieu cua toi", "xem du lieu cua toi", "du lieu ca nhan"),
        Who.MEMBER,
        _PRIVATE,
    ),
    "seen": Route(
        showing.seen, ("aidaxem", "ai da xem"), Who.MEMBER, _PRIVATE, listed=False
    ),
    "data_erase": Route(
        erasing.erase,
        ("xoadulieu", "xoa du lieu", "xoa du lieu cua toi", "xoadulieucuatoi"),
        Who.MEMBER,
        _PRIVATE,
    ),
    "data_of": Route(
        showing.of_member, ("dulieuhoivien", "du lieu hoi vien"), Who.LEADER, _PRIVATE
    ),
    "data_requests": Route(
        requests.log, ("yeucaudulieu", "yeu cau du lieu"), Who.LEADER, _PRIVATE
    ),
    "data_log": Route(
        requests.accesses, ("nhatkydulieu", "nhat ky du lieu"), Who.LEADER, _PRIVATE,
        listed=False,
    ),
    "data_export": Route(
        exporting.export, ("taidulieu", "tai du lieu cua toi"), Who.MEMBER, _PRIVATE, listed=False
    ),
    "data_fix": Route(correcting.fix, (), Who.MEMBER, _PRIVATE, listed=False),
    "data_fixed": Route(correcting.decide, (), Who.LEADER, _PRIVATE, listed=False),
    "data_keep": Route(erasing.keep, (), Who.MEMBER, _PRIVATE, listed=False),
    "data_consent": Route(
        consenting.show, ("rutlaidongy", "rut lai dong y", "rut dong y"), Who.MEMBER, _PRIVATE,
        listed=False,
    ),
    "data_agree": Route(consenting.agree, (), Who.MEMBER, _PRIVATE, listed=False),
    "data_withdraw": Route(consenting.withdraw, (), Who.MEMBER, _PRIVATE, listed=False),
    "data_other": Route(requests.other, (), Who.MEMBER, _PRIVATE, listed=False),
    "data_request": Route(requests.one, (), Who.LEADER, _PRIVATE, listed=False),
    "data_close": Route(requests.settle, (), Who.LEADER, _PRIVATE, listed=False),
}  # fmt: skip
TICKS = {
    "privacy.erase": Tick(erasing.due, erasing.fire, scrubs=True),
    "privacy.requests": Tick(requests.due, requests.fire),
}
