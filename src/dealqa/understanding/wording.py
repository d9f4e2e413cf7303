"""How people put a question: what they wrap around it, how they misspell its words, which part of it asks."""

from __future__ import annotations

import re

__all__ = ["LONGEST", "asking", "plain", "purpose", "set_aside", "unwrapped"]

LONGEST = 600
"""Characters of a question in which its kind is looked for: rules over more than a long sentence only cost time."""

_SLIPS = {
    "waht": "what", "wat": "what", "wot": "what", "whta": "what", "hwat": "what", "wht": "what",
    "wich": "which", "whcih": "which", "whihc": "which", "wihch": "which", "witch": "which", "whitch": "which",
    "wen": "when", "whn": "when", "wehn": "when", "hwen": "when", "whe": "when", "whne": "when",
    "wher": "where", "whare": "where", "wehre": "where", "hwere": "where", "whre": "where", "werhe": "where",
    "hwo": "how", "hw": "how", "hou": "how", "howe": "how", "ohw": "how",
    "whoo": "who", "whos": "who is", "woh": "who",
    "wy": "why", "hwy": "why", "whay": "why", "whi": "why",
    "mutch": "much", "mcuh": "much", "muhc": "much", "meny": "many", "mnay": "many", "manny": "many",
    "lon": "long", "lnog": "long", "hv": "have", "hve": "have", "u": "you", "r": "are", "yrs": "years", "yr": "year",
    "doe": "does", "dose": "does", "deos": "does", "dos": "does", "si": "is", "ar": "are", "percet": "percent",
    "whats": "what is", "wats": "what is", "hows": "how is", "whens": "when is", "wheres": "where is",
    "whys": "why is", "isnt": "is not", "arent": "are not", "doesnt": "does not", "didnt": "did not",
    "dont": "do not", "wasnt": "was not", "hasnt": "has not", "cant": "can not", "wont": "will not",
}  # fmt: skip
"""Question words and their companions as they are mistyped. Only the first words of a question are put right so, where
a question word is to be expected: "witch" and "dose" are words elsewhere."""

FEWEST = 4
"""So many words must be left of a question without what it is asked for."""

