"""Being recognised without a code: the branch's link, the newcomer's word, the leader's list."""

from handlers.chat import Route, Where, Who
from handlers.joining.asking import arrive, joining_step, relative
from handlers.joining.deciding import join, joins
from handlers.joining.here import join_here
from handlers.joining.links import joinlink

__all__ = ["ROUTES", "arrive"]

ROUTES = {
    "joinlink": Route(joinlink, ("linkthamgia", "link tham gia"), who=Who.LEADER),
    "joins": Route(joins, ("duyet", "duyet tham gia"), who=Who.LEADER, where=Where.PRIVATE),
    "join": Route(join, who=Who.LEADER, where=Where.PRIVATE, listed=False, gives_way=True),
    "join_here": Route(join_here, where=Where.GROUP, listed=False),
    "joining": Route(joining_step, where=Where.PRIVATE, listed=False, gives_way=True),
    "relative": Route(
        relative, ("themnguoinha", "them nguoi nha"), who=Who.MEMBER, where=Where.PRIVATE
    ),
}
