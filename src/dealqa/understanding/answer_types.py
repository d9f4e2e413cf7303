"""Which kind of answer the wording of a question asks for."""

from __future__ import annotations

import re

from dealqa.types import AnswerType
from dealqa.understanding.wording import asking

__all__ = ["answer_type"]

_BODIES = (
    r"(?:ministers?|persons?|people|bod(?:y|ies)|organi[sz]ations?|councils?|authorit(?:y|ies)|departments?|compan(?:y|ies)"
    r"|firms?|agenc(?:y|ies)|banks?|universit(?:y|ies)|committees?|governments?|partners?|partnerships?|leps?|mps?"
    r"|officials?|mayors?|groups?|boards?|developers?|contractors?|institutions?|college)"
)
_PLACE = r"(?:cit(?:y|ies)|place|area|town|deal|region|site|county|zone|borough|village|street|location|part of)"
_MANY = (
    r"(?:cities|places|areas|deals|towns|regions|sites|counties|boroughs|councils|zones|parties|partners|elements"
    r"|proposals|schemes|measures|sectors|projects|parts|powers|funds|sources|conditions|aims|objectives|priorities"
    r"|commitments|targets|risks|roads|stations|components|items|outcomes|benefits|documents|papers|agreements|contracts"
    r"|leases|licences|policies|themes|strands|steps"
    r"|districts|programmes|powers|features|points|things|ways|kinds|types|responsibilities|obligations|duties|promises|rules|criteria)"
)
_MONEY = r"(?:funds?|pot|budget|package|deal|programme|grant|loan|pool|investment|subsidy|bill|contribution)"
_BROUGHT = (
    r"(?:made|caused?|causes|led|prompted|drove|drives|explains?|explained|stopped|prevented|delayed|slowed|hindered|hampered"
    r"|blocked|triggered|put off|brought about|(?:held|kept) (?:[\w'-]+ ){0,6}?(?:up|back|from))"
)
_AUXILIARY = r"(?:did|does|do|has|have|had|is|are|was|were|will|would|must|should|shall|can|could)"
_CHANGE = (
    r"(?:grow|grown|rise|risen|increased?|fall|fallen|drop(?:ped)?|declined?|shrink|shrunk|changed?|improved?|cut|reduced?"
    r"|go(?:ne)? (?:up|down))"
)
_TERM = r"(?<!another )term(?! (?:used|given|applied|that|which|by which)\b)"  # how long, and not a word for something
_NO_VERB = r"(?!(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|must|the)\b)"
_SOME = r"(?:(?:all|the|of|those|these|them|other|main|key|big|new|two|three|four|five|six|seven|eight|\d+) )*"

