"""What the pages keep out: probing for names, endless tries, other sites, and previews."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from bot.web.answer_tickets import Tickets
from handlers.answer_links import naming
from handlers.answer_links.naming import TRIES_OF_CLIENT, TRIES_OF_LINK, TRIES_OF_NAME
from storage import tables
from storage.attempts import Attempt
from storage.database import begin
from storage.members import Member
from storage.vietnamese import fold, name_key
from tests.answering import Visitor, group_link, link_row, own_link, verdict
from tests.cast import PUBLIC_URL, Cast
from tests.test_pages import PAGE_LIMIT

EXISTS, NOBODY = "Võ Thị An", "Vũ Thị Én"


async def asked(cast: Cast) -> str:
    """A roll is open; the link of its group."""
    await cast.lan.says("/diemdanh", cast.k8)
    return group_link(cast, "roll:1")


def rows(cast: Cast) -> dict[str, int]:
    """How many rows each table has."""
    with cast.session() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables.metadata.sorted_tables
        }


@contextmanager
def work(cast: Cast) -> Iterator[list[str]]:
    """Every statement that is run meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(cast.engine, "before_cursor_execute", note)
    yield seen
    event.remove(cast.engine, "before_cursor_execute", note)


async def test_a_wrong_year_and_a_name_that_is_not_there_are_one_answer(cast: Cast) -> None:
    url = await asked(cast)
    pages, done = [], []
    async with Visitor(cast) as visitor:
        await visitor.sends(f"{url}/ai", ten="Ngô Thị Ấm", so="1901")  # statements are compiled now
        for name, fact in ((EXISTS, "1981"), (NOBODY, "1981"), (NOBODY, "1980"), ("an", "1980")):
            with work(cast) as seen:
                page = await visitor.sends(f"{url}/ai", ten=name, so=fact)
            pages.append(
                (page.status_code, page.text.replace(f'value="{name}"', ""), dict(page.headers))
            )
            done.append(list(seen))

    for status, text, headers in pages[1:]:
        assert (status, text) == pages[0][:2]
        assert headers.keys() == pages[0][2].keys()
    assert done[1:] == done[:1] * 3, "not one statement more or less"
    assert pages[0][0] == 422


async def test_the_roster_is_nowhere_on_the_page(cast: Cast) -> None:
    url = await asked(cast)
    names = [cast.players[key].name for key in ("lan", "thu", "an", "binh", "cuc", "dung")]
    async with Visitor(cast) as visitor:
        seen = (await visitor.opens(url)).text + (await visitor.opens(f"{url}/in")).text
        seen += (await visitor.sends(f"{url}/ai", ten="thị", so="1980")).text
    assert [name for name in names if name in seen] == []


async def test_two_who_are_called_alike_in_one_year_are_told_apart_by_telephone(
    cast: Cast,
) -> None:
    url = await asked(cast)
    with begin(cast.engine) as session:
        for phone in ("0912000111", "0912000222"):
            session.add(
                Member(
                    unit_id=cast.unit("P5-K8").id or 0, name="Ngô Thị Sen", folded="ngo thi sen",
                    name_key=name_key("Ngô Thị Sen"), birth="1970", phone=phone,
                    created_at=cast.clock.now(), changed_at=cast.clock.now(),
                )
            )  # fmt: skip
    async with Visitor(cast) as visitor:
        await visitor.sends(f"{url}/ai", ten="Ngô Thị Sen", so="1970")
        assert "chưa khớp được" in visitor.text
        await visitor.sends(f"{url}/ai", ten="Ngô Thị Sen", so="0222")
        assert "Chị đang trả lời cho Ngô Thị Sen" in visitor.text


async def test_nobody_tries_one_name_without_end(cast: Cast) -> None:
    """Six wrong tries in half an hour, whether there is such a person or not."""
    url = await asked(cast)
    async with Visitor(cast) as visitor:
        for name in (EXISTS, NOBODY):
            for year in range(1950, 1950 + TRIES_OF_NAME):
                await visitor.sends(f"{url}/ai", ten=name, so=str(year))
                assert visitor.page.status_code == 422
            await visitor.sends(f"{url}/ai", ten=name.upper(), so="1980")
            assert visitor.page.status_code == 429 and "tạm nghỉ nửa giờ" in visitor.text
        await visitor.sends(f"{url}/ai", ten="Đặng Thị Bình", so="1958")
        assert "Đặng Thị Bình" in visitor.text
        cast.clock.advance(naming.PER + timedelta(seconds=1))
        await visitor.sends(f"{url}/ai", ten=EXISTS, so="1980")
        assert f"cho {EXISTS}" in visitor.text


