"""The words of a question as concepts: what reports call each, and how telling it is."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.answering.measures import measures
from knowledge.lexicon import cut_words, normalise, tag_words, word_bounds
from knowledge.retrieval.vocabulary import Synonyms, synonyms
from knowledge.understanding.sentences import Span

_PARTIAL = 0.8
_STEM = 0.75
_SYNONYM = 0.9
_UNCUT = 3
_SHORT = 3
_CODE = 4
_LONG = 3
_COUNTS = frozenset("数量")
_TELLING = 0.5
_NOUN = 0.8
# A thing that a single character names: 查了多少台秤.
_LONE = frozenset("钢铁粮棉布糖树鱼猪牛羊奶秤枪酒药烟煤油肉盐茶车船证照")
# Characters that name or do nothing of their own: no dictionary word goes on with one.
_LIGHT = frozenset("有是在去来到看的了")
_ENDINGS = re.compile("(?<=.)[了过出进上下起回完掉好到来去成着]+$")  # how an act ended: 收回来
# Characters of verbs that say nothing of what is done.
_LIGHT_ACTS = frozenset(
    "有是在去来到看的了过出上下起回完掉好做搞弄干给让被把将能会要想办理处进行开展工作行得成"
)
_MEASURES = frozenset("万亿回趟遍场期轮家户件台起人次批个份项张条本处所部辆名位钱元天日年月")
_COUNTED = re.compile(r"[家户件台起人次批个份项张条本处所部辆]+(?:数|数量)?")
_SUFFIXES = frozenset("店率证员所站厂点书费品机车器量额数户局卡券馆园院校室案款险线表秤件法药剂")
# Adverbs and pronouns that limit what is counted: 重复投诉 are not 投诉.
_LIMITING = frozenset(("重复", "单独", "自行", "自己", "首次", "再次", "亲自", "二手"))
_BOTH_WAYS = "进出口"  # is not what goes out alone
_TIMES = re.compile("一[回次趟遍]$")  # no word goes on with what stands behind it: 头一回|报了
_NEW = "新"
_DONE = ("了", "过")
_SPARING = ("不予", "免予", "免于", "未予")
_NEGATIONS = frozenset((*"不未无非没", "没有", *_SPARING))
# What is said not to be done; a word of two characters stands for what is denied.
_DENIED = re.compile(f"(?:{'|'.join(_SPARING)})[\u4e00-\u9fff]{{2}}(?:处罚)?")
_EMPTY = "dpcuryeoxq"
_CLASS_WEIGHTS = {
    **dict.fromkeys(["d", "p", "c", "u", "uj", "ul", "r", "y", "e", "o", "x", "m", "q", "zg"], 0.0),
    **dict.fromkeys(["v", "a", "ad", "z", "s", "f", "t", "l"], 0.7),
    **dict.fromkeys(["vn", "an"], 0.9),
    "eng": 1.0,
}

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
"""How many passages hold each of some character pairs or words."""


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of a question, what reports call it, and how telling it is."""

    word: str
    alternatives: tuple[str, ...]
    weight: float

    def in_text(self, text: str) -> float:
        """How surely a normalised text speaks of it, 0 to 1."""
        if self.word in text:
            return 1.0
        if any(all(word in text for word in other.split()) for other in self.alternatives):
            return _SYNONYM
        pairs = _pairs(self.word)
        if len(pairs) < 2:
            return 0.0
        if self.word[-1] in _SUFFIXES and self.word[:-1] in text:
            return _STEM
        share = sum(p in text for p in pairs) / len(pairs)
        return _PARTIAL * share if share >= 0.5 else 0.0


