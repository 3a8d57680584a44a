"""The pages of the register: a list is brought in and taken out, whole or not at all."""

from __future__ import annotations

import io

import pytest
import python_calamine
from sqlmodel import select

from bot.web import register_desk
from handlers.members import storing
from handlers.members.grids import MAX_BYTES
from storage import units
from storage.blobs import Blob
from storage.database import begin, reading
from storage.members import Member, MemberStatus
from tests.browsing import Browser, link
from tests.cast import Cast
from tests.registers_scenes import MIXED, SEVEN, UNKNOWN, count, people
from tests.spreadsheets import WARD


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


async def test_held_and_wrong_rows_are_named_with_their_reason(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", MIXED)
        assert "dòng 4 hai người trong một ô: Hồ Thị Quýt, Hồ Thị Cam" in browser.text
        assert "dòng 5 ngày sinh ở tương lai: 12/05/2036" in browser.text
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


async def test_who_is_away_is_in_the_list_and_counted_with_it(cast: Cast) -> None:
    with begin(cast.engine) as session:
        an = session.exec(select(Member).where(Member.name == "Võ Thị An")).one()
        an.status = MemberStatus.AWAY
    url = await link(cast.lan, "/xuatdanhsach")
    async with Browser(cast) as browser:
        await browser.opens(url)
        assert "6 người, một tệp Excel" in browser.text
        page = await browser.sends(f"{url}/tai")

    book = python_calamine.load_workbook(io.BytesIO(page.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row for row in rows if "Võ Thị An" in row]
