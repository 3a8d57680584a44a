"""Chat groups: bound to units, let in and out."""

from handlers.chat import Route, Where, Who
from handlers.groups.binding import bind, bind_to, bindroom, mainroom, unbind
from handlers.groups.events import added, joined, left, lost, migrated, removed

__all__ = ["ROUTES", "bind_to", "lost"]

ROUTES = {
    "bind": Route(bind, ("ketnoi", "ket noi"), who=Who.LEADER),
    "bindroom": Route(bindroom, who=Who.LEADER, where=Where.PRIVATE, listed=False),
    "unbind": Route(unbind, ("huyketnoi", "huy ket noi"), who=Who.LEADER),
    "mainroom": Route(mainroom, ("nhomchinh", "nhom chinh"), who=Who.LEADER),
    "group_added": Route(added, listed=False),
    "group_removed": Route(removed, listed=False),
    "group_migrated": Route(migrated, listed=False),
    "group_joined": Route(joined, listed=False),
    "group_left": Route(left, listed=False),
}
