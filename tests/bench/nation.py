"""How long broadcasts take, from one ward to the nation: what the guide's page on scale shows.

`python -m tests.bench.nation` writes templates/guide/scale.json: the real limiter on a virtual
clock (tests/bench/broadcast.py), and what follows for storage from what was measured in a province
(tests/bench/province_run.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.broadcast import broadcast

RESULT = Path(__file__).parent.parent.parent / "templates" / "guide" / "scale.json"
MEMBERS, BRANCHES, PROVINCES = 19_000_000, 89_000, 34
LINKED = 4
"""One member of so many has opened a private talk."""
SEED = 2026
ANSWERS_A_YEAR = 24
"""Two roll calls a month, answered by everybody who can."""
MEMBER_BYTES, ANSWER_BYTES = 1_100, 1_400
"""On PostgreSQL, indexes included: a member with her share of accounts and roles; an answer with
its event, evidence, verdict and echo. Measured on a province of 12,000 after 2,000 answers.
"""
EVENING_SHARE, EVENING_SECONDS = 0.3, 3_600
"""On the busiest evening three of ten answer within the same hour."""
PROCESSES = 5
"""Of each province: intake, two workers, delivery, and clock with the pages."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A broadcast: `messages` in all, dealt out evenly to bots with a token each."""

    what: str
    messages: int
    tokens: int
    groups: bool = True

    @property
    def each(self) -> int:
        """How many the busiest bot sends."""
        return -(-self.messages // self.tokens)


@dataclass(frozen=True, slots=True)
class Row:
    """What the simulation found; times in seconds."""

    what: str
    messages: int
    tokens: int
    each: int
    ideal: float
    seconds: float
    refused: int


PLANS = (
    Plan("ward_groups", 22, 1),
    Plan("province_groups", 1_400, 1),
    Plan("nation_groups_one", BRANCHES, 1),
    Plan("nation_groups", BRANCHES, PROVINCES),
    Plan("province_people", 400_000 // LINKED, 1, groups=False),
    Plan("nation_people", MEMBERS // LINKED, PROVINCES, groups=False),
)


def simulated(plan: Plan) -> Row:
    """The broadcast of the busiest bot; the others run beside it, each with limits of its own."""
    chats = [str(number) for number in range(plan.each)]
    found = broadcast(chats, groups=plan.groups, seed=SEED)
    return Row(
        plan.what,
        plan.messages,
        plan.tokens,
        plan.each,
        found.ideal,
        round(found.seconds, 1),
        found.refused,
    )


def layout() -> list[dict[str, float]]:
    """What a province and the nation need: people, rows, disk and processes."""
    found = []
    for provinces, members, branches in ((1, 400_000, 1_400), (PROVINCES, MEMBERS, BRANCHES)):
        linked = members // LINKED
        answers = linked * ANSWERS_A_YEAR
        found.append(
            {
                "provinces": provinces,
                "members": members,
                "branches": branches,
                "linked": linked,
                "answers": answers,
                "register_gb": round(members * MEMBER_BYTES / 1e9, 1),
                "year_gb": round(answers * ANSWER_BYTES / 1e9, 1),
                "busiest": round(linked * EVENING_SHARE / EVENING_SECONDS, 1),
                "processes": provinces * PROCESSES,
            }
        )
    return found


def main(say: Callable[[str], None] = print) -> None:
    """Simulate every plan and store what was found."""
    rows = []
    for plan in PLANS:
        rows.append(asdict(simulated(plan)))
        say(f"{plan.what}: {rows[-1]['seconds']:.1f} s")
    kept = {"broadcasts": rows, "layout": layout()}
    RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
