"""What a reply turns away from before it answers: what was, what was wished, what was objected.

"Lần trước em vắng, lần này em đi"; "muốn đi lắm mà bệnh quá"; "hơi cao nhưng em đồng ý".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.understanding.replies.meaning import (
    BUT,
    CIRCUMSTANCE,
    ELSE,
    FILLER,
    HEDGE,
    LATER,
    PAST,
    QUESTION,
    REASON,
    TIME,
)
from handlers.understanding.replies.tagging import (
    AND,
    COURTESY,
    GROUP,
    KIN,
    NAME,
    NOT,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from storage.vietnamese import fold

_FIRM = frozenset("POLAVEYN")
_TURNS = frozenset({"nhung", "nhung ma", "ma", "tuy nhien", "the nhung", "ma van", "nhung van"})
_WISHES = frozenset(
    {"muon", "tinh", "dinh", "thich", "rang", "em rang", "co gang", "du dinh", "mong"}
)
_AGREEMENTS = frozenset({"dong y", "nhat tri", "tan thanh", "ung ho", "thong nhat", "roi", "chiu"})
_FAILS = frozenset({"khong duoc", "khong noi", "khong kip", "khong xue", "khong ra"})
_UNDONE = frozenset(
    {"tre", "muon", "lo", "met", "gia", "quen", "lon", "nham", "chet", "rut", "nghi", "bo", "het"}
    | {
        "mat",
        "hu",
        "thoi",
        "ban",
        "kho",
        "xa",
        "yeu",
        "mac",
        "cao",
        "nhieu",
        "it",
        "chua",
        "sao",
        "tam",
        "hoi",
        "kha",
    }
)
"""What one has become, or no longer does: no answer."""
_BIDS = frozenset({"dung", "nho", "nhac", "khoan"})
_OTHER_DAY = frozenset({PAST, LATER})
_PEOPLE = frozenset({OTHER, GROUP, KIN, NAME})
_MOST_GOING_ON = 5
"""Words behind "có" or "không" that may be what she has or does."""
_WITH_OBJECT = frozenset(
    {"co", "khong", "chua", "khong co", "chua co", "het", "chua he", "khong he"}
)


def without_other_days(items: Sequence[Item], *, past_counts: bool) -> list[Item]:
    """Another day is nothing but talk beside an answer for this one; alone it is no answer.

    `past_counts`: what one has done before is an answer, as to "chị đóng chưa?".
    """
    if past_counts:
        items = [Item(FILLER, item.typed) if item.tag == PAST else item for item in items]
    parts = list(_parts(items))
    firm = [any(item.tag in _FIRM for item in part) for part in parts]
    other = [any(item.tag in _OTHER_DAY for item in part) for part in parts]
    answered = any(is_firm and not away for is_firm, away in zip(firm, other, strict=True))
    kept: list[Item] = []
    for part, is_firm, away in zip(parts, firm, other, strict=True):
        if away and answered and is_firm and not any(item.tag in _PEOPLE for item in part):
            kept.append(Item(PAUSE, ","))
            continue
        harmless = answered and not is_firm
        tag = FILLER if harmless else ELSE
        kept += [Item(tag, item.typed) if item.tag in _OTHER_DAY else item for item in part]
    return kept


def turned(items: Sequence[Item]) -> list[Item]:
    """Without what stands before the "nhưng" of a clear answer."""
    for at in range(1, len(items) - 1):
        if items[at].tag != BUT or fold(items[at].typed) not in _TURNS:
            continue
        before, after = items[:at], items[at + 1 :]
        if any(item.tag in _PEOPLE | {QUESTION, ELSE, NOT} for item in before):
            continue
        reason = any(item.tag == REASON for item in after)
        if any(map(_is_wish, before)):
            if reason or any(item.tag in "VEA" for item in after):
                return list(after)
            if any(item.tag == CIRCUMSTANCE for item in after):  # "định đi mà con bệnh"
                return [Item(REASON, item.typed) for item in after]
            continue
        if any(item.tag in _FIRM for item in after):
            left = _objections(before)
            objected = len(left) < len(before) and not {REASON, CIRCUMSTANCE} & {
                item.tag for item in before
            }
            return [*left, *(after if objected else items[at:])]
    return list(items)


def _is_wish(item: Item) -> bool:
    return item.tag == HEDGE and (
        fold(item.typed) in _WISHES or fold(item.typed).split()[0] in _WISHES
    )


def _objections(before: Sequence[Item]) -> list[Item]:
    """Only strange words, and a "có" they belong to."""
    if any(item.tag in _FIRM and fold(item.typed) not in _WITH_OBJECT for item in before):
        return list(before)
    if not any(item.tag == UNKNOWN for item in before):
        return list(before)
    return [item for item in before if item.tag != UNKNOWN and item.tag not in _FIRM]


def with_objects(items: Sequence[Item]) -> list[Item]:
    """What she has or does not do is no matter: "có thẻ rồi", "em không xài"."""
    kept: list[Item] = []
    room = 0
    done = next((at for at, item in enumerate(items) if fold(item.typed) == "roi"), 0)
    for at, item in enumerate(items):
        bare = fold(item.typed)
        behind = items[at + 1] if at + 1 < len(items) else item
        if item.tag == UNKNOWN and _is_verb(items, at):
            continue
        if item.tag == "Y" and behind.tag == "N" and fold(behind.typed) in _FAILS:
            continue
        if room and (
            (item.tag == UNKNOWN and item.typed.isalpha())
            or (item.tag == "Y" and kept[-1].tag == "N" and bare not in _AGREEMENTS)
        ):
            room -= 1
            continue
        open_ = bare in _WITH_OBJECT or bare.split()[0] in {"khong", "chua", "het"}
        open_ |= at < done <= at + 4  # "em đóng tiền quỹ rồi"
        room = _MOST_GOING_ON if item.tag in {"Y", "N"} and open_ else 0
        kept.append(item)
    return kept


def _is_verb(items: Sequence[Item], at: int) -> bool:
    """What one has done or can do: "em chuyển khoản rồi", "đọc được"; but not "trễ rồi"."""
    rest = [fold(item.typed) for item in items[at : at + 4]]
    end = next((length for length, bare in enumerate(rest) if bare in {"roi", "duoc"}), 0)
    before = [item.tag for item in items[:at] if item.tag not in {COURTESY, PAUSE, UNKNOWN}]
    strange = all(item.tag == UNKNOWN for item in items[at : at + end])
    begins = before in ([], [SELF], [OTHER], [GROUP], [AND])
    return bool(end) and strange and begins and not _UNDONE & set(rest[:end])


def without_bidding(items: Sequence[Item]) -> list[Item]:
    """What others should or should not do, beside an answer: "đừng điểm danh vội, em đang tới"."""
    parts = list(_parts(items))
    bids = [any(item.tag == ELSE and fold(item.typed) in _BIDS for item in one) for one in parts]
    if all(bids) or not any(bids):
        return list(items)
    kept: list[Item] = []
    for part, bid in zip(parts, bids, strict=True):
        said = [item for item in part if item.tag not in {PAUSE, SELF, COURTESY}]
        firm = any(item.tag in _FIRM and " " in item.typed for item in part)
        first = bool(said) and said[0].tag == ELSE
        kept += [Item(PAUSE, ",")] if bid and (first or not firm) else part
    return kept


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """From one comma, "nhưng" or day to the next."""
    part: list[Item] = []
    for item in items:
        day = item.tag in _OTHER_DAY | {TIME} and any(one.tag in _FIRM | _OTHER_DAY for one in part)
        if part and (item.tag in {PAUSE, BUT} or day):
            yield part
            part = []
        part.append(item)
    if part:
        yield part
