"""The pages of the register: shown as often as one likes, used once, and only by whom they are for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest
from sqlmodel import func, select

from bot.web import register_desk
from handlers.members import storing
from handlers.members.grids import MAX_BYTES
from storage import members, register, units
from storage.blobs import Blob
from storage.database import begin, reading
from storage.members import Member, RoleKind
from storage.passes import Pass
from tests.browsing import Browser, link, link_in
from tests.cast import PUBLIC_URL, Cast
from tests.spreadsheets import HEADER, WARD, workbook

LIST: list[Sequence[object]] = [
    HEADER,
    [1, "Ngô Thị Sen", "1970", "0912345678", "Hẻm 2", "", ""],
    [2, "Trần Thị Đào", "12/05/1981", "", "", "Tổ trưởng tổ 3", ""],
]
SEVEN = workbook({"CH Khóm 8": LIST})
UNKNOWN = workbook({"CH Khóm 9": LIST})
MIXED = workbook(
    {
        "CH Khóm 8": [
            *LIST,
            [3, "Hồ Thị Quýt, Hồ Thị Cam", "1960"],
            [4, "<b>Dương</b> Thị Na", "31/02/1970"],
            [5, "Võ Thị An", "20/10/1980", "0987654321"],
        ]
    }
)


def people(cast: Cast, code: str = "P5-K8") -> list[str]:
    with reading(cast.engine) as session:
        unit = units.by_code(session, code)
        assert unit is not None and unit.id is not None
        return sorted(member.name for member in register.listed(session, [unit.id]))


def count(cast: Cast, table: type[Blob | Member | Pass]) -> int:
    with reading(cast.engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()


async def test_an_officer_brings_in_a_list_and_is_told_in_chat(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.opens(url)
        assert "Nhập danh sách hội viên" in browser.text and "Phường 5" in browser.text
        await browser.uploads(url, "ds.xlsx", SEVEN)
        assert "Thêm mới: 2 người" in browser.text
        assert "quản lý hội viên theo Điều lệ Hội" in browser.text
        assert "Ngô Thị Sen" not in people(cast)

        await browser.sends(f"{url}/nhap")
    await cast.settle()

    assert "Đã nhập xong" in browser.text
    assert {"Ngô Thị Sen", "Trần Thị Đào"} <= set(people(cast))
    assert cast.hoa.text.startswith("Đã nhập xong tệp ds.xlsx vào Hội LHPN Phường 5, 2 người.")
    assert count(cast, Blob) == 0


async def test_looking_never_uses_a_link_up_but_doing_does(cast: Cast) -> None:
    """A chat platform opens links by itself to show a preview."""
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for _ in range(3):
            assert (await browser.opens(url)).status_code == 200
        await browser.uploads(url, "ds.xlsx", SEVEN)
        for _ in range(3):
            assert "Xem thử" in (await browser.opens(url)).text
        await browser.sends(f"{url}/nhap")

        assert (await browser.opens(url)).status_code == 410
        assert "Đường dẫn chỉ dùng một lần, và đã dùng rồi." in browser.text
        for verb in ("tep", "khac", "nhap", "tai"):
            assert (await browser.sends(f"{url}/{verb}")).status_code == 410
    assert people(cast).count("Ngô Thị Sen") == 1


async def test_a_link_lapses_after_half_an_hour_and_its_workbook_goes(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        await cast.passes(minutes=29)
        assert (await browser.opens(url)).status_code == 200 and count(cast, Blob) == 1
        await cast.passes(minutes=1)
        assert (await browser.sends(f"{url}/nhap")).status_code == 410
        assert "hết hạn" in browser.text
    assert count(cast, Blob) == 0
    assert "Ngô Thị Sen" not in people(cast)


async def test_a_new_link_ends_the_older_one(cast: Cast) -> None:
    old, new = await link(cast.hoa, "/nhapdanhsach"), await link(cast.hoa, "nhập danh sách")
    async with Browser(cast) as browser:
        assert (await browser.opens(old)).status_code == 410
        assert (await browser.opens(new)).status_code == 200


async def test_a_made_up_link_leads_nowhere_and_only_digests_are_kept(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for forged in (url[:-1], f"{url}x", url.replace("/so/", "/so/A"), "/so/1", "/so/%00"):
            assert (await browser.opens(forged)).status_code == 404
            assert "Đường dẫn này không dùng được" in browser.text
        assert (await browser.sends("/so/1/tai")).status_code == 404
    with reading(cast.engine) as session:
        row = session.exec(select(Pass)).one()
        assert row.digest not in url and url.rsplit("/", 1)[1] not in repr(row)


async def test_a_link_is_for_one_purpose_and_one_unit(cast: Cast) -> None:
    take_out = await link(cast.lan, "/xuatdanhsach")
    async with Browser(cast) as browser:
        assert (await browser.uploads(take_out, "ds.xlsx", SEVEN)).status_code == 404
        assert (await browser.sends(f"{take_out}/nhap")).status_code == 404
        page = await browser.sends(f"{take_out}/tai")
        assert page.status_code == 200 and page.content.startswith(b"PK")
        assert (await browser.sends(f"{take_out}/tai")).status_code == 410
        bring_in = await link(cast.hoa, "/nhapdanhsach")
        assert (await browser.sends(f"{bring_in}/tai")).status_code == 404


async def test_a_role_that_ended_meanwhile_closes_the_page(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        with begin(cast.engine) as session:
            (role,) = members.roles_of(session, [cast.hoa.member.id or 0], date(2026, 11, 16))
            members.end_role(session, role.id or 0, date(2026, 11, 16))
        assert (await browser.sends(f"{url}/nhap")).status_code == 410
        assert "không còn phụ trách" in browser.text
        assert (await browser.opens(url)).status_code == 410
    assert "Ngô Thị Sen" not in people(cast)


async def test_leaders_get_no_import_link_and_members_no_link_at_all(cast: Cast) -> None:
    for person, words in (
        (cast.lan, "/nhapdanhsach"),
        (cast.an, "/xuatdanhsach"),
        (cast.ty, "/xuatdanhsach"),
    ):
        await person.says(words)
        assert not person.labels or not any(c.url for r in person.private.last.choices for c in r)
    await cast.lan.says("/xuatdanhsach P5-K1")
    assert cast.lan.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."
    await cast.hoa.says("/nhapdanhsach", cast.k8)
    assert "/so/" not in "".join(cast.k8.texts)
    assert count(cast, Pass) == 0


async def test_held_and_wrong_rows_are_named_with_their_reason(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", MIXED)
        assert "dòng 4 hai người trong một ô: Hồ Thị Quýt, Hồ Thị Cam" in browser.text
        assert "dòng 5 ngày sinh không có thật: 31/02/1970" in browser.text
        assert "Cập nhật: 1 người" in browser.text
        assert "<b>Dương</b>" not in browser.page.text
        assert len(browser.page.content) < 30_000
        report = await browser.opens(f"{url}/bao-cao.tsv")
        assert (
            report.text.splitlines()[0].lstrip("\ufeff") == "line\tclass\tname\tbirth\tphone\tnote"
        )
        assert report.text.splitlines()[5].endswith("\tcập nhật: điện thoại")
        await browser.sends(f"{url}/nhap")
    with reading(cast.engine) as session:
        assert (
            session.exec(select(Member).where(Member.name == "Võ Thị An")).one().phone
            == "0987654321"
        )


async def test_a_missing_branch_is_made_only_when_ticked(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", UNKNOWN)
        assert 'name="lap"' in browser.page.text and "Lập chi hội mới: Khóm 9" in browser.text
        page = await browser.sends(f"{url}/nhap")
        assert page.status_code == 422 and "chưa có đơn vị này: Khóm 9" in browser.text
        with reading(cast.engine) as session:
            assert units.by_code(session, "P5-K9") is None
        await browser.sends(f"{url}/nhap", lap="1")
    assert cast.unit("P5-K9").name == "Chi hội Khóm 9"
    assert people(cast, "P5-K9") == ["Ngô Thị Sen", "Trần Thị Đào"]


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("", b"", 422, "Chị chưa chọn tệp nào."),
        ("rong.xlsx", b"", 422, "không có người nào"),
        ("hong.xlsx", WARD.read_bytes()[:5000], 422, "bị hỏng"),
        ("khoa.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), 422, "mật khẩu"),
        ("anh.png", b"\x89PNG\r\n", 422, "không phải bảng tính"),
        ("x.csv", b"a,b\n1,2\n", 422, "Họ và tên"),
        ("to.xlsx", b"x" * (60 * 1024 * 1024), 413, "lớn quá 50 MB"),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    cast: Cast, name: str, content: bytes, status: int, words: str
) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        page = await browser.uploads(url, name, content)
        assert page.status_code == status and words in browser.text
        assert 'type="file"' in page.text
        await browser.uploads(url, "ds.xlsx", SEVEN)
        assert "Thêm mới: 2 người" in browser.text
    assert count(cast, Blob) == 1


async def test_a_huge_file_is_never_held_in_memory(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the guard wide open the same file would reach the reader."""
    url = await link(cast.hoa, "/nhapdanhsach")
    seen: list[int] = []

    def take(self: register_desk.Desk, name: str, content: bytes) -> register_desk.Shown:
        seen.append(len(content))
        return register_desk.Shown()

    monkeypatch.setattr(register_desk.Desk, "take", take)
    async with Browser(cast) as browser:
        await browser.uploads(url, "to.xlsx", b"x" * (MAX_BYTES + 1_000_000))
        assert seen == []
        monkeypatch.setattr("bot.web.registers.MAX_BYTES", 2 * MAX_BYTES)
        await browser.uploads(url, "to.xlsx", b"x" * (MAX_BYTES + 1_000_000))
        assert seen == [MAX_BYTES + 1_000_000]


