"""Which open question does an answer in a group answer, where the platform does not say?

Zalo hands over what quotes the bot, but not the message that was quoted. Words are held against
every question that is open in the group. If they fit exactly one, that is the one; a number, or a
"có", that fits several is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.chat import Call, Choice, Replies
from handlers.errors import Refusal
from handlers.talk import Listener
from storage import mail
from storage.mail import Prompt
from storage.vietnamese import fold

Reader = Callable[[Call, str, str], str]
"""What one offered line means, in words, if it is open to the speaker and is what her words (""
for a number) say; "" if not."""
_NUMBER = re.compile(r"(?:so\s*|chon\s*|#)?(\d{1,2})[.)]?")


@dataclass(frozen=True, slots=True)
class Which:
    """`readers` by the first word of the lines they know; `listeners` understand what is quoted."""

    readers: Mapping[str, Reader]
    listeners: Sequence[Listener]

    def hear(self, call: Call, text: str) -> Replies | None:
        """An answer to the one question it fits; None if it fits none.

        Raises:
            Refusal: it fits several, and asks which.
        """
        if call.incoming.private or call.incoming.quote_known:
            return None
        prompts = mail.open_prompts(call.session, call.incoming.chat)
        number = _NUMBER.fullmatch(fold(text))
        if number is not None:
            found: Sequence[tuple[Prompt, str, str]] = list(
                self._at(call, prompts, int(number[1]) - 1)
            )
        else:
            found = _by_name(list(self._saying(call, prompts, text)), text)
        subjects = {prompt.subject for prompt, _, _ in found}
        if len(subjects) > 1:
            choices = tuple(Choice(label, line) for _, line, label in found)
            raise Refusal("talk/which_question.j2", choices=choices, private=True, said=text)
        if not found:
            offered = self._offered(prompts, int(number[1]) - 1) if number is not None else []
            return call.run(call, offered[0]) if len(offered) == 1 else None
        prompt, line, _ = found[0]
        if number is not None:
            return call.run(call, line)
        quoting = replace(call, incoming=replace(call.incoming, reply_to=prompt.message_id))
        for listen in self.listeners:
            replies = listen(quoting, text)
            if replies is not None:
                return replies
        return call.run(call, line)

    def _offered(self, prompts: Sequence[Prompt], place: int) -> list[str]:
        """What a number picks, whoever says it: the command itself tells her why it is not hers."""
        return [prompt.choices[place] for prompt in prompts if 0 <= place < len(prompt.choices)]

    def _at(
        self, call: Call, prompts: Sequence[Prompt], place: int
    ) -> Iterator[tuple[Prompt, str, str]]:
        for prompt in prompts:
            for line in self._offered([prompt], place):
                if label := self._label(call, line, ""):
                    yield prompt, line, label

    def _saying(
        self, call: Call, prompts: Sequence[Prompt], text: str
    ) -> Iterator[tuple[Prompt, str, str]]:
        for prompt in prompts:
            for line in prompt.choices:
                if label := self._label(call, line, text):
                    yield prompt, line, label
                    break

    def _label(self, call: Call, line: str, text: str) -> str:
        word, _, rest = line.partition(" ")
        reader = self.readers.get(word)
        return reader(call, rest, text) if reader is not None else ""


def _by_name(
    found: Sequence[tuple[Prompt, str, str]], text: str
) -> Sequence[tuple[Prompt, str, str]]:
    """Those whose choice she wrote out, if it has more than one word: "có mặt" is no mere "có"."""
    said = f" {fold(text)} "
    named = []
    for one in found:
        choice = fold(one[2].rpartition(": ")[2])
        if " " in choice and f" {choice} " in said:
            named.append(one)
    return named or found
