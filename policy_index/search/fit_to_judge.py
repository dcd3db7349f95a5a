"""What an encoder reads of texts, and why that cannot be judged: the same under every policy."""

from collections.abc import Sequence

from policy_index.search.fitness import unfit
from policy_index.search.patience import stay_patient
from policy_index.search.vectors import Encoder

_SURELY_READ = 250
"""Characters that every encoder in use reads, whatever they are: a token has at least one."""


def reasons_against(texts: Sequence[str], encoder: Encoder) -> list[str | None]:
    """Return for each text why what the encoder reads of it cannot be judged; the same under every policy."""
    return [unfit(what_is_read(text, encoder)) for text in texts]


def what_is_read(text: str, encoder: Encoder) -> str:
    """Return what an encoder reads of a text."""
    stay_patient()
    return text if len(text) <= _SURELY_READ else text[: encoder.characters_read(text)]
