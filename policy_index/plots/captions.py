"""What a picture says of itself, so that it keeps its meaning wherever it is pasted."""

from policy_index.policy.pack import PolicyPack
from policy_index.words import long_day

NO_ADVICE = "Similarity is about topic, not intent: a reading aid, no verdict and not legal advice."
"""What no picture leaves unsaid."""


def named(pack: PolicyPack) -> str:
    """Return which policy and version this is: `OpenAI Usage policies, version of 23 March 2023 (superseded since)`."""
    updated = pack.policy.updated
    version = "without a date" if updated is None else f"version of {long_day(updated)}"
    return (
        f"{pack.policy.provenance.name}, {version}{' (superseded since)' if pack.policy.provenance.superseded else ''}"
    )
