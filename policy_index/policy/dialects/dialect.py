"""Which grammar reads a policy text."""

from enum import StrEnum

from policy_index.errors import PolicyParseError
from policy_index.policy.dialects.names import NO_NAMES, CuratedNames
from policy_index.policy.dialects.openai_2023 import parse_openai_2023
from policy_index.policy.dialects.outline import parse_outline
from policy_index.policy.document import Policy, Provenance


class Dialect(StrEnum):
    """The grammars: one for one publisher's layout of 2023, one for any Markdown."""

    OPENAI_2023 = "openai-2023"
    OUTLINE = "outline"


def parse_policy(
    source: str, *, provenance: Provenance, names: CuratedNames = NO_NAMES, dialect: Dialect = Dialect.OUTLINE
) -> Policy:
    """Read the policy text `source` with the grammar `dialect`.

    Raises:
        PolicyParseError: The text has another shape; the message says what was expected and where.
    """
    match dialect:
        case Dialect.OPENAI_2023:
            try:
                return parse_openai_2023(source, provenance=provenance, names=names)
            except RecursionError:  # of the tree that Markdown's parser makes
                message = "Expected emphasis in emphasis a few times at most, but the policy text nests hundreds."
                raise PolicyParseError(message) from None
        case Dialect.OUTLINE:
            return parse_outline(source, provenance=provenance, names=names)
