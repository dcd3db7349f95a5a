"""Texts in which refusing somebody is the act: “those whom it distrusts are turned down, and nobody reads why”.

A stance is what a text has to do with an act, and a policy may speak of the very act of turning people away. Encoder and words hear
“refused” and “nobody” there and take the text for one that refuses the act. This is told by how the words stand to each other:

- people, or what they ask for, are turned away (“applicants are rejected”, “the model denies claims”);
- no qualified person looks (“no doctor looks at it”);
- those concerned are not asked or told (“without telling them”, “she was never asked”).

A text that says in so many words that an act is refused (“declines to”, “will not”, “nobody is turned away”), or that somebody
looks into such acts (“audit”, “watchdog”), is left alone.
"""

import re

_PEOPLE = (
    r"(?:who|whoever|whom|those|any(?:one|body)|everyone|people|ppl|persons?|applicants?|candidates?|customers?|clients?|tenants?"
    r"|famil(?:y|ies)|claimants?|patients?|callers?|pupils?|students?|borrowers?|workers?|drivers?|citizens?|refugees?|migrants?"
    r"|seekers?|wom[ae]n|m[ae]n|mothers?|widows?|child(?:ren)?|parents?|prisoners?|policyholders?|he|she|they|them|him|her|you)"
)
_SOUGHT = (
    r"(?:loans?|credit|overdrafts?|mortgages?|claims?|applications?|cvs?|benefits?|allowances?|visas?|permits?"
    r"|passports?|licences?|entry|admission|bail|parole|cover|payouts?|appeals?|complaints?|interviews?|vouchers?|grants?"
    r"|treatments?|operations?|shifts?)"
)
_TURNED_AWAY = (
    r"(?:refused|declined|denied|rejected|dismissed|excluded|blocked|barred|banned|deported|disqualified|evicted"
    r"|turned (?:down|away|back)|struck off|cut off|(?:filtered|weeded|screened|sorted|ruled|thrown) out|passed over|shut out"
    r"|sent (?:home|away|back))"
)
_TURNS_AWAY = (
    r"(?:refus(?:es|ed|ing)|declin(?:es|ed|ing)|den(?:ies|ied|ying)|reject(?:s|ed|ing)|dismiss(?:es|ed)|exclud(?:es|ed)"
    r"|bar(?:s|red)|ban(?:s|ned)|blocks|revokes|turn(?:s|ed) (?:down|away|back)|strikes off|cuts off"
    r"|(?:filters|weeds|screens|sorts) out|withholds)"
)
_MACHINE = r"(?:programs?|models?|systems?|engines?|algorithms?|bots?|apps?|machines?|portals?|software|tools?|ai|computers?|scanners?)"
_QUALIFIED = (
    r"(?:human|person|employee|staff|doctor|nurse|physician|medic|clerk|officer|lawyer|solicitor|advocate|notary|attorney"
    r"|advis[eo]r|judge|recruiter|teacher|caseworker|dispatcher|consultant|expert|therapist|official)"
)
_LOOKS = r"(?:look|read|check|see|listen|review|open|answer|approve|sign|overrule|hear|ask|change)(?:s|d|ed|n|ing)?(?!\W+(?:for|out|by)\b)"
_NOBODY = r"(?:nobody|no one|no1)"
_FEW = r"(?:\W+\w+){0,6}?\W+"
"""Up to six words between two others."""

_REFUSED_PEOPLE = re.compile(
    "|".join(
        [
            rf"\b(?:{_PEOPLE}|{_SOUGHT})\b{_FEW}(?:is|are|was|were|been|being|gets?|got)\W+(?:\w+ly\W+)?{_TURNED_AWAY}\b(?! to\b)",
            rf"\b{_MACHINE}(?:\W+\w+){{0,4}}?\W+{_TURNS_AWAY}\W+(?:(?!and\b)\w+\W+){{0,4}}?(?:{_PEOPLE}|{_SOUGHT})\b",
            rf"\b{_MACHINE} says no\b",
            r"\b(?:never|not|without)\W+(?:(?:being|been|even)\W+)?(?:told|telling|asked|asking|informed|informing)\b",
            rf"\b(?:no|without(?: an?| any)?)\W+(?:\w+\W+){{0,2}}?{_QUALIFIED}\b{_FEW}{_LOOKS}\b",
        ]
    )
)
_REFUSED_ACT = re.compile(
    r"\b(?:refus\w+|declin\w+) to\b|\b(?:will|would|must|may|can) ?not\b|\b(?:wo|would|ca)n't\b|\bwont\b"
    r"|\b(?:we|i|it|board|council) (?:\w+ )?(?:refused|declined|said no|turned down)\b"
    rf"|\b(?:{_NOBODY}|none|no \w+)\b{_FEW}(?:is|are|was|were|gets?)\W+(?:\w+ly\W+)?{_TURNED_AWAY}"
    rf"|\b(?:not|never)\W+{_TURNED_AWAY}"
    r"|\b(?:audits?|complaints? about|free advis[eo]rs|petition|unlawful|watchdog)\b"
)


def refuses_people(text: str) -> bool:
    """Return whether people are refused in the text, or a safeguard left out, and no act is said to be."""
    plain = text.lower().replace("’", "'")
    return _REFUSED_PEOPLE.search(plain) is not None and _REFUSED_ACT.search(plain) is None