_QUESTION_WORD = re.compile(r"(?:what|which|when|where|how|who|whom|whose|why)\b", re.IGNORECASE)
_SHORTENED = re.compile(r"\b(what|which|when|where|how|who|why|it|that|there)'s\b", re.IGNORECASE)
_NOT = re.compile(r"\b(is|are|was|were|does|do|did|has|have|had|could|would|should)n't\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_FIRST_WORDS = 4

_GREETING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear \w+|good (?:morning|afternoon|evening)|thanks|thank you|thx|ok|okay|right|well|so"
    r"|great|excuse me|sorry to bother you|quick(?: one| question)?|(?:one|another|a|next|last) (?:more )?question"
    r"|question|just (?:curious|checking|wondering)|out of (?:curiosity|interest)|as a matter of interest"
    r"|i have a question|q)\b(?:[ ]*[,:;.!–—-]+| there\b| all\b| (?=what|which|when|where|how|who|why)))[\s,:;.!–—-]*",
    re.IGNORECASE,
)
_ASKS = (
    r"(?:tell me(?: please)?|explain(?: to me)?|say|let me know|show me|give me an idea|find out(?: for me)?"
    r"|remind me|help me (?:find out|understand)|check|confirm|clarify|look up|advise(?: me)?|specify|state"
    r"|inform me|point out)"
)
_WRAPPER = re.compile(
    r"^\W*(?:and |but |so )?(?:please[, ]+)?(?:"
    r"(?:can|could|would|will|might|may) (?:you|u|anyone|someone|somebody)(?: please| kindly| possibly| perhaps)* "
    rf"{_ASKS}"
    rf"|(?:i|we)(?: am| was| were| are|'m|'d|'ve)? (?:would |really |just |only |still |very much )*"
    r"(?:like|want|need|wish|love|have|trying|try|interested|curious|wondering|wonder|keen|hoping|hope|looking)"
    r"(?: to| in| about)?(?: know(?:ing)?| find out| finding out| learn(?:ing)?| understand(?:ing)?| hear(?:ing)?"
    r"| ask(?:ing)?| see(?:ing)?| check(?:ing)?| confirm)?(?: about)?"
    r"|how (?:do|does|can|could|would|might) (?:i|we|you|one) (?:find out|know|tell|learn|check|see)"
    r"|(?:do|does|did) (?:you|we|anyone|anybody|somebody) (?:happen to )?know"
    rf"|(?:please|kindly) {_ASKS}|{_ASKS}(?=[ ,:]+(?:what|which|when|where|how|who|whom|whose|why|if|whether|about)\b)"
    r"|(?:has|have|did|does|do) (?:anyone|anybody|someone|somebody|it|they|the \w+)"
    r" (?:say|said|explain|explained|tell|told)(?= (?:what|which|when|where|how|who|whom|whose|why))"
    r"|(?:is it possible|would it be possible) to (?:know|tell me|say)"
    r"|what (?:i|we) (?:want|need|would like|'d like)(?: to know| to find out)? is"
    r"|(?:my|the|our) question is|any (?:idea|ideas|clue)|i(?: do not| don't|'m not sure| am not sure| forget| forgot)"
    r"(?: know| remember| recall)?"
    r")(?:,? please)?[,: ]+(?:about )?",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\s,.;–—-]*\b(?:please|pls|plz|thanks(?: a lot| in advance)?|thank you|thx|cheers|do you know|any idea"
    r"|if you (?:can|could|would)(?: tell me)?|if possible|ta)\b[\s.!?]*$",
    re.IGNORECASE,
)
_WORK = (
    r"(?:note|briefing|brief|report|paper|essay|article|piece|story|feature|blog|thesis|dissertation|homework|coursework"
    r"|project|presentation|speech|talk|talking points|minutes|agenda|meeting|committee|board|cabinet|panel|inquiry"
    r"|hearing|debate|scrutiny|audit|auditors?|appendix|annex|file|records?|register|request|disclosure|consultation|submission"
    r"|business case|bid|strategy|counsel|opinion|members|colleagues?|boss|editor|readers?|newsletter|column|slides?"
    r"|fact[- ]?check|purposes?|comparison table|spreadsheet|interview|podcast|due diligence|letter|reply)"
)
_PURPOSE = re.compile(
    r"^\W*(?:"
    # "For a note to the board, …"; but "For the transport bid, …" says what the question is about
    r"(?:for (?:an?|my|our)|for the (?=purposes?\b|(?:\w+ )?(?:record|minutes|file)\b)"
    r"|(?:before|while|as|since) (?:i|we|my|our)"
    r"|as part of|ahead of|with a view to|on behalf of|in (?:preparing|preparation for|drafting|writing)"
    rf"|to (?:prepare|write|draft|complete|finish|inform|brief)) ?(?:[^,;:.?!]* )??{_WORK}\b[^,;:.?!]{{0,80}}[,:;]"
    # "I am writing about public awareness. …", "Our auditors query this: …"
    r"|(?:(?:i|we)(?: am| are|['’]m|['’]re)"
    r" (?:writing|preparing|drafting|researching|studying|revising|compiling|doing)"
    r"|(?:my|our) (?:auditors?|boss|editor|members|colleagues?|committee|board|readers?|\w+ officers?)"
    r" (?:ask|query|want|need|wonder|are|is|would like)s?)\b[^.?!:;]{0,160}[.:;]"
    r"(?! .*\b(?:it|its|they|their|them|this|that|these|those)\b)"
    r")\s+(?=\S)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|right|well|now|so|and|but|then)\b[ ,]*)*"
    r"(?:(?:leav|sett|putt)ing [^,.;:?]{1,60}? (?:aside|to one side|out of it)"
    r"|(?:apart|aside) from [^.;:?]{1,80}?(?=, (?:what|which|who|how|where|when)\b)"
    r"|(?:forget|never mind|enough (?:of|about)|that is enough (?:of|about))(?: about)? [^,.;:?]{1,60}?)"
    r"\s*[,.;:!–—-]+\s+(?=\S)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+|;\s+")
