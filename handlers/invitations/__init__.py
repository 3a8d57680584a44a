"""Codes that let people in: issued, redeemed, taken back."""

from handlers.chat import Route, Where, Who
from handlers.invitations.actions import LIFE, MEMBER, ROLES, Issued, issue, titled
from handlers.invitations.issuing import invite
from handlers.invitations.redeeming import invited, uninvite, vouch

__all__ = ["LIFE", "MEMBER", "ROLES", "ROUTES", "Issued", "issue", "titled"]

ROUTES = {
    "invite": Route(invite, ("moi", "ma moi"), who=Who.LEADER, where=Where.PRIVATE, gives_way=True),
    "invited": Route(invited, where=Where.PRIVATE, listed=False, gives_way=True),
    "vouch": Route(vouch, who=Who.OFFICER, where=Where.PRIVATE, listed=False),
    "uninvite": Route(uninvite, who=Who.LEADER, where=Where.PRIVATE, listed=False),
}