@dataclass(frozen=True, slots=True)
class Term:
    """A telling word with all that stands for it: itself and what reports call it.

    ``pieces`` are the words that a longer one is made of (新登记 and 企业 of 新登记企业).
    """

    word: str
    forms: tuple[str, ...]
    is_verb: bool = False
    is_place: bool = False
    pieces: tuple[str, ...] = ()

    @property
    def is_rate(self) -> bool:
        """Whether it names a rate: 合格率."""
        return self.word.endswith("率")

    def is_in(self, text: str) -> bool:
        """Whether a normalised text speaks of it."""
        if "出口" in self.word and _BOTH_WAYS not in self.word:
            text = text.replace(_BOTH_WAYS, "")
        done = _DENIED.sub("", text) if "予" in text or "免" in text else text  # 不予处罚
        for form in self.forms:
            told = text if _DENIED.match(form) else done
            if all(word in told for word in form.split()):
                return True
        word = self.word
        if word[0] == "新" and len(word) >= _LONG:
            return bool(re.search(f"新[^，,。；;|]{{0,6}}{re.escape(word[1:])}", text))
        if len(word) < _LONG or not _is_chinese(word) or self.is_rate:
            return False
        suffixed = word[-1] in _COUNTS or (len(word) > _LONG and word[-1] in _SUFFIXES)
        if suffixed and word[:-1] in text:
            return True
        return bool(_abbreviation(word).search(text))

    @property
    def is_known(self) -> bool:
        """Whether reports have a word for it."""
        return len(self.forms) > 1 or synonyms().is_official(self.word)

    @property
    def acts(self) -> frozenset[str]:
        """The character that says what is done, of a verb of one with how it ended: 收 of 收回来.

        Words of more (报废) are another act than any that shares a character (上报).
        """
        return done_in(self.head_act)

    @property
    def head_act(self) -> str:
        """The character that such a verb is of; empty of any other word."""
        if self.is_rate or synonyms().is_official(self.word):
            return ""
        head = _ENDINGS.sub("", self.word)
        return head if len(head) == 1 else ""

    @property
    def same(self) -> tuple[str, ...]:
        """Its forms but for those that say more: 投诉举报 is wider than 投诉."""
        return tuple(f for f in self.forms if f == self.word or self.word not in f)

    def means(self, word: str) -> bool:
        """Whether a word of a report is one of its forms, holds one, or is a part of it.

        What an everyday word stands for has its parts in the reports' words alone.
        """
        own = (self.word,) if synonyms().is_official(self.word) else self.forms
        return any(word in form for form in own) or any(form in word for form in self.forms)


@lru_cache(maxsize=4096)
def done_in(words: str) -> frozenset[str]:
    """The characters of the verbs among some words, but for those that say nothing alone."""
    tagged = (*tag_words(words), *tag_words(words, guess=False))
    return frozenset("".join(word for word, tag in tagged if tag[0] == "v")) - _LIGHT_ACTS


@lru_cache(maxsize=4096)
def _abbreviation(word: str) -> re.Pattern[str]:
    """A pattern of what a word may be short for: 使用登记证 of 使用证."""
    return re.compile(r"[\u4e00-\u9fff]{0,2}".join(map(re.escape, word)))


def everyday_terms(text: str) -> tuple[Term, ...]:
    """The everyday terms of a text that reports put in other words: 罚了多少钱."""
    known = synonyms()
    found = known.find_terms(normalise(text))
    return tuple(Term(term, (term, *known.same(term))) for term in found if known.same(term))


_SEPARATED = re.compile(
    r"([\u4e00-\u9fff])[了过](?:(?:多少|几)[件个起]?)?([\u4e00-\u9fff])(?=$|[，,。？?！! 呢])"
)


def separated_terms(text: str) -> tuple[Term, ...]:
    """The words that a question or 了 is put in the middle of: 立案 of 立了多少案, 关了门."""
    words = (found[1] + found[2] for found in _SEPARATED.finditer(text))
    known = synonyms()
    known_words = (w for w in words if cut_words(w, guess=False) == [w] and w[1] not in _MEASURES)
    return tuple(Term(word, _forms(word, known)) for word in known_words)


def _pieces(word: str) -> tuple[str, ...]:
    """The words of a compound of more than three characters, if it is cut at all."""
    words = tuple(part for part, _tag in tag_words(word)) if len(word) > _LONG else ()
    return words if len(words) > 1 and all(len(part) > 1 for part in words) else ()


