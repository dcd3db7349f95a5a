"""What changed on a page, for those who listen to it."""

from policy_index.brief import Brief
from policy_index.search.likelihood import Band
from policy_index.ui.browser_parts import BrowserPart
from policy_index.words import quoted

_JS = """
export default function ({ parentElement, data }) {
  const words = read(data);
  const place = parentElement.querySelector("[role=status]");
  if (place.textContent !== words) place.textContent = words;
}
"""

_SAID = BrowserPart(
    name="announcement", html='<p class="upe-unseen" role="status" aria-live="polite"></p>', script=_JS, isolated=False
)


def announce(words: str, *, key: str) -> None:
    """Have a screen reader say `words` as soon as they change, without moving the focus; nobody sees them.

    Call it at every run, with no words where there is nothing to say: a live region must stand before its words do.
    """
    _SAID.show(words, key=f"said-{key}")


def found_in_words(brief: Brief) -> str:
    """Return how many clauses a brief holds and for which text, as `2 likely and 1 possible clause found for “…”`.

    Of a text that cannot be judged: that, and why; clauses that follow from stated facts are on the page.
    """
    if brief.unfit is not None:
        return f"Not judged: {quoted(brief.text, letters=60)}. {brief.unfit}"
    if brief.made_with_probabilities:
        each = {band: sum(entry.band is band for entry in brief.entries) for band in (Band.LIKELY, Band.POSSIBLE)}
        stated = sum(bool(entry.reasons) and entry.band is Band.UNLIKELY for entry in brief.entries)
        apart = sum(entry.keeps_clear and not entry.reasons for entry in brief.entries)
        counts = [f"{count} {band}" for band, count in each.items() if count]
        counts += [f"{stated} stated by you"] if stated else []
        counts += [f"{apart} kept clear of"] if apart else []
    else:
        counts = [f"{len(brief.entries)} nearest"]
    noun = "clause" if len(brief.entries) == 1 else "clauses"
    return f"{' and '.join(counts) if brief.entries else 'No'} {noun} found for {quoted(brief.text, letters=60)}"
