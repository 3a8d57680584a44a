"""A reply as it is typed → its meaning, who is meant, and the words it rests on.

*Unclear* whenever a careful secretary would ask: questions, receipts, "chắc", "nếu", "để em coi",
another day's meeting, and any word that is in no list. The lists: `handlers/understanding/words`.
"""

from handlers.understanding.replies.lexicon import given_names
from handlers.understanding.replies.reading import Context, Meaning, Reply, prepare, understand

__all__ = ["Context", "Meaning", "Reply", "given_names", "prepare", "understand"]