def _is_place(word: str) -> bool:
    tags = tag_words(word)
    return len(tags) == 1 and tags[0][1] == "ns"


def _forms(word: str, known: Synonyms) -> tuple[str, ...]:
    """A word and what reports call it; 没有 and 无 say the same."""
    rest = word.removeprefix("没有").lstrip("没无未") if word[0] in "没无未" else ""
    negated = [f"{denied}{rest}" for denied in ("无", "未", "没有")] if rest else []
    if word.startswith(_SPARING):
        negated = [f"{spared}{word[2:]}" for spared in _SPARING]
    return tuple(dict.fromkeys((word, *map(normalise, known.same(word)), *negated)))


@lru_cache(maxsize=4096)
def terms_of(words: str) -> tuple[Term, ...]:
    """The telling words of a phrase, in order: names, nouns and verbs, not the small ones."""
    known, text = synonyms(), normalise(words)
    shares: dict[str, float] = {}
    for word, share in _words(text, known):
        shares[word] = max(share, shares.get(word, 0.0))
    nouns = tuple(word for word, share in shares.items() if share >= _NOUN)

    def is_verb(word: str) -> bool:
        """Whether it tells what is done; 直销 of 直销企业 belongs to the noun."""
        if word in nouns or word[0] in _NEGATIONS:
            return False
        return not text[text.find(word) + len(word) :].startswith(nouns or "|")

    return tuple(
        Term(
            word,
            _forms(word, known),
            is_verb=is_verb(word),
            is_place=_is_place(word),
            pieces=_pieces(word),
        )
        for word, share in shares.items()
        if share >= _TELLING and not _COUNTED.fullmatch(word)
    )


def concepts_of(
    words: str, frequencies: Frequencies, total: int, scale: float = 1.0
) -> tuple[Concept, ...]:
    """The concepts of a question's words of substance; a noun in no passage weighs most.

    A verb in no passage weighs nothing: it is how people talk, and tells no passages apart.
    """
    shares: dict[str, float] = {}
    known = synonyms()
    for word, share in _words(normalise(words), known):
        shares[word] = max(share, shares.get(word, 0.0))
    found = list(shares)
    alternatives = {w: tuple(map(normalise, known.of(w))) for w in found}
    forms_of = {w: (w, *alternatives[w]) for w in found}
    forms = {f for w in found for f in forms_of[w]}
    counts = frequencies(sorted({p for f in forms for p in _pairs(f) or [f]}))
    used = {w: [_frequency(f, counts) for f in forms_of[w]] for w in found}
    return tuple(
        Concept(
            word,
            alternatives[word],
            scale * shares[word] * _weight(used[word], total),
        )
        for word in found
        if any(used[word]) or shares[word] >= _NOUN
    )


def _words(text: str, known: Synonyms) -> Iterable[tuple[str, float]]:
    """Everyday terms as they are, the rest cut into words; each with its word class's weight.

    What reports write in only one way is cut as any other word that a dictionary has. A term that
    is denied is denied in the reports' word: 没办结 for 没办完.
    """
    position = 0
    for found, place in known.find_spans(text, partial(_is_word, text)):
        term = _name_of(found, known)
        if not term:
            continue
        span = place if term == found else Span(place.start, place.start + len(term))
        is_official = known.is_official(term)
        before = text[position : span.start].removesuffix("有") if term[0] not in "没未" else ""
        denied = before.endswith(("没", "未"))
        yield from _tag_words(before[:-1] if denied else text[position : span.start])
        official = term if is_official else next(iter(known.same(term)), term)
        yield f"没{official}" if denied else term, 1.0
        if " " in term:  # 吃饭 浪费: a noun that stands between them counts too
            between = _without_words(text[slice(*span)], term.split())
            tagged = tag_words(between, guess=False)
            yield from ((word, 1.0) for word, tag in tagged if tag[0] == "n" and len(word) > 1)
        position = span.end
    yield from _tag_words(text[position:])


def _without_words(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, " ", 1)
    return text


