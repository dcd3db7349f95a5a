"""The errors that this package raises on purpose.

    PolicyIndexError
    ├── PolicyParseError      the policy text is not of the shape that the parser knows
    ├── PolicyIntegrityError  a bundled file is not the one that was published
    ├── UnknownClauseError    no clause has this id
    ├── ExemplarError         an exemplar file has a wrong line
    ├── ReadingError          the file of readings does not fit the policy
    ├── EncoderError          a model is missing, damaged or unusable
    ├── CalibrationError      probabilities were fitted for another model, policy or set of exemplars
    └── InputError            a query, an option or an uploaded line cannot be used

Every message is one sentence, or one line, that says what was expected, what came, and where.
"""


class PolicyIndexError(Exception):
    """Root of all errors that a caller can expect; its text is fit to be shown to a person."""


class PolicyParseError(PolicyIndexError):
    """The policy text is not of the shape that the parser knows."""


class PolicyIntegrityError(PolicyIndexError):
    """A bundled file differs from the published one."""


class UnknownClauseError(PolicyIndexError):
    """No clause of the policy has this id."""


class ExemplarError(PolicyIndexError):
    """An exemplar file has a line that cannot be used."""


class ReadingError(PolicyIndexError):
    """The file of readings has another shape, or does not fit the policy."""


class EncoderError(PolicyIndexError):
    """A model is missing, damaged or unusable."""


class CalibrationError(PolicyIndexError):
    """Probabilities were fitted for another model, policy or set of exemplars."""


class InputError(PolicyIndexError):
    """A query, an option or an uploaded line cannot be used."""
