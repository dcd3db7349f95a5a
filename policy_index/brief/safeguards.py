"""Words of a text that negate or safeguard, which similarity does not see."""

import re

_SAFEGUARD = re.compile(
    r"""\b(?:
        never | not | without | avoids? | except | only\ if | cannot
        | \w+n['’]t
        | refus(?:e|es|ing) | declin(?:e|es|ing) | prevent(?:s|ing|ion)? | protect(?:s|ing|ion)?(?:\ against|\ from)?
        | detect(?:s|ing|ion)? | recogni[sz](?:e|es|ing)\ (?:scams?|phishing|spam|fraud)
        | refer(?:s|ring)?\ (?:\w+\ ){0,3}to\ an?\ (?:\w+\ )?(?:doctor|lawyer|physician|professional|expert|human|advis[eo]r|clinician)
        | (?:doctor|lawyer|professional|expert|human|clinician)s?\ (?:reviews?|checks?|approves?|decides?|signs?)
        | reviewed\ by | with\ (?:their\ )?consent | disclaimer
        | for\ an?\ (?:lesson|class|course|lecture|novel|essay|documentary|museum|history)(?:\ on|\ about)?
        | history\ of | fiction(?:al)? | educational
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def safeguards(text: str) -> tuple[str, ...]:
    """Return the words of `text` that negate or safeguard, as they stand there, each once, in order."""
    found: dict[str, str] = {}
    for match in _SAFEGUARD.finditer(text):
        words = " ".join(match[0].split())
        found.setdefault(words.casefold(), words)
    return tuple(found.values())
