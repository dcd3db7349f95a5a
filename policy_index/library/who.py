"""By what name changes are noted; apart from the library itself, whose SQLAlchemy no first page needs."""

NOBODY = "local"
"""Who changes what where nobody signs in: the person at this machine."""
