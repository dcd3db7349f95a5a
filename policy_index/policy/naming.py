"""The id that a policy has at every door, where nobody chose one."""

from policy_index.policy.dialects.markdown import slug
from policy_index.policy.document import Provenance

_WORDS = 8
_LONGEST = 60


def suggested_id(provenance: Provenance) -> str:
    """Return a readable id made of publisher and title, `acme-acceptable-use-policy`; empty where they have no Latin letter or digit."""
    named = slug(provenance.name, words=_WORDS)
    latin = "".join(letter if letter.isascii() else "-" for letter in named)
    words = [word for word in latin.split("-") if word]
    while len("-".join(words)) > _LONGEST and len(words) > 1:
        words.pop()
    return "-".join(words)[:_LONGEST] if named != "untitled" else ""
