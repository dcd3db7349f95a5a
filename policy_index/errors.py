"""The errors that this package raises on purpose.

    PolicyIndexError
    ├── PolicyParseError      the policy text is not of the shape that its dialect knows
    ├── PolicyIntegrityError  a file is not the one that was published
    ├── PackError             a pack's folder lacks a part, or a part of it is broken or another policy's
    │   ├── ExemplarError     an exemplar file has a wrong line
    │   ├── TwinError         a file of twins has a wrong line
    │   └── ReadingError      the file of readings does not fit the policy
    ├── UnknownPolicyError    the shelf holds no such policy or version
    ├── UnknownClauseError    no clause has this id
    ├── UnknownRevisionError  the policy has no revision of this day
    ├── EncoderError          a model is missing, damaged or unusable
    ├── CalibrationError      probabilities were fitted for another model, policy or set of exemplars
    ├── OverloadedError       there is too much to do for an answer in time
    └── InputError            a query, an option or an uploaded line cannot be used

Every message is one sentence, or one line, that says what was expected, what came, and where.
"""


class PolicyIndexError(Exception):
    """Root of all errors that a caller can expect; its text is fit to be shown to a person."""


class PolicyParseError(PolicyIndexError):
    """The policy text is not of the shape that its dialect knows."""


class PolicyIntegrityError(PolicyIndexError):
    """A file differs from the published one."""


class PackError(PolicyIndexError):
    """A pack's folder lacks a part that every pack has, or a part of it is broken, doubled or another policy's."""


class ExemplarError(PackError):
    """An exemplar file has a line that cannot be used."""


class TwinError(PackError):
    """A file of twins has a line that cannot be used."""


class ReadingError(PackError):
    """The file of readings has another shape, or does not fit the policy."""


class UnknownPolicyError(PolicyIndexError):
    """The shelf holds no policy, or no version of it, of this name."""


class UnknownClauseError(PolicyIndexError):
    """No clause of the policy has this id."""


class UnknownRevisionError(PolicyIndexError):
    """The policy has no revision of this day."""


class EncoderError(PolicyIndexError):
    """A model is missing, damaged or unusable."""


class CalibrationError(PolicyIndexError):
    """Probabilities were fitted for another model, policy or set of exemplars."""


class OverloadedError(PolicyIndexError):
    """There is too much to do for an answer in time.

    Attributes:
        retry_after: Seconds after which it is worth trying again.
    """

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        """Store what is said, and when to try again."""
        super().__init__(message)
        self.retry_after = retry_after


class InputError(PolicyIndexError):
    """A query, an option or an uploaded line cannot be used."""