async def years_in_turns(url: str, cast: Cast) -> bool:
    """Whether a patient neighbour finds her year, by six tries every half hour, as the long and the
    short of her name by turns.
    """
    years = iter(range(1950, 1990))
    short = EXISTS.split(maxsplit=1)[1]
    async with Visitor(cast) as visitor:
        for _ in range(4):
            for name in (EXISTS, short):
                for year in itertools.islice(years, 5):
                    await visitor.sends(f"{url}/ai", ten=name, so=str(year))
                    if f"cho {EXISTS}" in visitor.text:
                        return True
            cast.clock.advance(naming.PER + timedelta(seconds=1))
        assert visitor.page.status_code == 429 and "đến mai" in visitor.text
    return False


async def test_nor_little_by_little_nor_by_more_than_one_form_of_it(cast: Cast) -> None:
    url = await asked(cast)
    assert not await years_in_turns(url, cast)
    cast.clock.advance(naming.DAY)
    async with Visitor(cast) as visitor:
        await visitor.sends(f"{url}/ai", ten=EXISTS, so="1980")
        assert f"cho {EXISTS}" in visitor.text


async def test_without_the_count_of_the_day_they_would(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(naming, "TRIES_OF_DAY", 10_000)
    assert await years_in_turns(await asked(cast), cast)


async def test_without_the_count_a_year_is_found_by_trying_them_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above."""
    monkeypatch.setattr(naming, "TRIES_OF_NAME", 10_000)
    monkeypatch.setattr(naming, "TRIES_OF_CLIENT", 10_000)
    monkeypatch.setattr(naming, "TRIES_OF_DAY", 10_000)
    url = await asked(cast)
    async with Visitor(cast) as visitor:
        for year in range(1950, 1981):
            await visitor.sends(f"{url}/ai", ten=EXISTS, so=str(year))
        assert f"cho {EXISTS}" in visitor.text


async def test_nor_from_one_address_nor_on_one_link(cast: Cast) -> None:
    url = await asked(cast)
    async with Visitor(cast) as visitor:
        for number in range(TRIES_OF_CLIENT):
            await visitor.sends(f"{url}/ai", ten=f"Ngô Thị A{number}", so="1980")
        await visitor.sends(f"{url}/ai", ten=EXISTS, so="1980")
        assert visitor.page.status_code == 429
    with begin(cast.engine) as session:
        assert all("127.0.0.1" not in row.address for row in session.exec(select(Attempt)))
        now, link = cast.clock.now(), str(link_row(cast, url).id)
        for row in session.exec(select(Attempt)):
            session.delete(row)
        for _ in range(TRIES_OF_LINK):
            session.add(Attempt(address=link, kind="answer_link", at=now))
    async with Visitor(cast) as visitor:
        await visitor.sends(f"{url}/ai", ten=EXISTS, so="1980")
        assert visitor.page.status_code == 429


async def test_who_is_right_uses_up_nobodys_tries(cast: Cast) -> None:
    url = await asked(cast)
    async with Visitor(cast) as visitor:
        for _ in range(TRIES_OF_CLIENT + 5):
            await visitor.sends(f"{url}/ai", ten=EXISTS, so="1980")
            assert visitor.page.status_code == 200


async def test_looking_changes_nothing(cast: Cast) -> None:
    """Zalo and Facebook open every link themselves to show a preview."""
    url = await asked(cast)
    own = own_link(cast, "roll:1", cast.an)
    before = rows(cast)
    async with Visitor(cast) as robot:
        for address in (url, own, f"{own}?sua=1", f"{url}/in", f"{url}/qr.svg", f"{url}x"):
            await robot.opens(address)
            await robot.client.head(address)
        for place in ("ai", "tra-loi"):
            await robot.opens(f"{own}/{place}")
            assert robot.page.url.path == own.removeprefix(PUBLIC_URL)  # only the question
            assert (await robot.client.put(f"{own}/{place}")).status_code == 405
    assert rows(cast) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_no_other_site_answers_in_her_name(cast: Cast, origin: str) -> None:
    await asked(cast)
    own = own_link(cast, "roll:1", cast.an)
    async with Visitor(cast) as an:
        an.client.headers["origin"] = origin
        page = await an.sends(f"{own}/tra-loi", tra_loi="present")
        assert page.status_code == 403 and "Em chưa làm việc này" in an.text
        an.client.headers["origin"] = PUBLIC_URL
        assert (await an.sends(f"{own}/tra-loi", tra_loi="present")).status_code == 200


async def test_pages_are_kept_nowhere_and_found_by_no_search(cast: Cast) -> None:
    url = await asked(cast)
    async with Visitor(cast) as an:
        for address in (url, own_link(cast, "roll:1", cast.an), f"{url}x", f"{url}/in"):
            page = await an.opens(address)
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["x-robots-tag"] == "noindex"
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert "<script" not in page.text and len(page.content) < PAGE_LIMIT


def test_a_ticket_is_good_for_one_member_one_link_and_one_hour(cast: Cast) -> None:
    """132 bits of a keyed digest."""
    tickets, now = Tickets("key"), cast.clock.now()
    ticket = tickets.issue(3, 5, now)
    assert tickets.read(ticket, 3, now) == (5, now)
    forged = [f"6{ticket[1:]}", ticket[:-1], f"{ticket}A", "", "5", "5.x.y", f"٥{ticket[1:]}"]
    assert [tickets.read(one, 3, now) for one in forged] == [None] * len(forged)
    assert tickets.read(ticket, 4, now) is None
    assert Tickets("other").read(ticket, 3, now) is None
    assert tickets.read(ticket, 3, now + timedelta(hours=1)) is None
    assert len(ticket.rpartition(".")[2]) * 6 == 132


async def test_the_page_of_one_who_said_her_name_shows_nothing_to_whom_it_is_passed_on(
    cast: Cast,
) -> None:
    """Telephones offer to share the page that is open: its address must make nobody into her."""
    url = await asked(cast)
    async with Visitor(cast) as an:
        await an.sends(f"{url}/ai", ten=EXISTS, so="1980")
        await an.presses("Xin phép vắng", ly_do="con ốm")
        passed_on = str(an.page.url)
        await an.opens(passed_on)
        assert "Đã ghi" in an.text
    async with Visitor(cast) as binh:
        await binh.opens(passed_on)
        assert "Chị là ai ạ?" in binh.text
        assert "Đã ghi" not in binh.text and binh.buttons == []
        assert "Thị" not in binh.text
        await binh.opens(url)
        await binh.is_called("Đặng Thị Bình", "1958")
        await binh.presses("Có mặt")
    assert verdict(cast, cast.an) == ("absent_excused", "link")
    assert verdict(cast, cast.binh) == ("present", "link")


async def test_without_cookies_she_says_once_more_that_it_is_she(cast: Cast) -> None:
    url = await asked(cast)
    async with Visitor(cast) as an:
        await an.sends(f"{url}/ai", ten=EXISTS, so="1980")
        an.client.cookies.clear()
        await an.opens(str(an.page.url))
        assert "Tôi đúng là chị An" in an.text
        await an.opens(f"{an.page.url}?toi")
        an.client.cookies.clear()
        await an.presses("Có mặt")
        assert "Đã ghi" in an.text
    assert verdict(cast, cast.an) == ("present", "link")


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_page_answers_at_once_in_a_branch_of_four_hundred(cast: Cast) -> None:
    url = await asked(cast)
    now = cast.clock.now()
    with begin(cast.engine) as session:
        for number in range(400):
            name = f"Nguyễn Thị Hội {number}"
            session.add(
                Member(
                    unit_id=cast.unit("P5-K8").id or 0, name=name, folded=fold(name),
                    name_key=name_key(name), birth="1970", created_at=now, changed_at=now,
                )
            )  # fmt: skip
    own = own_link(cast, "roll:1", cast.an)

    async def fastest(*sent: object) -> float:
        times = []
        async with Visitor(cast) as an:
            for _ in range(5):
                begun = time.perf_counter()
                await (an.sends(*sent[:1], **sent[1]) if len(sent) > 1 else an.opens(*sent))  # type: ignore[arg-type]
                times.append(time.perf_counter() - begun)
                assert an.page.status_code == 200
        return min(times)

    assert await fastest(own) < 0.05
    assert await fastest(url) < 0.05
    assert await fastest(f"{own}/tra-loi", {"tra_loi": "present"}) < 0.1  # and the page after it
    assert await fastest(f"{url}/ai", {"ten": EXISTS, "so": "1980"}) < 0.1
    assert verdict(cast, cast.an) == ("present", "page")
