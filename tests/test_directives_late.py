"""Buttons pressed and messages queued before something changed: none may undo what came after."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.sandbox import SANDBOX
from handlers.directives import progress, receipts
from handlers.directives.access import access_progress
from tests.cast import Cast
from tests.directives_scenes import NIGHT, broadcasts


async def recalls(cast: Cast) -> None:
    await cast.hoa.says("/recall 1 yes")


async def marks(cast: Cast) -> None:
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Đánh dấu hộ")
    await cast.hoa.presses("Khóm 8")
    await cast.hoa.says("chị Lan báo qua điện thoại")


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "the_harm"])
async def test_a_mark_undone_after_the_recall_brings_nothing_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(progress, "going_on", access_progress)
    channel = cast.channels[SANDBOX]
    monkeypatch.setattr(channel, "limits", replace(channel.limits, deletes=False))
    await broadcasts(cast.hoa)
    await marks(cast)
    await recalls(cast)
    assert "đã được thu hồi" in cast.k8.bot[0].text
    await cast.hoa.presses("Bỏ đánh dấu")

    assert ("đã thu hồi" in cast.hoa.toast) is guarded
    assert ("dịch vụ công" not in cast.k8.bot[0].text) is guarded


async def test_after_the_recall_no_unit_is_offered_to_mark(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/tiendo")
    await recalls(cast)
    await cast.hoa.presses("Đánh dấu hộ")
    assert "đã thu hồi" in cast.hoa.toast
    assert not any("Khóm" in label for label in cast.hoa.labels)

    unit = cast.unit("P5-K8").id
    await cast.hoa.says(f"/directive_mark 1 {unit} chị Lan báo qua điện thoại")
    assert "đã thu hồi" in cast.hoa.text


@pytest.mark.parametrize("given_up", [True, False], ids=["given_up", "the_harm"])
@pytest.mark.parametrize("marked", [True, False], ids=["marked", "received"])
async def test_who_confirms_at_night_is_not_reminded_in_the_morning(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, marked: bool, given_up: bool
) -> None:
    if not given_up:
        for module in (receipts, progress):
            monkeypatch.setattr(module, "give_up_reminders", lambda _call, _row: None)
    await broadcasts(cast.hoa)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Nhắc")
    if marked:
        await marks(cast)
    else:
        await cast.lan.presses("xác nhận đã nhận", cast.k8)
    await cast.until(NIGHT + timedelta(hours=9), every=timedelta(minutes=30))

    assert any("🔔" in text for text in cast.lan.texts) is not given_up
    assert any("🔔" in text for text in cast.sau.texts)


async def test_when_all_have_confirmed_an_old_button_reminds_nobody(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/tiendo")
    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    await cast.sau.presses("xác nhận đã nhận", cast.k1)
    await cast.hoa.presses("Nhắc 2 đơn vị")

    assert "không còn ai để nhắc" in cast.hoa.toast