# One pattern a kind; of all that match, the one that begins first counts, then the one that stands first here.
_ASKED: tuple[tuple[AnswerType, tuple[str, ...]], ...] = (
    (
        "duration",
        (
            r"\bhow (?:much )?long(?:er)?\b(?! ago)",
            r"\bhow many (?:more |further |extra |whole )?(?:years|months|weeks|days|decades)\b",
            r"\bhow much (?:time|longer)\b",
            r"\b(?:over|for|in|within|during) (?:how many|what|which) (?:years|months|period|time|stretch|length)\b",
            r"\b(?:what|which) (?:is |was |are )?(?:the |its |their )?(?:[\w'-]+ ){0,3}"
            rf"(?:period|length of time|{_TERM}|duration|lifetime|lifespan|time ?span|time ?frame|time limit|length)\b",
        ),
    ),
    (
        "percentage",
        (
            r"\b(?:what|which) (?:is |was |are )?(?:the |its |their )?(?:[\w'-]+ ){0,2}"
            r"(?:per ?cent|percentage|share|proportion|fraction|rate of (?:return|interest)|interest rate)\b",
            r"\b(?:what|which) %",
            r"\bhow (?:much|large|big|great) (?:a (?:share|part|proportion|percentage) )?of (?!money\b)",
            r"\bhow much (?:would|will|could|can|does|did|do) [^?]*\b(?:take|knock|shave|cut|come) off\b",
            rf"\b(?:by )?how (?:much|far) {_AUXILIARY} (?![^?]*\b(?:cost|worth|pay|spend|money)\b)[^?]*\b{_CHANGE}\b",
        ),
    ),
    (
        "amount",
        (
            r"\bhow many (?:million|billion|thousand )*(?:pounds?\b(?! of\b)|millions?|billions?|quid|£)",
            r"\bhow much (?:floor ?space|land|space|heat|energy|carbon|co2|waste)\b(?=.*\b(?:cost|worth)\b)",
            r"\bhow much\b(?! (?:floor ?space|land|space|heat|energy|carbon|co2|waste|of\b|time|longer))",
            rf"\bhow (?:big|large|small|high|substantial|sizeable) (?:is|was|are|were|will|would|a)\b[^?]*\b{_MONEY}\b",
            rf"\bhow (?:big|large|small|high) (?:a )?{_MONEY}\b",
            rf"\bwhat (?!{_BROUGHT}\b)(?:is|was|were|are|would|will)? ?(?:be )?(?:the |its |their )?(?:[\w'-]+ ){{0,3}}"
            r"(?:value|costs?|price|size|amount|worth|budget|sum|total|funding|bill|price tag)\b",
            r"\b(?:what|which) (?:sum|amount|budget|funding)\b",
            r"\bwhat (?:does|did|do|will|would) .{1,80}\b(?:cost|add up to|come to|amount to|total)\b",
            r"^what (?:is|was|are|were) [^?]{1,80}\bworth\b",
            r"\bworth\b",
        ),
    ),
    (
        "count",
        (
            r"\bhow many\b",
            r"\bwhat (?:is |was |were )?(?:the |its |their )?(?:[\w'-]+ ){0,2}(?:numbers?|population|headcount)\b",
            r"\bhow much\b",
        ),
    ),
    (
        "date",
        (
            r"\b(?:since|by|until|till|from) when\b",
            r"\bwhen\b",
            r"\bat (?:what|which) (?:point|time|stage)\b",
            r"\b(?:in |on |by |until |since |from |at )?(?:what|which) (?:[\w'-]+ )?(?:years?|date|day|month)\b",
            r"\b(?:what|which) (?:is |was )?(?:the |its |their )?(?:[\w'-]+ ){0,3}(?:date|deadline)\b",
            r"\bhow (?:long ago|soon|recently|early)\b",
        ),
    ),
    (
        "agent",
        (
            r"\b(?:by |to |from |with |for )?who(?:se|m)?\b",
            rf"\b(?:by |to |from |with |for )?(?:which|what) {_NO_VERB}"
            rf"(?:(?!for|of|to|in|on|from|by)[\w'-]+ ){{0,2}}{_BODIES}\b",
        ),
    ),
    (
        "definition",
        (
            r"^what (?:exactly |actually )?(?:is|was|are (?!the\b|its\b|their\b|all\b|[^?]*'s\b)) ?(?:an?|the)?\s*"
            r"(?:(?!\b(?:of|in|for|by|to)\b)[\w' -])+\??$",
            r"\bwhat (?:does|do|did) .{1,80}\b(?:mean|stand for)\b",
            r"\bwhat (?:is|are) meant by\b",
            r"^define\b",
        ),
    ),
    (
        "list",
        (
            rf"\b(?:which|what) {_NO_VERB}{_SOME}(?:[\w'-]+ ){{0,2}}{_MANY}\b",
            rf"\b(?:which|what) (?:are|were) {_SOME}(?:[\w'-]+ ){{0,5}}{_MANY}\b",
            r"^(?:list|name|enumerate|give (?:me )?(?:a list|all|the names))\b",
            r"\bwhat (?:are|were) all\b",
            r"\bwhich (?:[\w'-]+ ){0,2}[a-z]{2,}[a-hj-rtv-z]s (?:are|were|have|do|did|will|would|got?)\b",
        ),
    ),
    (
        "place",
        (
            r"\bwhere\b(?!as)",
            rf"\b(?:in |for |of )?which (?:[\w'-]+ ){{0,2}}{_PLACE}\b",
            rf"\bwhich (?:is|was) (?:the |a |an )(?:[\w'-]+ ){{0,4}}(?:{_PLACE}|cities|places|deals)\b",
            r"\b(?:in |for |of )?what (?:city|place|area|town|region|county|location|site)\b",
        ),
    ),
    (
        "reason",
        (
            r"\bwhy\b",
            r"\bhow come\b",
            r"\bwhat for\b",
            r"\b(?:for )?(?:what|which) (?:is |was |are |were )?(?:the |its |their )?(?:[\w'-]+ )?"
            r"(?:reasons?|rationale|causes?|factors?)\b",
            r"\bwhat (?:is|was|lies|lay) behind\b",
            rf"\bwhat {_BROUGHT}\b",
            r"\bto what (?:[\w'-]+ )?(?:does|did|do|is|was|are|were) [^?]*\battribut(?:e|ed)\b",
            r"\bhow (?:does|did|do) [^?]{1,80} (?:explain|account for)\b",
        ),
    ),
    (
        "yes_no",
        (
            r"^(?:(?:and|so|but|or) )?(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should|may"
            r"|might)\b",
            r"^(?:(?:and|so|but|or) )?(?:whether|if)\b",
            # "crossing money - could it be spent on the park?"
            r"[-–—,:;] (?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should) "
            r"(?:it|they|there|this|that|the|any)\b",
        ),
    ),
    ("any", (r"\b(?:what|which|how)\b",)),
)