async def test_what_goes_wrong_midway_changes_nothing_and_leaves_the_link(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    before = count(cast, Member)

    def fail(*_args: object) -> None:
        raise RuntimeError("0912345678")

    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        with monkeypatch.context() as patched:
            patched.setattr(storing, "first_roles", fail)
            page = await browser.sends(f"{url}/nhap")
            assert page.status_code == 500 and "Chưa có gì thay đổi" in browser.text
        assert count(cast, Member) == before
        assert (await browser.sends(f"{url}/nhap")).status_code == 200
    assert count(cast, Member) == before + 2


async def test_another_file_can_be_chosen(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        await browser.sends(f"{url}/khac")
        assert 'type="file"' in browser.page.text and count(cast, Blob) == 0
        assert (await browser.sends(f"{url}/nhap")).status_code == 410


async def test_every_answer_keeps_itself_to_itself(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for page in (await browser.opens(url), await browser.opens("/so/none")):
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["referrer-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert page.headers["x-content-type-options"] == "nosniff"
            assert not re.search(r"<script|https?://|style=", page.text)
            assert len(page.content) < 30_000
        assert (await browser.opens("/static/page.css")).status_code == 200


async def test_the_list_of_a_leader_is_her_branch_and_comes_back_unchanged(cast: Cast) -> None:
    url = await link(cast.lan, "/xuatdanhsach")
    async with Browser(cast) as browser:
        await browser.opens(url)
        assert "6 người, một tệp Excel" in browser.text
        page = await browser.sends(f"{url}/tai")
        assert 'filename="hoi-vien-p5-k8-2026-11-16.xlsx"' in page.headers["content-disposition"]
        back = await link(cast.hoa, "/nhapdanhsach")
        await browser.uploads(back, "ds.xlsx", page.content)
        assert "Đã có, không đổi: 6 người" in browser.text
        assert "không cần nhập nữa" in browser.text


async def test_a_workbook_in_the_chat_is_refused_and_gone(cast: Cast) -> None:
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    assert "em không nhận qua tin nhắn" in cast.hoa.texts[-2]
    assert link_in(cast.hoa.private.last).startswith("https://chihoi.test/so/")
    assert count(cast, Blob) == 0
    await cast.lan.sends_file("ds.xlsx", SEVEN)
    assert "cán bộ phường, xã nhập" in cast.lan.text and count(cast, Blob) == 0


async def test_an_officer_of_two_units_is_asked_which_and_the_file_is_gone_all_the_same(
    cast: Cast,
) -> None:
    with begin(cast.engine) as session:
        other = units.by_code(session, "P6")
        assert other is not None and other.id is not None
        today = cast.clock.now().date()
        members.grant(session, cast.hoa.member.id or 0, other.id, RoleKind.OFFICER, on=today)
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    assert cast.hoa.labels == ["Hội LHPN Phường 5", "Hội LHPN Phường 6"]
    assert count(cast, Blob) == 0
    await cast.hoa.presses("Phường 6")
    assert "vào Hội LHPN Phường 6" in cast.hoa.text


async def test_without_pages_the_bot_says_so(cast: Cast) -> None:
    cast.app.dispatcher.public_url = ""
    await cast.hoa.says("/nhapdanhsach")
    assert "chưa có địa chỉ trang web" in cast.hoa.text


async def test_where_it_is_allowed_a_workbook_goes_through_the_chat(cast: Cast) -> None:
    cast.app.dispatcher.policy = {"workbooks_in_chat": True}
    await cast.hoa.sends_file("ds.xlsx", UNKNOWN)
    assert cast.hoa.text.startswith(
        "Xem thử, chưa ghi gì: tệp ds.xlsx vào Hội LHPN Phường 5, 2 người."
    )
    assert cast.hoa.labels == ["Lập 1 chi hội mới và nhập", "Thôi"]
    yes = next(choice.line for row in cast.hoa.private.last.choices for choice in row)
    await cast.mai.says(f"/{yes}")
    assert cast.mai.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."

    await cast.hoa.says(f"/{yes.removesuffix(' make')}")
    assert "chưa có đơn vị này: Khóm 9" in cast.hoa.text
    await cast.hoa.presses("nhập")
    assert cast.hoa.text.startswith("Đã nhập xong tệp ds.xlsx")
    assert people(cast, "P5-K9") == ["Ngô Thị Sen", "Trần Thị Đào"]
    await cast.hoa.presses("nhập")
    assert cast.hoa.toast.startswith("Tệp này không còn chờ nhập nữa.")


async def test_thinking_better_of_it_leaves_nothing(cast: Cast) -> None:
    cast.app.dispatcher.policy = {"workbooks_in_chat": True}
    await cast.hoa.sends_file("ds.xlsx", SEVEN)
    await cast.hoa.presses("Thôi")
    assert cast.hoa.text == "Dạ, em không nhập và đã xóa tệp." and count(cast, Blob) == 0
    await cast.hoa.sends_file("hong.xlsx", b"PK\x03\x04 broken")
    assert "bị hỏng" in cast.hoa.text and count(cast, Blob) == 0
    below = workbook(
        {"Sheet1": [[*HEADER, "Chi hội"], [1, "Ngô Thị Sen", "1970", "", "", "", "", ""]]}
    )
    await cast.hoa.sends_file("ds.xlsx", below)
    assert "Không rõ chi hội của dòng 2" in cast.hoa.text and count(cast, Blob) == 0


async def test_another_sites_form_cannot_use_a_link(cast: Cast) -> None:
    async with Browser(cast) as browser:
        url = await link(cast.lan, "/xuatdanhsach")
        browser.client.headers["origin"] = "https://evil.example"
        assert (await browser.sends(f"{url}/tai")).status_code == 403

        browser.client.headers["origin"] = PUBLIC_URL
        assert (await browser.sends(f"{url}/tai")).status_code == 200