def _name_of(term: str, known: Synonyms) -> str:
    """A term, or of a wording of reports the shorter name that it begins with; empty without one.

    What is left of 双随机抽查 behind 双随机 says what is done.
    """
    if not known.is_official(term):
        return term
    words = cut_words(term, guess=False)
    is_plain = not known.of(term) and words == [term]
    says_little = (measures().common | measures().anywhere).issuperset(words)  # 经营, 主体
    if (len(term) <= _UNCUT and not is_plain) or (says_little and known.same(term)):
        return term
    heads = (term[:end] for end in range(_UNCUT, _SHORT - 1, -1))
    return next((head for head in heads if term in known.same(head)), "")


def _is_word(text: str, term: str, span: Span) -> bool:
    """Whether a stretch of a text begins and ends where words do: not 立了 of 建立了.

    A long term is too rarely met by chance for the dictionary to know better.
    """
    if (len(term) > _SHORT and " " not in term) or _TIMES.search(term):
        return True
    ends, at = set[int](), span.start
    for word in term.split():
        at = text.find(word, at) + len(word)
        ends |= {at - len(word), at}
    return word_bounds(text).issuperset(ends)


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """The words of a text with their classes.

    One that no dictionary has is cut where it is a verb, begins with one (店查, 卖药) or ends with
    one: 书发 of 告诫书发了.
    """
    bounds, at = word_bounds(text), 0
    for word, tag in tag_words(text):
        end = at + len(word)
        known = bounds.isdisjoint(range(at + 1, end))
        parts = [] if known else tag_words(word, guess=False)
        acts = text[end : end + 1] in _DONE and len(parts) > 1
        if parts and (acts or "v" in (tag[0], parts[0][1][0])):
            yield from parts
        else:
            yield word, tag
        at = end


def _tag_words(text: str) -> Iterable[tuple[str, float]]:
    """Words by their classes: names and nouns whole, verbs and adjectives less, the rest not."""
    words: list[tuple[str, float]] = []
    negation = ""
    loose = False  # whether the last word is a character that no dictionary joined
    for word, tag in _tags(text):
        if not word.strip():
            loose = False
            continue
        single = len(word) == 1 and _is_chinese(word)
        if words and words[-1][0] == _NEW and tag[0] == "v" and not single:
            words[-1] = (f"{_NEW}{word}", 1.0)  # 新授权 is no 授权
        elif word in _NEGATIONS:
            negation, loose = word, False
        elif negation:
            words.append((negation + word, 1.0))
            negation, loose = "", False
        elif single and word in _SUFFIXES and words and _goes_on(words[-1][0], word, text):
            before, share = words.pop()
            words.append((before + word, max(share, 0.8)))
        elif single and tag[0] not in _EMPTY:
            if loose and tag[0] != "v" and word not in _LIGHT and words[-1][0] + word in text:
                words.append((words.pop()[0] + word, 0.7))
            elif word in _LONE:
                words.append((word, _NOUN))
            else:
                words.append((word, 0.15 if tag[0] in "vnag" else 0.0))
            loose = True
        else:
            code = word.isdigit() and len(word) >= _CODE  # 12315 is a name, not an amount
            share = _CLASS_WEIGHTS.get(tag, _CLASS_WEIGHTS.get(tag[:1], 1.0))
            words.append((word, 1.0 if code or word in _LIMITING else share))
            loose = False
    return [(w, share) for w, share in words if share > 0]


def _goes_on(word: str, suffix: str, text: str) -> bool:
    """Whether a suffix makes one word with what was cut off before it: 眼镜 and 店."""
    return bool(word.strip()) and word not in _LIGHT and word + suffix in text


def _is_chinese(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


def _pairs(word: str) -> list[str]:
    if not _is_chinese(word[0]):
        return [word]
    return [word[i : i + 2] for i in range(len(word) - 1)]


def _frequency(form: str, counts: Mapping[str, int]) -> int:
    """At most how many passages hold the form: its rarest pair's number."""
    return min((counts.get(p, 0) for p in _pairs(form) or [form]), default=0)


def _weight(counts: Sequence[int], total: int) -> float:
    return math.log(1 + (total + 1) / (max(counts) + 0.5))
