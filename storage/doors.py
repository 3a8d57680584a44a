"""The links that open a private talk on each channel, for programs that have no channel open."""

from __future__ import annotations

from sqlmodel import Field, SQLModel, col, select

from storage.database import Session, dialect, inserting, table


class Door(SQLModel, table=True):
    """Pattern of one channel's link, with `{code}`."""

    channel: str = Field(primary_key=True)
    start_link: str


def note(session: Session, channel: str, start_link: str) -> None:
    """Remember the link of a channel; every process of a union does so as it starts."""
    new = inserting(table(Door), dialect(session)).values(channel=channel, start_link=start_link)
    session.connection().execute(
        new.on_conflict_do_update(index_elements=["channel"], set_={"start_link": start_link})
    )


def patterns(session: Session) -> dict[str, str]:
    """The known link of each channel."""
    rows = session.exec(select(Door).order_by(col(Door.channel)))
    return {door.channel: door.start_link for door in rows}
