"""Work in proportion: every reader of a person's text on every family, at one, four and sixteen times the size."""

from attacks.families import FAMILIES
from attacks.growth import growth_of
from attacks.readers import READERS
from attacks.results import Result


def proportion(share: float) -> Result:
    """Measure how work grows; `share` of the largest sizes."""
    result = Result(attack="readers of text × families of texts, at 1, 4 and 16 times the size")
    worst = 0.0
    for name, reader in READERS.items():
        for family, make in FAMILIES.items():
            result.count += 1
            found = growth_of(reader, make, largest=reader.size(share))
            worst = max(worst, found.excess)
            result.expect(found.is_linear, f"{name}, {family}: {found.excess:.2f} times linear")
    result.said = f"growth at most {worst:.2f} times linear"
    return result
