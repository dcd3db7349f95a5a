"""What a clause does to its reader, guessed from its words and from the headings and lead-ins above it.

A clause that says so itself (“You must not …”, “We may suspend …”) is what it says; otherwise the nearest lead-in or heading that
decides (“You may not:”, “Prohibited uses”) wins; otherwise a bare command is a requirement, and the rest informs. A guess, to be
shown as one: of 326 clauses of twenty invented policies, whose two authors knew nothing of the patterns, 0.62 and 0.69 were guessed
right before anybody had looked at them, and 0.94 once the patterns had been widened after them. Three policies by further authors
(`tests/data/nearness`) showed what was still missing: commands such as “Enter …”, and lead-ins such as “Neither … nor … may”.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from policy_index.policy.dialects.markdown import forget_words, without_enumerator
from policy_index.policy.document import ClauseKind


class _Stance(StrEnum):
    PROHIBITS = "prohibits"
    REQUIRES = "requires"
    PERMITS = "permits"
    PERMITS_IF = "permits_if"
    INFORMS = "informs"


_LONGEST_READ = 4_000
"""Characters of a clause that are read; the rest of a longer one decides nothing."""

_BEGINNING = 300
"""Characters in which a clause that may permit something on a condition says so; a paragraph that comes to it later is about more."""

# Words in these patterns are of at most forty letters: else a long run of letters and apostrophes would be read from each of them.
_WHO = (
    r"(?:you(?:r (?:\w+ ){0,3}\w+)?|users?|customers?|developers?|operators?|clients?|subscribers?|members?|employees?|staff|students?"
    r"|anyone|everyone|persons?|people|part(?:y|ies)|business(?:es)?|compan(?:y|ies)|organi[sz]ations?|apps?|products?|outputs?|content"
    r"|accounts?|it|they|(?:the |our |these )?(?:[\w’']{1,40} ){0,3}(?:services?|models?|tools?|platforms?|systems?|assistant|software))"
)
_NOT = r"(?: not|n[’']t|not)\b"
_PROHIBITING = re.compile(
    rf"\b(?:must|shall){_NOT}(?! be (?:liable|held|responsible|obliged|required))|\b{_WHO} (?:agree (?:that you will )?not to|agree not|(?:(?:may|should|can|will|are|is){_NOT}|can[’']t|won[’']t)"
    r"(?! (?:be )?(?:available|apply|liable|responsible|required|obliged|entitled|able|sure|affect|charged|receive|see|need|have to|fine-tuned|an? (?:violation|breach|sign|substitute|replacement|part))))"
    r"|\b(?:must|may|should|shall|will) never\b|\bunder no circumstances\b|\b(?:we|policy|terms?|rules?|\w+) (?:strictly |expressly )?(?:prohibits?|forbids?|bans?)\b"
    r"|\bwe (?:do not|don[’']t|never|will not|won[’']t) (?:allow|permit|tolerate|accept|support)\b|\bzero[- ]tolerance\b"
    r"|\b(?:is|are|be) (?:strictly |expressly |also |always )*(?:prohibited|forbidden|banned|disallowed|not (?:permitted|allowed|acceptable|tolerated))\b"
    r"|\b(?:is|are)n[’']t (?:permitted|allowed|acceptable|tolerated)\b|\bnot something (?:that )?we (?:allow|permit|tolerate|accept|support)\b|\b(?:is|are) (?:strictly )?(?:off[- ]limits|out)(?=[.;,]|$)"
    r"|^(?:no|never|absolutely not|certainly not)[.,!;]"
    r"|(?<=– )(?:strictly )?(?:prohibited|forbidden|banned|not (?:allowed|permitted))\b|^no (?:[\w-]{1,40} ?){1,3}[.;,]?$"
    r"|\b(?:may|can) (?:not|n[’']t) be used\b|\bnot (?:allowed|permitted) to\b|\brefrain from\b|\bno (?:one|user|customer|person) may\b"
    r"|\bneither (?!we\b|party\b|these\b|this\b)[^.;]{1,80}\bnor\b[^.;]{1,60}?\b(?:may|shall|should|can|must)\b"
    r"(?! (?:guarantee|warrant|promise|assume|be (?:liable|responsible|held|construed|deemed|taken|read)))"
    r"|\b(?:but|and) may not\b(?! (?:appl|affect|allow|always|catch|contain|cover|extend|get|have|help|include|produce|receive|reflect|represent|see|work"
    r"|be (?:able|accurate|available|complete|correct|current|entitled|exact|granted|liable|possible|required|responsible|suitable|up[- ]to[- ]date)))",
    re.IGNORECASE,
)
_FORBIDDING = re.compile(
    # “… counts as abuse”, “… will not be tolerated”, “keep it out of …”
    r"\b(?:constitutes?|counts? as|amounts? to|is|are) (?:an? )?(?:(?:material|serious) )?(?:breach|abuse|misuse|violation|offen[cs]e|cheating)\b|(?<!that )(?<!which )(?<!or )(?<!otherwise )(?<!it )\bviolates? (?:this|our|these|the) (?:policy|terms|rules)\b"
    r"|\bwill not be tolerated\b|\b(?:is|are) (?:an? )?(?:no-go|out of bounds|never (?:ok|okay|allowed|acceptable|permitted))\b|\bno (?:room|place) for\b|\b(?:must|may|shall|should) in no (?:case|event|way)\b|^keep [^.]{3,80} out of\b|"
    # “No user shall …”, “Nobody may …”, “A bot may not …”, “The assistant is not to be used for …”
    r"\bno (?!later|more|longer|fewer|less)(?:[\w’'-]{1,40} ){1,4}(?:may|shall|should|must|can)\b(?! be (?:liable|responsible|construed|deemed))"
    r"|\bnobody (?:may|shall|should|can)\b"
    r"|(?:^|[.;] )(?:an? |the |any |all |every )?(?:(?!(?:we|this|that|which|there|what|our|if|results?|features?|you|not|can|use)\b)[\w’'-]{1,40},? ){1,8}?(?:may|should|can) not\b"
    r"(?! (?:be )?(?:available|apply|liable|responsible|required|obliged|entitled|able|sure|affect|charged|receive|see|need|have|work|reflect|represent|always|accurate|complete|current|exact|granted|suitable|possible|send|recover|get|help|allow|catch|contain|cover|extend|include|produce))"
    r"|\b(?:is|are) not to (?!say|be (?:construed|taken|understood|confused|read as|seen))"
    # “Malware: no.”, “Bought followers: removed.”
    r"|: (?:no|never|not|ban(?:ned)?|removed|blocked|prohibited|forbidden|off[- ]limits|out)\b(?! (?:later|more|longer|fewer|less)\b)(?:[,;] [^.:]{1,60}|(?: [\w’'+-]{1,30}){0,3})?(?:[.;]|$)"
    # “No listings for firearms.”, “Nothing that sneers at …”
    r"|(?:^|[.!?] )no (?!one\b|other\b|(?:[\w-]{1,20} )?(?:warrant|waiver|liab|rights?\b|refund|obligation|fees?\b|charges?\b|relationship|partnership|delay|failure|matter\b|doubt|need\b"
    r"|guarantee|agency|provision|licen[cs]e))(?:(?!\b(?:is|are|was|will|arises?|exists?|has|have|does|do|applies|need|needs)\b)[^.;:!?])+(?:[.;]|$)"
    r"|(?:^|[.;!?] )nothing (?:that|which|with|involving|about|meant to)\b"
    # “Posts that urge … are removed.”
    r"|(?:^|[.!?] )(?!violat|breach)(?:[\w’'-]{1,40} )?[\w’'-]{1,40}s (?:that|which|who|with|involving|for|promoting) (?:(?!violat|breach|break|infring)[^.;])*?"
    r"\b(?:is|are|get|gets|will be) (?:[\w-]{1,20} ){0,1}(?:removed|taken down|deleted|blocked|swept away|refused|declined|rejected|turned down|not (?:accepted|welcome|allowed))\b"
    # “No applicant is rejected without a human decision.”
    r"|(?:^|[.!?] )no (?:[\w-]{1,30} ){1,3}(?:is|are) (?:[\w-]{1,30}(?:, | or | and )){0,3}\w{1,30}(?: (?:away|down|off|out))? without (?:an? )?human\b"
    # “… have no place here.”
    r"|\b(?:has|have) no place\b|\bout of place\b|\b(?:does|do) not belong\b|\bdo(?:es)?n[’']t belong\b"
    r"|\b(?:is|are)(?: not|n[’']t) (?:fine|ok|okay|welcome|cool)\b"
    r"|\bwe (?:won[’']t|will not|do not|don[’']t|refuse to) (?:draw|create|generate|produce|help|write|print|build|host|publish|list)\b(?! (?:any )?(?:warrant|guarantee|represent|responsib))",
    re.IGNORECASE,
)
"""Ways to forbid that name no user: the thing or the deed is what is refused."""
_COMMANDS_NOT = re.compile(
    r"(?:^|[.;:!?] )(?:\w+, |(?:unless|if|when|where|while) [^.,;]{1,120}, )?(?:also,? |please )?(?:(?:do not|don[’']t)(?! (?:hesitate|worry|forget|need|have to)\b)|never(?! mind)|avoid|stop)\b(?![.!])"
    r"|, (?:and|but|so) (?:do not|don[’']t|never) (?!been|had|have)\w+",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\bunless\b|\bexcept (?:with|where|when|if|as|to the extent|for|in|under)\b|\bonly (?:if|when|where|with|after|for|to the extent)\b"
    r"|(?:^|[.] )only (?:if|when|where|with|after)\b|\bsave (?:where|with|as|for|in)\b|\bsolely (?:with|where|if|after)\b|\babsent\b|\bexcept by\b|\bprior (?:written )?(?:agreement|approval|consent|permission)\b"
    r"|\bprovided (?:that|you|it|they|the|there|each|every)\b|\b(?:so|as) long as\b|\bon (?:the )?condition that\b"
    r"|\b(?:needs?|requires?) (?:an?|our|prior|signed|written) (?:[\w’'-]{1,40} ){0,3}agreement\b"
    r"|: only\b|\b(?:needs?|requires?|subject to) (?!no )(?:[\w’'-]{1,40} ){0,5}(?:approval|consent|permission|go-ahead|authori[sz]ation)\b"
    r"|\bwithout (?:(?!\b(?:or|and)\b)[\w’'-]+ ){0,5}(?:consent|agreement|permissions?|authori[sz]ation|approval|licen[cs]es?|disclos(?:ing|ure)|oversight"
    r"|supervision|review(?:ing)?|decisions?|qualifications?)\b",
    re.IGNORECASE,
)
_REQUIRING = re.compile(
    rf"\b(?:must|shall)\b(?! (?:be (?:construed|deemed)|operate|survive|govern|apply|remain|have no))|\b(?:has|have|need|needs) to be\b|\byou(?:[’']ll| will) need to\b|\bundertakes? to\b|\b(?:is|are) (?:accountable|answerable) for\b|\bare responsible for\b|\b(?:is|are) to be \w+ed\b|\b{_WHO} (?:is|are) asked to\b|\b{_WHO} (?:should|(?:is|are) (?:required|obliged|expected|responsible)|agree(?:s)? (?:to|that)|(?:have|has|need|needs) to"
    r"|(?:will|can) only)\b|\b(?:is|are|be) (?:required|mandatory)\b|\bwe (?:require|(?:expect|ask) (?:that )?(?:you|all|every|users?|customers?|developers?|anyone))\b|\bis responsible for\b",
    re.IGNORECASE,
)
_PERMITTING = re.compile(
    rf"\b{_WHO} (?:may|can|could|are (?:free|allowed|permitted|welcome) to)\b|\b(?:is|are) (?:allowed|permitted)\b"
    r"|\bmay (?:[\w’'-]{1,40} ){1,14}only (?:if|when|with|where|after)\b|: only\b"
    r"|\b(?:approval|consent|permission|agreement) (?:is |are )?(?:needed|required|necessary)\b"
    r"|\b(?:needs?|requires?) (?:an?|our|prior|signed|written) (?:[\w’'-]{1,40} ){0,3}agreement\b"
    r"|\b(?:needs?|requires?|subject to) (?!no )(?:[\w’'-]{1,40} ){0,5}(?:approval|consent|permission|go-ahead|authori[sz]ation)\b",
    re.IGNORECASE,
)
_INFORMING = re.compile(
    r"(?:if [^.]{0,200}?, )?(?:(?:we|our|this|these|violations?|failure|breach(?:es)?|support|capitali[sz]ed)\b"
    rf"|(?!{_WHO} )(?![^.]*\bonly (?:if|when|with|where|after)\b)\w[\w’']*(?: \w+)? (?:may|might|reserves|provides|offers|reports|will)\b)",
    re.IGNORECASE,
)
_PERMITTING_IF = re.compile(
    r"(?:^|[.;:] )(?!(?:if|when|where|we|our|this|these)\b)[^.;:]{1,120}?\b(?:(?:may|can)(?! (?:be )?(?:also )?(?:suspend|terminat|remov|restrict|limit|chang|updat|charg|report|disclos|review|investigat"
    r"|delet|cancel|refus|block|clos|los|var|appl|contact|appeal|result|lead|differ|contain|fail|produc|not\b|never\b|see\b|have\b|help\b|tell\b|ask\b|find\b))"
    r"|(?:is|are) (?:allowed|permitted|fine|ok|okay|welcome|possible)\b)(?! to\b)[^.;]{0,200}?"
    r"\b(?:if|when|where|while|once|only|solely|provided|(?:as|so) long as|unless|after|following|subject to|under supervision|with (?:(?:an?|the|their|your|our|written|prior)\b[^.;]{0,40}\b)?(?:consent|permission|approval|form|sign-off|agreement|supervision))\b"
    r"|^(?!(?:after|at|before|during|for|from|in|on|under|unlike|until|when|where|with)\b)\w{1,20}(?:, \w{1,20}){0,3}(?: or \w{1,20})? (?:an?|the|any|your|their|other|personal)\b(?:(?!\b(?:is|are|was|may|can|will|must|has|have|does?)\b)[^.;:]){1,120}? only (?:where|after|if|when|once|with)\b"
    r"|^not without\b|^yes,? (?:provided|if|as long as|but only)\b|(?:^|[.;:] )with (?:an?|the|their|your|our|written|prior)\b[^.;:]{0,60}\b(?:consent|permission|approval|form|sign-off|agreement|authori[sz]ation|licen[cs]e)\b",
    re.IGNORECASE,
)
"""Ways to permit a thing on a condition: what may be done, and after that when."""
_WE_FORBID = re.compile(
    r"\b(?:we|policy|rules?) (?:also |strictly )*(?:prohibit|forbid|ban|do not allow|don[’']t allow|do not permit|require)",
    re.IGNORECASE,
)
_FULL_SENTENCE = re.compile(
    r"(?:you|your|users?|customers?|developers?|we|our|if|when|where|all|any|this|these|please|do not|don[’']t|never|always|use of)\b",
    re.IGNORECASE,
)
_COMMANDS = re.compile(
    r"(?:\w+ly,? )?(?:be (?!neutral)|enter|involve|assign|appoint|replace|restrict|preserve|seek|minimi[sz]e|describe|explain|refuse|reject|choose|remember to|hold|register|blur|complete|submit|attach|carry|document|delete|destroy|attend|acknowledge|attribute|escalate|declare|display|supply|tag|rotate|leave|sign|return|cite|treat|wipe|post|push|switch|wait|pay|renew|act|accept|adhere|always|allow|ask (?:before|first|your|the|an?\b)|avoid|check|clearly|comply|confirm|consult|credit|delete|disclose|encrypt|ensure|follow"
    r"|get|give|have a|identify|implement|include|inform|keep|label|let|limit|log|maintain|make|mark|monitor|name|notify|obey|obtain|offer|only (?!limited)|please (?!note)"
    r"|protect|provide|put|read|record|remove|report|request|respect|retain|review|say|secure|set|state|store|supervise|take|tell|test|train|use|verify"
    r"|warn)\b"
    r"|(?:after|at|before|for|if|in|on|when|where|with) [^.,;:]{1,80}, (?:please (?!call|contact|direct|email|note|reach|refer|see|visit|write|let us)\w|(?:add|ask|attach|check|choose|delete|describe|disclose|enter|get|give|hold|inform|involve"
    r"|keep|label|limit|log|mark|name|notify|obtain|put|record|remove|replace|report|restrict|review|say|send|show|store|take|tell|test|use|verify) (?:an?|all|each|every|it|only|our|that|the|them|this|what|whatever|your)\b)",
    re.IGNORECASE,
)
_HEADING_PROHIBITS = re.compile(
    r"\b(?:rather you didn[’']t|impermissible|restrictions)\b|\bnot (?:ok|okay|on (?:our|this|the)|here|welcome)\b|\b(?:you|we|users?) (?:won[’']t|can[’']t|will not|cannot)\b|\bwe do(?: not|n[’']t) (?:support|allow|permit|accept|want)\b|\bout of bounds\b"
    r"|\b(?:prohibit(?:ed|ions?|s)|disallowed|unacceptable|forbidden|banned|not (?:allowed|permitted|acceptable)|misuses?|off[- ]limits|never"
    r"|no[- ]go|(?:don[’']t|do not|don[’']ts))\b|\bnot to do\b",
    re.IGNORECASE,
)
_HEADING_PERMITS_IF = re.compile(
    r"\b(?:only (?:if|with|when|after)|with (?:\w+ ){0,2}(?:permission|approval|consent)|conditional(?:ly)?|exceptions?|(?:restricted|limited) (?:items?|uses?|workloads?|activit(?:y|ies)|content|categor(?:y|ies))|(?:ok|okay|fine|allowed) if|it depends)\b",
    re.IGNORECASE,
)
_HEADING_REQUIRES = re.compile(
    r"\b(?:requirements?|required|responsibilit(?:y|ies)|obligations?|duties|you must|must|what we ask|best practices|covenants?|you need to|your (?:job|part|duties)|help us)\b",
    re.IGNORECASE,
)
_HEADING_PERMITS = re.compile(
    r"\b(?:allowed|permitted|acceptable (?:uses?|activities)|you may|you can)\b", re.IGNORECASE
)
_HEADING_INFORMS = re.compile(
    r"\b(?:enforcement|scope|overview|introduction|about|definitions?|glossary|contact|report(?:ing)?|updates?|changes|resources|appeals?|our"
    r"|principles|purpose|questions|consequences|background|why)\b",
    re.IGNORECASE,
)
_LEADS = (
    (_PERMITTING, _Stance.PERMITS),
    (_REQUIRING, _Stance.REQUIRES),
    (re.compile(r"\b(?:requirements?|rules|duties|obligations?)\b", re.IGNORECASE), _Stance.REQUIRES),
    (_HEADING_PROHIBITS, _Stance.PROHIBITS),
    (_PROHIBITING, _Stance.PROHIBITS),
    (_COMMANDS_NOT, _Stance.PROHIBITS),
)
"""What a lead-in can say; of two that end at one place the later one here counts."""

_LABEL = re.compile(
    r"(?:[A-Z][\w’'-]{0,30}(?: [\w’'-]{1,30}){0,4}[.:] |yes[.!] )(?=\w)(?!(?:fine|yes|ok|okay)\b)", re.IGNORECASE
)
"""What a clause is called, or a first word that only answers: “Samples.”, “Incidents:”, “Yes.”; what follows says what it does."""

_LONGEST_HEADING = 8
"""Words up to which a heading or lead-in is read as a phrase rather than as sentences."""

_KEPT = 4096
"""Clauses whose words were read last: the versions of one policy have most of their clauses in common."""


def guess_kind(text: str, path: Sequence[str]) -> ClauseKind:
    """Return what a clause seems to do, from its words and from the headings and lead-ins above it, outermost first."""
    words = without_enumerator(text[:_LONGEST_READ])
    above = next((stance for each in reversed(path) if (stance := _of_path(each)) is not None), None)
    is_led_in = bool(path) and path[-1].rstrip().endswith((":", "—", "…"))
    is_fragment = is_led_in and not _FULL_SENTENCE.match(words) and not re.search(r"[.!?] [A-Z]", words)
    stance = (
        _of_fragment(words, above) if is_fragment and above is not None else _own(words) or _without_own(words, above)
    )
    conditional = _CONDITION.search(words) is not None
    if stance in {_Stance.INFORMS, _Stance.PERMITS} and _PERMITTING_IF.search(words[:_BEGINNING]):
        return ClauseKind.CONDITIONAL_PERMISSION
    match stance:
        case _Stance.PROHIBITS:
            return ClauseKind.CONDITIONAL_PERMISSION if conditional else ClauseKind.PROHIBITED_USE
        case _Stance.REQUIRES:
            return ClauseKind.REQUIREMENT
        case _Stance.PERMITS_IF:
            return ClauseKind.CONDITIONAL_PERMISSION
        case _Stance.PERMITS:
            return ClauseKind.CONDITIONAL_PERMISSION if conditional else ClauseKind.STATEMENT
        case _Stance.INFORMS:
            return ClauseKind.STATEMENT


def forget_read() -> None:
    """Forget the clauses, headings and lead-ins that were read last; they are kept because many stand in several versions."""
    forget_words()
    _own.cache_clear()
    _of_path.cache_clear()


@lru_cache(maxsize=_KEPT)
def _own(words: str) -> _Stance | None:
    """Return what a clause says of itself; None where its words leave it open."""
    found = {
        _Stance.PROHIBITS: _PROHIBITING.search(words) or _COMMANDS_NOT.search(words) or _FORBIDDING.search(words),
        _Stance.REQUIRES: _REQUIRING.search(words),
        _Stance.PERMITS: _PERMITTING.search(words),
    }
    if _INFORMING.match(words) and not _WE_FORBID.search(words):
        binding = [match.start() for stance, match in found.items() if match and stance is not _Stance.PERMITS]
        first_end = words.find(". ")
        if not binding or (
            first_end >= 0 and min(binding) > first_end and not re.search(r"\byou must\b", words, re.IGNORECASE)
        ):
            return _Stance.INFORMS
    if found[_Stance.PROHIBITS]:
        return _Stance.PROHIBITS
    if found[_Stance.REQUIRES]:
        return _Stance.REQUIRES
    return _Stance.PERMITS if found[_Stance.PERMITS] else None


def _of_fragment(words: str, above: _Stance) -> _Stance:
    """Return the stance of a phrase that ends the sentence of its lead-in: that of the lead-in, unless it is turned round."""
    if above in {_Stance.REQUIRES, _Stance.PERMITS, _Stance.PERMITS_IF} and re.match(
        r"(?:not|never|refrain|avoid)\b", words, re.IGNORECASE
    ):
        return _Stance.PROHIBITS
    return _own(words) or above if above is _Stance.INFORMS else above


def _without_own(words: str, above: _Stance | None) -> _Stance:
    """Return the stance of a clause whose words leave it open."""
    if above is not None and above is not _Stance.INFORMS:
        return above
    label = _LABEL.match(words)
    is_command = _COMMANDS.match(words) or (label is not None and _COMMANDS.match(words, label.end()))
    return _Stance.REQUIRES if is_command else _Stance.INFORMS


@lru_cache(maxsize=64)
def _of_path(words: str) -> _Stance | None:
    """Return what a heading or lead-in says of what stands under it; None where it leaves that open."""
    bare = without_enumerator(words[-_LONGEST_READ:])
    if len(bare.split()) > _LONGEST_HEADING or bare.endswith(":"):
        return _of_lead_in(bare)
    patterns = (
        (_HEADING_PERMITS_IF, _Stance.PERMITS_IF),
        (_HEADING_PROHIBITS, _Stance.PROHIBITS),
        (_PROHIBITING, _Stance.PROHIBITS),
        (_HEADING_REQUIRES, _Stance.REQUIRES),
        (_HEADING_INFORMS, _Stance.INFORMS),
        (_HEADING_PERMITS, _Stance.PERMITS),
    )
    return next((stance for pattern, stance in patterns if pattern.search(bare)), None)


def _of_lead_in(words: str) -> _Stance | None:
    """Return the stance of a lead-in: what its last sentence says last, or else what all of it says last."""
    for part in (re.split(r"(?<=[.!?]) ", words)[-1], words):
        says = [
            (max((found.end() for found in pattern.finditer(part)), default=-1), place, stance)
            for place, (pattern, stance) in enumerate(_LEADS)
        ]
        end, _, stance = max(says)
        if end >= 0:
            conditional = stance is _Stance.PERMITS and (_CONDITION.search(part) or _PERMITTING_IF.search(part))
            return _Stance.PERMITS_IF if conditional else stance
    return None
