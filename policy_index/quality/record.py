"""What `policy-index measure` found out about a policy's search, as it is kept with the pack."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from policy_index.errors import PackError
from policy_index.policy.pack import PolicyPack

FILE = "accuracy.json"
"""Name of the record among a pack's fitted parts."""

METHODS_FILE = "methods.json"
"""Name of what `policy-index adapt` compared."""


@lru_cache(maxsize=16)
def accuracy_of(pack: PolicyPack) -> Mapping[str, Any] | None:
    """Return what was measured for a pack, the same object while the pack is in use; None where nothing was.

    A record of another text or of other exemplars counts as nothing.

    Raises:
        PackError: The file is broken.
    """
    path = pack.fitted(FILE)
    if not path.is_file():
        return None
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        made_of = record["policy"]["sha256"], record["exemplars"]["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        message = f"Expected what `policy-index measure` writes in {path}, got {type(error).__name__}: {error}."
        raise PackError(message) from None
    return record if made_of == (pack.policy.sha256, pack.exemplars.sha256) else None


def compared_methods(pack: PolicyPack) -> list[dict[str, Any]]:
    """Return the ways to search that were compared for a pack, simplest first; none where nothing was."""
    path = pack.fitted(METHODS_FILE)
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return found


def shares_shown(record: Mapping[str, Any], threshold: float) -> tuple[float, float]:
    """Return the shares of held-out touching and harmless texts whose best probability reaches the threshold."""
    chances = record["heldout_probabilities"]
    touching, harmless = (np.asarray(chances[name]) for name in ("touching", "harmless"))
    return float((touching >= threshold).mean()), float((harmless >= threshold).mean())


def differences(said: Any, found: Any, *, tolerance: float, where: str = "") -> list[str]:
    """Return what a record says otherwise than a fresh measurement, each as one line that names the place.

    Args:
        said: The record, or a part of it.
        found: The same part of what was measured now.
        tolerance: How far two numbers may be apart; processors differ in the last bits, and a text may cross a threshold.
        where: The part, for the lines.
    """
    if isinstance(said, dict) and isinstance(found, dict) and said.keys() == found.keys():
        parts = [(str(name), said[name], found[name]) for name in said]
    elif isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        parts = [(str(place), *pair) for place, pair in enumerate(zip(said, found, strict=True))]
    elif isinstance(said, float) and isinstance(found, int | float) and abs(said - found) <= tolerance:
        return []
    else:
        return [] if said == found else [f"{where}: {said!r} in the record, {found!r} now"]
    inside = f"{where}." if where else ""
    return [line for name, *pair in parts for line in differences(*pair, tolerance=tolerance, where=inside + name)]
