"""`chihoi invite`: the code alone on the first line, the link on the second."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from bot import cli
from bot.cli.errors import CommandError
from handlers.chat import Who
from handlers.invitations.codes import read_code
from storage import doors, members
from storage.database import begin
from storage.members import RoleKind
from tests.cast import Cast
from tests.doors import standing

TOKEN = "123:" + "x" * 35


@pytest.fixture
def union(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast's union, as the command line finds it."""
    monkeypatch.setenv("CHIHOI_DATABASE_URL", cast.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("bot.cli.database.is_current", lambda _engine: True)
    monkeypatch.setattr("bot.clock.SystemClock.now", lambda _self: cast.clock.now())
    return cast


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["invite", *words])


async def test_the_leader_is_found_and_her_code_works(union: Cast) -> None:
    done = run("--unit", "p5-k8", "--role", "leader")
    code, link = done.stdout.splitlines()
    assert read_code(code)
    assert link == ""  # no channel has ever been open

    await union.ty.says(f"/start {code}")
    assert standing(union, union.ty) is Who.LEADER
    assert "Nguyễn Thị Lan" in union.ty.text
    assert "người trông máy" in union.hoa.text


async def test_a_known_door_makes_the_link(union: Cast, engine: Engine) -> None:
    with begin(engine) as session:
        doors.note(session, "telegram", "https://t.me/chihoi_bot?start={code}")
    done = run("--unit", "P5", "--role", "officer")
    code, link = done.stdout.splitlines()

    assert link == f"https://t.me/chihoi_bot?start={code}"
    assert "hand it over yourself" in done.stderr


async def test_a_channel_tells_its_door_when_it_is_ready(union: Cast) -> None:
    await union.app.open(union.app.channels["sandbox"])
    _, link = run("--unit", "P5-K8", "--role", "leader").stdout.splitlines()

    assert link.startswith("https://sandbox.test/?start=")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--unit", "P99", "--role", "leader"), "there is no unit with the code P99"),
        (("--unit", "P5-K8", "--role", "member"), "add --member ID"),
        (("--unit", "P5-K8", "--role", "member", "--member", "999"), "no member 999 in P5-K8"),
    ],
)
async def test_what_is_wrong_is_one_line(union: Cast, words: tuple[str, ...], line: str) -> None:
    done = run(*words)

    assert isinstance(done.exception, CommandError)
    assert line in str(done.exception)
    assert done.exception.code == 2
    assert done.stdout == ""


async def test_a_member_of_another_branch_is_refused(union: Cast) -> None:
    tam = union.member("Bùi Thị Tám").id
    done = run("--unit", "P5-K8", "--role", "member", "--member", str(tam))
    assert "no member" in str(done.exception)

    done = run("--unit", "P5", "--role", "officer", "--member", str(tam))
    assert read_code(done.stdout.splitlines()[0])


async def test_several_leaders_are_listed(union: Cast, engine: Engine) -> None:
    an, k8 = union.member("Võ Thị An").id, union.unit("P5-K8").id
    assert an is not None and k8 is not None
    with begin(engine) as session:
        members.grant(session, an, k8, RoleKind.LEADER, on=union.clock.now().date())
    done = run("--unit", "P5-K8", "--role", "leader")

    assert re.search(rf"--member {an}  Võ Thị An 1980", str(done.exception))
    assert "Nguyễn Thị Lan" in str(done.exception)
    assert done.stdout == ""


def test_the_words_for_the_operator_reach_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", "nonsense://")
    monkeypatch.setattr("sys.argv", ["chihoi", "invite", "--unit", "P5", "--role", "officer"])
    with pytest.raises(SystemExit) as left:
        cli.main()

    assert left.value.code == 2
    assert capsys.readouterr().err.startswith("chihoi: CHIHOI_DATABASE_URL: must be like")


class _Api(BaseHTTPRequestHandler):
    """A Bot API that only knows its own name."""

    def do_GET(self) -> None:
        known = self.path == f"/bot{TOKEN}/getMe"
        body = json.dumps(
            {"ok": known, **({"result": {"username": "hoi_bot"}} if known else {})}
        ).encode()
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def api() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Api)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("token", "expected"),
    [(TOKEN, "https://t.me/hoi_bot?start="), ("123:" + "y" * 35, ""), ("", "")],
)
async def test_telegram_is_asked_for_the_bots_name(
    union: Cast, api: str, monkeypatch: pytest.MonkeyPatch, token: str, expected: str
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_TOKEN", token)
    monkeypatch.setenv("CHIHOI_TELEGRAM_API", api)
    _, link = run("--unit", "P5-K8", "--role", "leader").stdout.splitlines()

    assert link.startswith(expected)
    assert bool(link) is bool(expected)


async def test_a_silent_telegram_holds_nothing_up(
    union: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("CHIHOI_TELEGRAM_API", "http://127.0.0.1:9")

    assert read_code(run("--unit", "P5-K8", "--role", "leader").stdout.splitlines()[0])
