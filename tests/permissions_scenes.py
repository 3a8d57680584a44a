"""A union with one of everything, for whoever walks through it."""

from __future__ import annotations

from sqlmodel import select

from storage import accounts
from storage.answer_links import AnswerLink
from storage.database import begin
from storage.directives import Directive
from storage.invitations import Invitation
from storage.mail import Outbox
from storage.meetings import Meeting
from storage.members import Member, Role, RoleKind
from storage.papers import Paper
from storage.privacy import DataRequest
from storage.relays import Relay
from storage.rolls import Roll
from storage.surveys import Survey
from storage.vietnamese import fold, name_key
from tests.cast import Cast
from tests.directives_scenes import PLAN
from tests.register_walk import register_things
from tests.surveys_scenes import YES_NO, sends


async def asks_about_her_data(cast: Cast) -> None:
    """An has one open request of each kind."""
    id_ = cast.an.member.id
    await cast.an.says(f"/data_fix {id_} name Võ Thị Ân")
    await cast.an.says(f"/data_other {id_} đừng gọi")
    await cast.an.says(f"/data_erase {id_} yes")


async def furnished(cast: Cast) -> dict[str, int | None]:
    """A union with one of everything, and the ids a line may name."""
    now = cast.clock.now()
    with begin(cast.engine) as session:
        name = "Mã Thị Oanh"
        member = Member(
            unit_id=cast.unit("P6").id or 0,
            name=name,
            folded=fold(name),
            name_key=name_key(name),
            created_at=now,
            changed_at=now,
        )
        session.add(member)
        session.flush()
        assert member.id is not None
        session.add(Role(member_id=member.id, unit_id=member.unit_id, kind=RoleKind.OFFICER))
        account = accounts.ensure(session, address="sandbox:oanh", name=name, now=now)
        account.private_chat = "sandbox:oanh@sandbox"
        assert account.id is not None
        accounts.link(session, account.id, member.id, by="test", now=now)
    cast.add_player("oanh", name)
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)
    await cast.hoa.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.lan.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.lan.presses("mời họp")
    await sends(cast.lan, YES_NO)
    await cast.lan.says("/moi Huỳnh Kim Cúc")
    await cast.hoa.says("/donvi P5-K1")
    await cast.hoa.presses("Đổi tên")
    await cast.hoa.says("Chi hội Khóm 11")
    await cast.mai.says("/donvi P6-K8")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 18")
    await cast.mai.presses("Đúng, làm như vậy")
    await cast.lan.says("/phieu")
    await asks_about_her_data(cast)
    with cast.session() as session:
        found = {
            "relay": session.exec(select(Relay.id).where(Relay.subject == "directive:1")).one(),
            "sent": session.exec(select(Directive.id).where(Directive.state == "sent")).one(),
            "draft": session.exec(select(Directive.id).where(Directive.state == "draft")).one(),
            "roll": session.exec(select(Roll.id).where(Roll.purpose == "attendance")).one(),
            "meeting": session.exec(select(Meeting.id)).one(),
            "survey": session.exec(select(Survey.id)).one(),
            "link": session.exec(select(AnswerLink.id).where(AnswerLink.subject == "roll:1")).one(),
            **{
                name: session.exec(select(DataRequest.id).where(DataRequest.kind == kind)).one()
                for name, kind in (("fix", "correct"), ("wish", "object"), ("erasure", "erase"))
            },
            "plan": 1,
            "renamed": 2,
            "invitation": session.exec(select(Invitation.id)).one(),
            "paper": session.exec(select(Paper.id).where(Paper.team == "Tổ 1")).one(),
            "post": session.exec(
                select(Outbox.id).where(
                    Outbox.subject == "directive:1", Outbox.chat == cast.k8.address
                )
            ).one(),
        }
    return found | {
        **register_things(cast),
        "an": cast.an.member.id,
        "dung": cast.dung.member.id,
        "k8": cast.unit("P5-K8").id,
        "p5": cast.unit("P5").id,
        "tp": cast.unit("TP").id,
    }
