"""Work in proportion: every reader of a person's text on every family, at one, four and sixteen times the size.

What grows too much is looked at again at four times the size, beyond what the program accepts, where a square shows and a cache does not.
"""

from attacks.families import FAMILIES
from attacks.growth import LINEAR, RISING, growth_of
from attacks.readers import READERS
from attacks.results import Result


def proportion(share: float) -> Result:
    """Measure how work grows; `share` of the largest sizes."""
    result = Result(attack="readers of text × families of texts, at 1, 4 and 16 times the size")
    looked_at_again = 0
    for name, reader in READERS.items():
        for family, make in FAMILIES.items():
            result.count += 1
            largest = reader.size(share)
            if growth_of(reader, make, largest=largest).is_linear:
                continue
            looked_at_again += 1
            excess = growth_of(reader, make, largest=4 * largest).excess
            result.expect(excess <= RISING, f"{name}, {family}: {excess:.2f} times linear at four times the size")
    result.said = f"growth at most {LINEAR} times linear, or at most {RISING} at four times the size ({looked_at_again} looked at there)"
    return result