_ABBREVIATED = re.compile(r"\b(?:St|No|Dr|Mr|Mrs|vs|i\.e|e\.g|approx|cf)\.$", re.IGNORECASE)
_ASKS_FOR_HELP = re.compile(
    r"\W*(?:please )?(?:can|could|would|will) (?:you|anyone|someone)(?: please)? (?:help|assist|advise|explain|tell)"
    r"(?: me| us)?(?: out)?(?: with (?:this|that))?(?: please)?\W*$",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|must|should|may)\b", re.IGNORECASE
)


def purpose(question: str) -> str:
    """What stands before a question to say what it is asked for ("For a note to the board, "); "" for nothing."""
    match = _PURPOSE.match(question)
    return match.group() if match is not None and len(_WORD.findall(question[match.end() :])) >= FEWEST else ""


def set_aside(question: str) -> str:
    """What stands before a question to say what it is not about ("Leaving Leeds aside, "); "" for nothing."""
    match = _ASIDE.match(question)
    return match.group() if match is not None and len(_WORD.findall(question[match.end() :])) >= FEWEST else ""


def plain(question: str) -> str:
    """A question with straight apostrophes, its shortened forms written out, and its first words spelt right."""
    text = question.replace("’", "'").replace("‘", "'").strip()
    text = _NOT.sub(r"\1 not", _SHORTENED.sub(r"\1 is", text))
    return _spelt(text)


def _spelt(text: str) -> str:
    """The first words, up to a question word, out of the table of slips."""
    seen = 0

    def right(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        word = match.group()
        better = _SLIPS.get(word.lower()) if seen <= _FIRST_WORDS else None
        if better is None:
            return word
        return better.capitalize() if word[:1].isupper() and seen == 1 else better

    head, tail = text[:60], text[60:]
    return _WORD.sub(right, head) + tail


def unwrapped(question: str) -> str:
    """A question without greetings, "could you tell me", "please" and the like; itself when nothing would be left."""
    text = question
    for _ in range(4):  # "Hello, I was wondering, could you please tell me …"
        shorter = text
        for pattern in (_GREETING, _WRAPPER, _AFTER):
            stripped = pattern.sub("", shorter, count=1).strip()
            if stripped.strip(" ?!.") and _says_something(stripped):
                shorter = stripped
        if shorter == text:
            break
        text = shorter
    return text


def _says_something(text: str) -> bool:
    return _WORD.search(text) is not None or any(char.isdigit() for char in text)


def asking(question: str) -> str:
    """The sentence of a long question that asks, without what is wrapped around it; at most `LONGEST` characters.

    Of several sentences the first one with a question mark and a question word asks, else the first with a question
    mark, else the last with a question word at its beginning, else all of them together.
    """
    text = plain(question)
    sentences = _sentences(text)
    if len(sentences) > 1:
        text = _chosen(sentences) or text
    text = unwrapped(text)
    return text if len(text) <= LONGEST else text[-LONGEST:].split(maxsplit=1)[-1]


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        elif _WORD.search(part):
            found.append(part.strip())
    return found


def _chosen(sentences: list[str]) -> str:
    marked = [sentence for sentence in sentences if sentence.rstrip("\"')”’ ").endswith("?")]
    marked = [sentence for sentence in marked if not _ASKS_FOR_HELP.match(sentence)]
    for sentence in marked:
        if _QUESTION_WORD.search(sentence):
            return sentence
    begins = [sentence for sentence in sentences if _QUESTION_WORD.match(unwrapped(plain(sentence)))]
    if marked:
        asks = [sentence for sentence in marked if _AUXILIARY.match(unwrapped(sentence))]
        return (asks or begins or marked)[0]
    return begins[-1] if begins else ""
