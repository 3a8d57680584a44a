"""The work behind the pages on which questions are answered: one link, no HTTP.

Looking changes nothing: chat platforms open links by themselves to show a preview.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.app import App
from bot.web.answer_tickets import MARK, Tickets
from handlers.answer_links import (
    directive_page,
    minting,
    naming,
    roll_page,
    survey_page,
    wrong_tries,
)
from handlers.answer_links.opening import LinkError, Opened, call_of, known, opened
from handlers.answer_links.pictures import qr_inline, qr_svg
from handlers.chat import Call, How, Moment, Replies
from handlers.errors import NotYoursError, Refusal
from handlers.surveys.forms import SurveyForm
from handlers.surveys.values import form_of
from storage import blobs, members, surveys
from storage.blobs import Blob
from storage.database import Session, begin, reading, scrub_log

Sent = Mapping[str, list[str]]
ABOUT = {"roll": roll_page, "survey": survey_page, "directive": directive_page}
WRONG, TOO_MANY = 422, 429


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show, or (without one) the page at `to`; `owner` is whose telephone this is, if
    that came out.
    """

    page: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    to: str = ""
    owner: int = 0


class Desk:
    """Serves whoever opened one link. Every method raises `LinkError` if the link is no good."""

    def __init__(self, app: App, key: str, host: str = "") -> None:
        self.app = app
        self.key = key
        self.token, _, self.ticket = key.partition(MARK)
        self.tickets = Tickets.of(app)
        self.host = host
        self.now = app.clock.now()

    def _moment(self, session: Session) -> Moment:
        return Moment(session, self.now, self.app.dispatcher.links(), self.app.rng)

    def _opened(self, session: Session) -> Opened:
        found = opened(session, self.token, self.now)
        if not self.ticket or found.row.member_id is not None:
            return found
        assert found.row.id is not None
        ticket = self.tickets.read(self.ticket, found.row.id, self.now)
        if ticket is None:
            return found  # she says again who she is
        member_id, since = ticket
        return known(session, found, member_id, self.now, since=since)

    @contextmanager
    def _looking(self) -> Iterator[tuple[Moment, Opened]]:
        with reading(self.app.engine) as session:
            yield self._moment(session), self._opened(session)

    def look(self, *, again: bool = False, hers: bool = True) -> Shown:
        """The question, and what is recorded; `again` shows a survey's questions once more. Unless
        it is `hers` a ticket's page is not shown: she may have passed its address on.
        """
        with self._looking() as (moment, found):
            context = self._about(moment, found)
            if found.member is None:
                return self._unknown(found, context)
            if found.by_group and not hers:
                return Shown("forwarded", context)
            context |= ABOUT[found.kind].show(moment, found)
            if found.kind == "survey" and context["open"] and (again or not context["taken"]):
                return self._questions(moment, found, context)
            return Shown(found.kind, context)

    def _about(self, moment: Moment, found: Opened) -> dict[str, Any]:
        return {
            **ABOUT[found.kind].about(moment, found),
            "key": self.key,
            "token": self.token,
            "kind": found.kind,
            "unit": found.unit.name,
            "name": found.member.name if found.member else "",
            "by_group": found.by_group,
        }

    def _unknown(self, found: Opened, context: dict[str, Any], **more: Any) -> Shown:
        if found.kind == "directive":
            return Shown("directive", {**context, "receives": False})
        asked = {"problem": "", "typed": "", **more}
        return Shown("who", {**context, **asked}, asked.pop("status", 200))

    def identify(self, name: str, fact: str) -> Shown:
        """She says who she is. What is wrong is not said, nor does it show in what is done."""
        with begin(self.app.engine) as session:
            moment, found = self._moment(session), self._opened(session)
            if found.row.member_id is not None or found.kind == "directive":
                return self._back()
            context = self._about(moment, found)
            if not naming.digits(fact) or not name.strip():
                return self._unknown(found, context, problem="digits", typed=name, status=WRONG)
            client = self.tickets.client(self.host)
            tries = naming.Tries(found.row.unit_id, str(found.row.id), name, client)
            try:
                naming.check_tries(session, tries, self.now)
            except naming.TriesError as error:
                problem = "tries" if error.per == naming.PER else "day"
                return self._unknown(found, context, problem=problem, status=TOO_MANY)
            member = naming.find(session, found.row.unit_id, name, fact)
            if member is None:
                reached = naming.note_wrong(session, tries, self.now)
                link = None if context["anonymous"] else found.row  # its links are no leader's
                self._say(session, wrong_tries.tell(moment, tries, reached, link))
                return self._unknown(found, context, problem="wrong", typed=name, status=WRONG)
            assert member.id is not None and found.row.id is not None
            ticket = self.tickets.issue(found.row.id, member.id, self.now)
            return Shown(to=f"{self.token}{MARK}{ticket}")

    def _back(self) -> Shown:
        return Shown(to=self.key)

    def answer(self, sent: Sent) -> Shown:
        """Keep what she answered, as a chat would; then she sees what is recorded."""
        with self._looking() as (_, found):
            if found.member is None:
                return Shown(to=self.token)
            kind = found.kind
        try:
            return self._survey(sent) if kind == "survey" else self._press(sent)
        except roll_page.NoAnswerError:
            asked = self.look()
            return replace(asked, context={**asked.context, "unread": True}, status=WRONG)
        except NotYoursError:
            raise LinkError("moved") from None
        except Refusal:
            return self._back()  # closed meanwhile, or counted before: the page says so

    @contextmanager
    def _changing(self) -> Iterator[tuple[Call, Opened]]:
        with begin(self.app.engine) as session:
            found = self._opened(session)
            assert found.member is not None and found.member.id is not None
            members.hold(session, found.member.id)
            call = call_of(self._moment(session), found)
            fresh = replace(call.incoming, event_id=secrets.token_hex(8))
            yield replace(call, incoming=fresh), found

    def _press(self, sent: Sent) -> Shown:
        form = {name: values[0] for name, values in sent.items() if values}
        with self._changing() as (call, found):
            module = roll_page if found.kind == "roll" else directive_page
            self._queue(call, module.answer(call, found, form))
            hers = found.row.member_id if found.kind == "roll" else None
        return replace(self._back(), owner=hers or 0)  # only she has the link of her own

    def _survey(self, sent: Sent) -> Shown:
        with self._looking() as (moment, found):
            context = self._about(moment, found)
            survey = surveys.get(moment.session, int(found.number))
            if survey is None or not context["open"]:
                return self._back()
            form = form_of(survey)
            seen = survey_page.show(moment, found)
        step = survey_page.take(form, sent, seen["answers"])
        if not step.whole:
            return self._step(context | seen, form, step)
        if survey.anonymous and survey_page.SEND not in sent:
            told = survey_page.summary(form, step.said)
            return Shown("ballot", {**context, "summary": told, "hidden": _hidden(form, step)})
        with self._changing() as (call, found):
            self._queue(call, survey_page.record(call, found, step.said))
        if survey.anonymous:
            scrub_log(self.app.engine)
        return self._back()

    def _questions(self, moment: Moment, found: Opened, context: dict[str, Any]) -> Shown:
        survey = surveys.get(moment.session, int(found.number))
        assert survey is not None
        form = form_of(survey)
        if context["elsewhere"] or (context["taken"] and survey.anonymous):
            return Shown("survey", context)
        return self._step(context, form, survey_page.begin(form, context["answers"]))

    def _step(self, context: dict[str, Any], form: SurveyForm, step: survey_page.Step) -> Shown:
        shown = {
            "questions": survey_page.questions(form, step),
            "hidden": _hidden(form, step),
            "one_by_one": survey_page.by_pages(form),
            "back": survey_page.BACK,
        }
        return Shown("questions", {**context, **shown}, WRONG if step.problems else 200)

    def _queue(self, call: Call, replies: Replies) -> None:
        """Tell the groups; what a chat would echo, the page shows."""
        self._say(call.session, [r for r in replies if r.to and r.how is not How.ECHO])

    def _say(self, session: Session, replies: Replies) -> None:
        if replies:
            origin = f"page:{secrets.token_hex(8)}"
            self.app.dispatcher.say(session, replies, now=self.now, origin=origin)

    def file(self) -> Blob | None:
        """The file of a directive."""
        with self._looking() as (moment, found):
            blob = directive_page.file(moment, found) if found.kind == "directive" else None
            return blobs.get(moment.session, blob) if blob is not None else None

    def calendar(self) -> bytes | None:
        """The meeting for her calendar."""
        with self._looking() as (moment, found):
            return roll_page.calendar(moment, found) if found.kind == "roll" else None

    def poster(self) -> Shown:
        """The code of a group's link, to hang up."""
        with self._looking() as (moment, found):
            link = self._address(moment, found)
            drawn = {"link": link, "drawing": qr_inline(link)}
            return Shown("poster", self._about(moment, found) | drawn)

    def drawing(self) -> bytes:
        """The code alone."""
        with self._looking() as (moment, found):
            return qr_svg(self._address(moment, found))

    def _address(self, moment: Moment, found: Opened) -> str:
        if found.row.member_id is not None:
            raise LinkError("unknown")  # a link of one person hangs nowhere
        return minting.url(moment.links, self.token)


def _hidden(form: SurveyForm, step: survey_page.Step) -> list[tuple[str, str]]:
    """What was answered on earlier pages, for the form to carry along."""
    fields = []
    for at, said in step.said.items():
        fields.append((f"co{at}", "1"))
        fields += [(f"c{at}", one) for one in survey_page.typed_in(form.questions[at], said) if one]
    return fields
