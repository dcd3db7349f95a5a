"""The headers of every answer: what a browser lets a page of this server do, and who may show it in a frame."""

import base64
import hashlib
import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FRAMES_VARIABLE = "POLICY_INDEX_FRAMES"
"""Origins whose pages may show this app in a frame, with commas between: `https://intranet.example.org`; without it, none."""

_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityHeaders:
    """What is said of every answer.

    Attributes:
        scripts: The sources of the inline scripts that a page may hold, as `inline_scripts` returns them.
        frames: Origins whose pages may show this app in a frame.
    """

    scripts: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, *, scripts: Sequence[str]) -> "SecurityHeaders":
        """Return the headers with the frames that POLICY_INDEX_FRAMES allows; what is no origin is logged and left out."""
        given = [each.strip() for each in os.environ.get(FRAMES_VARIABLE, "").split(",") if each.strip()]
        for each in given:
            if not _ORIGIN.fullmatch(each):
                message = "Expected an origin in %s, such as https://intranet.example.org, got %r; it is left out."
                logging.getLogger(__name__).warning(message, FRAMES_VARIABLE, each)
        return cls(scripts=tuple(scripts), frames=tuple(each for each in given if _ORIGIN.fullmatch(each)))

    def of(self, host: str | None) -> dict[str, str]:
        """Return the headers, by name.

        Args:
            host: The Host that was asked, which is known to be ours: pages talk with it over WebSockets.
        """
        framing = {} if self.frames else {"X-Frame-Options": "DENY"}
        return _ALWAYS | framing | {"Content-Security-Policy": self._policy(host)}

    def _policy(self, host: str | None) -> str:
        # 'self' does not hold for WebSockets in every browser.
        sockets = [] if host is None else [f"ws://{host}", f"wss://{host}"]
        directives: dict[str, Iterable[str]] = {
            "default-src": ["'self'"],
            # Streamlit's messages are decoded with WebAssembly; eval stays forbidden.
            # blob: is how Streamlit loads the scripts of components, which it sends over its own connection.
            "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *self.scripts],
            "style-src": ["'self'", "'unsafe-inline'"],  # Streamlit and plotly write their styles into the page
            "img-src": ["'self'", "data:", "blob:"],
            "font-src": ["'self'", "data:"],
            "connect-src": ["'self'", *sockets],
            "object-src": ["'none'"],
            "frame-src": ["'none'"],
            "base-uri": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": self.frames or ["'none'"],
        }
        return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def inline_scripts(html: str) -> tuple[str, ...]:
    """Return what allows each script that stands in a page, by the hash of its words, for a content security policy."""
    digests = [hashlib.sha256(script.encode()).digest() for script in _INLINE_SCRIPT.findall(html)]
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