# Where nothing asks, the words may still say what is wanted: "bristol business rates retention period".
_WANTED: tuple[tuple[AnswerType, tuple[str, ...]], ...] = (
    ("any", (r"\bstrings attached\b|\b(?:terms and )?conditions?\b",)),
    ("definition", (r"^(?:definition|meaning) of\b", r"\b(?:definition|meaning)\b\W*$")),
    ("reason", (r"\b(?:reasons?|rationale)\b",)),
    ("percentage", (r"\bper ?cent(?:age)?\b", r"(?<!\d)%", r"\binterest rate\b", r"\bshare of\b")),
    (
        "duration",
        (
            r"\b(?:duration|lifespan|time ?frame|time ?span|time limit|how long)\b",
            r"\b(?:retention|time|payback|repayment|funding|deal|contract|agreement|delivery|number of) "
            r"(?:period|length|term|years)\b",
            r"\blength\W*$",
            r"^(?:(?:and|the|its|their) )*(?:period|length|term)\b",
        ),
    ),
    (
        "date",
        (
            r"\b(?:deadline|dates?|what year|which year)\b|\byear\W*$",
            r"\b(?:start|end|opening|completion|signing|launch) (?:date|year)\b",
            r"^(?:(?:and|the|its|their) )*(?:year|start|end)\b\W*$",
        ),
    ),
    (
        "count",
        (r"\b(?:number|total number) of\b", r"\bhow many\b", r"\bheadcount\b", r"^(?:(?:and|the) )*numbers?\b\W*$"),
    ),
    (
        "amount",
        (
            r"\b(?:amount|budget|price tag|how much|funding total|total funding|total cost|cash)\b",
            r"^(?:[\w'-]+ ){0,3}(?:money|funding|investment|grant|loan) (?:for|from|in|towards)\b",
            r"(?:^|\b(?:total|overall|final|the|its|their|capital|build|project|estimated) )"
            r"(?:costs?|value|price|sum)\b",
            r"\b(?:costs?|value|price) of\b|\b(?:costs?|price|total)\W*$",
            r"\b(?:the|in|grand) total\b(?! (?:number|area|length))|\btotal(?=[,:;])",
            rf"\b{_MONEY}\b.{{0,40}}\b(?:size|amount|value|total)\b",
            rf"\b(?:size|amount|value|total) of .{{0,40}}\b{_MONEY}\b",
            rf"\b(?:total|size of|maximum) {_MONEY}\b",
        ),
    ),
    ("agent", (r"\b(?:chair(?:man|person|woman)?|minister|signator(?:y|ies)|who)\b",)),
    (
        "list",
        (
            r"^(?:(?:(?:a|the) )?(?:(?:full|complete|whole) )?list of|all (?:the )?\w+s|sources of|parts of|members of"
            r"|the names of)\b",
        ),
    ),
    ("place", (r"\b(?:location|whereabouts)\b",)),
)


def _compiled(
    kinds: tuple[tuple[AnswerType, tuple[str, ...]], ...],
) -> tuple[tuple[AnswerType, tuple[re.Pattern[str], ...]], ...]:
    return tuple((kind, tuple(re.compile(one, re.IGNORECASE) for one in patterns)) for kind, patterns in kinds)


_ASKED_COMPILED = _compiled(_ASKED)
_WANTED_COMPILED = _compiled(_WANTED)

_STATES = re.compile(r"\b(?:is|are|was|were|has|have|had|will|does|did|do|can|gets?|keeps?|retains?)\b", re.IGNORECASE)
_JOINED = re.compile(r"^\s*(?:(?:and|but|so|or|then|also)\b[ ,]*)+", re.IGNORECASE)

_CLAUSE = re.compile(
    r"^(?:when|if|once|after|before|as|since|while|although|because|given that) [^,?]{5,140}, "
    rf"(?=(?:what|which|who|whom|whose|how|where|when|why|{_AUXILIARY})\b)",
    re.IGNORECASE,
)
"""What only says when or of what is asked: "When the deal was signed, what was promised?"."""


def answer_type(question: str) -> AnswerType:
    """The kind of answer that the question's wording asks for; "any" when it does not say.

    Whether two things are compared depends on what it names: `dealqa.understanding.comparisons`.
    """
    text = asking(question)
    bare = _CLAUSE.sub("", _JOINED.sub("", text))
    best: tuple[int, AnswerType] | None = None
    for kind, patterns in _ASKED_COMPILED:
        for pattern in patterns:
            match = pattern.search(bare)
            if match is not None and (best is None or match.start() < best[0]):
                best = (match.start(), kind)
    if best is not None and (best[1] != "any" or best[0] == 0):
        return best[1]
    for kind, patterns in _WANTED_COMPILED:
        if any(pattern.search(bare) for pattern in patterns):
            return kind
    if best is None and text.rstrip().endswith("?") and _STATES.search(bare):
        return "yes_no"  # "Leeds has a growth hub?"
    return "any"
