"""What goes with a message: a chart drawn, and links where a channel takes no files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.charts import bar_chart
from bot.file_links import LIFE, FileLinks
from bot.render import words
from handlers.chat import Chart, Document, Limits, Reply
from storage import blobs, pictures
from storage.database import Session

CHART_NAME = "ket-qua.png"


def drawn(
    session: Session, reply: Reply, limits: Limits, links: FileLinks | None, now: datetime
) -> tuple[Reply, str]:
    """The reply with its chart as a picture, where the channel takes files; or else the address
    from which the platform itself can fetch it, if it does.
    """
    if reply.chart and limits.files:
        return replace(reply, document=_draw(session, reply.chart, now)), ""
    if reply.chart and limits.pictures_by_link and links is not None:
        return reply, links.link(_draw(session, reply.chart, now).blob, now)
    return reply, ""


def _draw(session: Session, chart: Chart, now: datetime) -> Document:
    """The picture of a chart; the same one is kept once, however many groups see it."""
    content = bar_chart(chart.title, chart.bars, chart.note, out_of=chart.out_of)
    blob = pictures.keep(session, name=CHART_NAME, content=content, now=now)
    return Document(blob, CHART_NAME)


def carried(session: Session, document: Document | None, limits: Limits) -> bool:
    """Whether a file goes with the message itself there: the channel takes its kind and size."""
    if document is None or not limits.files:
        return False
    if not limits.file_kinds:
        return True
    name = document.name.lower()
    most = next((most for ending, most in limits.file_kinds if name.endswith(ending)), 0)
    return most > 0 and blobs.size(session, document.blob) <= most


def file_words(reply: Reply, links: FileLinks | None, now: datetime, *, sent: bool) -> str:
    """Where a file cannot be `sent` with the message: where it can be had."""
    document = reply.document
    if document is None or sent or document.linked:
        return ""
    link = links.link(document.blob, now) if document.shared and links is not None else ""
    context = {"name": document.name, "link": link, "until": now + LIFE}
    return words("delivery/file.j2", context | {"shared": document.shared})
