"""The errors that this package raises on purpose.

    PolicyIndexError
    ├── SourceError           a file or folder that a person brings cannot be turned into the text of a policy
    ├── PolicyParseError      the policy text is not of the shape that its dialect knows
    ├── PolicyIntegrityError  a file is not the one that was published
    ├── PackError             a pack's folder lacks a part, or a part of it is broken or another policy's
    │   ├── ExemplarError     an exemplar file has a wrong line
    │   ├── TwinError         a file of twins has a wrong line
    │   ├── ConceptError      a file of concepts has a wrong line
    │   └── ReadingError      the file of readings does not fit the policy
    ├── UnknownPolicyError    the shelf holds no such policy or version
    ├── UnknownClauseError    no clause has this id
    ├── UnknownRevisionError  the policy has no revision of this day
    ├── ComparisonError       two policies, or a row of versions, cannot be compared
    ├── EncoderError          a model is missing, damaged or unusable
    ├── CalibrationError      probabilities were fitted for another model, policy or set of exemplars
    ├── LibraryError          the library cannot be opened, read or written
    │   ├── AlreadyThereError such a version of the policy is kept already
    │   └── EditConflictError somebody else has edited the version meanwhile
    ├── RightsError           the visitor may not change what is kept
    ├── QuotaError            the visitor has brought more than a visitor may in an hour
    ├── OverloadedError       there is too much to do for an answer in time
    └── InputError            a query, an option or an uploaded line cannot be used

Every message is one sentence, or one line, that says what was expected, what came, and where.
"""


class PolicyIndexError(Exception):
    """Root of all errors that a caller can expect; its text is fit to be shown to a person."""


class SourceError(PolicyIndexError):
    """A file or folder that a person brings cannot be turned into the text of a policy."""


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


class ConceptError(PackError):
    """A file of concepts or of their texts has a line that cannot be used."""


class ReadingError(PackError):
    """The file of readings has another shape, or does not fit the policy."""


class UnknownPolicyError(PolicyIndexError):
    """The shelf holds no policy, or no version of it, of this name."""


class UnknownClauseError(PolicyIndexError):
    """No clause of the policy has this id."""


class UnknownRevisionError(PolicyIndexError):
    """The policy has no revision of this day."""


class ComparisonError(PolicyIndexError):
    """Two policies, or a sequence of versions, cannot be compared."""


class EncoderError(PolicyIndexError):
    """A model is missing, damaged or unusable."""


class CalibrationError(PolicyIndexError):
    """Probabilities were fitted for another model, policy or set of exemplars."""


class LibraryError(PolicyIndexError):
    """The library is locked, read-only, full, damaged, newer, foreign or not there, or cannot keep what it was given.

    Attributes:
        public: What it says to other machines and in pages: where the database lies is left out.
    """

    def __init__(self, message: str, *, place: str = "", public: str = "") -> None:
        """Store what is said.

        Args:
            message: The sentence.
            place: The path or address in it that is nobody else's business; empty where there is none.
            public: What it says to others, where that is known already.
        """
        super().__init__(message)
        self.public = public or (message.replace(place, "the server’s database") if place else message)


class AlreadyThereError(LibraryError):
    """Such a version of the policy is kept already; nothing was overwritten."""


class EditConflictError(LibraryError):
    """Somebody else has edited the version since it was read; nothing was overwritten."""


class RightsError(PolicyIndexError):
    """The visitor may not change what is kept; the message says how that is changed.

    Attributes:
        is_unknown: Whether to show who they are, by a token or by signing in, would help.
    """

    def __init__(self, message: str, *, is_unknown: bool = False) -> None:
        """Store what is said, and whether to say who one is would help."""
        super().__init__(message)
        self.is_unknown = is_unknown


class QuotaError(PolicyIndexError):
    """The visitor has brought as many files, or as much, as a visitor may within an hour.

    Attributes:
        retry_after: Seconds after which there is room again.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        """Store what is said, and when to try again."""
        super().__init__(message)
        self.retry_after = retry_after


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


def public_words(error: PolicyIndexError) -> str:
    """Return what an error says to other machines and in pages: a library's does not say where its database lies."""
    return error.public if isinstance(error, LibraryError) else str(error)
