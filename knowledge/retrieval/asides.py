"""What people say beside what they ask: who wants it and why, and what is not meant."""

import re
from collections.abc import Iterator

from knowledge.lexicon import tag_words
from knowledge.retrieval.vocabulary import question_words

_CLAUSE = re.compile(r"[^，,。；;！!？?：:（）()]+")
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z\d]")
_HOW_MANY = re.compile("多少|几")
_LIGHT_TAGS = "rudpcmqyeokxtf"
"""Word classes that say nothing of their own: pronouns, particles, numbers, times."""
_PERSON_TAG = "nr"


def without_asides(text: str) -> str:
    """A question without the clauses that only say who asks, what for, and to tell it.

    老张让我问，…; …几次你念给我听. Each word of such a clause is one of ``asides``, and one of them
    marks it; a clause with another word stays. So does the whole text where nothing would be left.
    """
    kept, position = list[str](), 0
    for start, end in _clauses(text):
        if is_aside(text[start:end]):
            kept.append(text[position:start])
            position = end
    rest = "".join((*kept, text[position:]))
    return rest if _LETTERS.search(rest) else text


def without_excluded(text: str) -> str:
    """A question without the clauses that say what is not meant: 12345的不要算进来, （煤不算）."""
    words = question_words()
    kept, position = list[str](), 0
    for match in _CLAUSE.finditer(text):
        clause = match[0].strip()
        if words.excluding.fullmatch(clause) and not _HOW_MANY.search(clause):
            matter = words.excluded_of.match(clause)  # 信用修复 of 信用修复不算个体户
            kept += [text[position : match.start()], matter["matter"] if matter else ""]
            position = match.end()
    rest = "".join((*kept, text[position:]))
    return words.excluded_behind.sub(" ", rest) if _LETTERS.search(rest) else text


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a text stand; one begins where, behind what is asked, a person does."""
    words = question_words()
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        person = next(
            (
                one.start()
                for one in words.asides.person.finditer(text, start, end)
                if words.figure.search(text[start : one.start()])
            ),
            end,
        )
        yield start, person
        if person < end:
            yield person, end


def is_aside(clause: str) -> bool:
    """Whether a clause says only who asks, what for, or how that person feels: 又得赶材料, 头大."""
    told = question_words().asides
    if _HOW_MANY.search(clause) or not _LETTERS.search(clause):
        return False
    rest = clause
    for mark in told.marks:
        rest = rest.replace(mark, " ")
    tagged = [(word, tag) for word, tag in tag_words(rest, guess=False) if word.strip()]
    return bool(rest != clause or told.person.search(clause)) and all(
        tag[0] in _LIGHT_TAGS or tag == _PERSON_TAG or word in told.words for word, tag in tagged
    )
