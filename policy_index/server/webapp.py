"""Where the app's files lie: beside the package in a clone, inside it when installed from a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def app_root() -> Path:
    """Return the folder that holds app.py, pages/ and .streamlit/."""
    installed = _PACKAGE / "_app"
    return installed if installed.is_dir() else _PACKAGE.parent


def site_script() -> Path:
    """Return the router script that the app runs."""
    return _PACKAGE / "ui" / "site.py"
