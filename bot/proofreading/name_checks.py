"""Checks of names: laws, bodies, campaigns and terms, after ``data/field_names.toml``; pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import field_names, proof_phrase
from knowledge.lexicon import tag_words
from knowledge.retrieval.slips import may_be_confused
from knowledge.understanding.sentences import Span, find_all

_TITLED = re.compile(r"《([^《》\n]{3,60})》")
_QUOTED = re.compile(r"“(?P<name>[\u4e00-\u9fff+、]{2,16})(?:20\d\d)?”")
_KINDS_OF_LAW = ("条例", "办法", "规定", "细则", "法")
_LAW = "法"
_COUNTRY = "中华人民共和国"
_EDITION = re.compile(r"[（(][^（）()]*(?:修订|修正|版|试行|年)[^（）()]*[)）]$")
_FORMER = ("原", "老", "原县", "原市", "原区", "原省", "撤销", "组建")
_BETWEEN = re.compile(r"[“”\"《》、，。：；\s]")
_LONG_NAME = 10
_SHORTEST_LAW, _SHORTEST_NAME, _SURE_NAME, _LIKE_IF_QUOTED, _SUBJECT = 5, 6, 8, 6, 4
_SHORTEST_SOUND, _CONTEXT, _GAP = 4, 5, "□"
_RUN = re.compile("[\u4e00-\u9fff]+")


def slip_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Wrong forms that the data file lists."""
    text = draft.text
    for slip in field_names().slips:
        for wrong in slip.wrong:
            if wrong in slip.right:
                continue
            for span in find_all(wrong, text):
                of_before = slip.why and text[: span.start].endswith(_FORMER)
                if of_before or _spells(text, span.start, wrong, slip.right):
                    continue
                why = slip.why or proof_phrase("say.name", right=slip.right)
                right = slip.right if slip.certain and not slip.why else None
                yield ProofFinding(
                    ProofKind.NAME, *span, why, right, habit=wrong, certain=slip.certain
                )


def _spells(text: str, at: int, wrong: str, right: str) -> bool:
    """Whether a wrong form is only a piece of the right one as it stands there."""
    place = right.find(wrong)
    return place >= 0 and text.startswith(right, at - place)


def law_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Titles in 《》 that are a law's but for a character or two."""
    laws = field_names().law
    right_titles = {*laws.names, *laws.also}
    for match in _TITLED.finditer(draft.text):
        title = _EDITION.sub("", match[1].replace(" ", "")).removeprefix(_COUNTRY)
        country = _COUNTRY if match[1].startswith(_COUNTRY) else ""
        if title in right_titles and not (country and title in laws.local):
            continue
        is_long = len(title) >= _SHORTEST_LAW or country
        near = _nearest(title, laws.names, 2 if country else 1) if is_long else ""
        if not country and (near in title or title in near):
            near = ""
        near = near or _abbreviated(title, laws.names) or _same_subject(title, laws.names)
        if near:
            certain = len(near) >= _SHORTEST_LAW and edit_distance(title, near) == 1
            key = "say.name" if certain else "say.name_like"
            why = proof_phrase(key, right=f"《{country}{near}》")
            right = f"《{country}{near}》" if certain else None
            yield ProofFinding(ProofKind.NAME, *match.span(), why, right, certain=certain)


def _nearest(title: str, names: Sequence[str], allowed: int) -> str:
    """The name that a title differs from in so many characters, in two if it is long; else none."""
    near = {name: edit_distance(title, name) for name in names if abs(len(name) - len(title)) <= 2}
    allowed = 2 if len(title) > _SURE_NAME else allowed
    if turned := next((name for name in names if sorted(name) == sorted(title)), ""):
        return turned  # 暂行管理办法 for 管理暂行办法
    best = min(near, key=lambda name: (near[name], name[:2] != title[:2]), default="")
    return best if best and near[best] <= allowed else ""


def _abbreviated(title: str, names: Sequence[str]) -> str:
    """The one law that a title shortens, lengthens, or calls by another kind.

    So do 《疫苗法》, 《药品监督管理法》, 《反垄断条例》.
    """
    kind = _kind_of(title)
    stem = title.removesuffix(kind)
    alike = [name.removesuffix(kind) for name in names if kind and _kind_of(name) == kind]
    found = [
        f"{name}{kind}"
        for name in alike
        if _shortens(stem, name) or (kind == _LAW and _shortens(name, stem))
    ]
    found += [name for name in names if kind and name.removesuffix(_LAW) == stem]
    return found[0] if len(found) == 1 else ""


def _same_subject(title: str, names: Sequence[str]) -> str:
    """The one law that begins and ends as a title does: 特种设备安全法 for 《特种设备监管法》.

    Else the one of its name that is of another rank: 广告法 for 《广告条例》.
    """
    stem = title.removesuffix(_kind_of(title))
    of_rank = [name for name in names if name.removesuffix(_kind_of(name)) == stem != title]
    if len(of_rank) == 1:
        return of_rank[0]
    if _kind_of(title) != _LAW:
        return ""
    found = [
        name for name in names
        if _kind_of(name) == _LAW and abs(len(name) - len(title)) <= 1
        and name[:_SUBJECT] == title[:_SUBJECT]
    ]  # fmt: skip
    return found[0] if len(found) == 1 else ""


def _kind_of(title: str) -> str:
    return next(filter(title.endswith, _KINDS_OF_LAW), "")


def _shortens(stem: str, name: str) -> bool:
    letters = iter(name)
    alike = stem[:2] == name[:2] and len(name) <= 2 * len(stem)
    return alike and stem != name and all(letter in letters for letter in stem)


@cache
def edit_distance(one: str, other: str) -> int:
    """How many characters have to be put in, taken out or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        before, row[0] = row[0], n
        for m, b in enumerate(other, 1):
            before, row[m] = row[m], min(row[m] + 1, row[m - 1] + 1, before + (a != b))
    return row[-1]


def quoted_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Short names in “” with one other character, or one too many or too few.

    Certain where two characters look or sound alike.
    """
    terms = field_names().term
    names = sorted({*terms.names, *terms.also})
    for match in _QUOTED.finditer(draft.text):
        words = match["name"]
        near = [name for name in names if abs(len(name) - len(words)) <= 1]
        if words in names:
            continue
        for name in (name for name in near if edit_distance(words, name) == 1):
            pairs = zip(words, name, strict=False)
            typed = len(words) == len(name) and next((a, b) for a, b in pairs if a != b)
            certain = bool(typed and may_be_confused(*typed)) or len(words) >= _SURE_NAME
            if certain or not typed or len(words) >= _LIKE_IF_QUOTED:
                why = proof_phrase("say.name" if certain else "say.name_like", right=name)
                right = name if certain else None
                yield ProofFinding(ProofKind.NAME, *match.span("name"), why, right, certain=certain)


def sound_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Words with one character that sounds or looks like the right one.

    Short terms, in “” or not (价格期诈), and what the bureau's reports say, where the character
    makes no word (把牢市场准人关).
    """
    text = draft.text
    for gapped in (_gapped_terms(), _gapped_reports(stored)):
        for size in {len(words) for words in gapped}:
            for start in range(len(text) - size + 1):
                words = text[start : start + size]
                for place, typed in enumerate(words):
                    name = gapped.get(words[:place] + _GAP + words[place + 1 :], words)
                    sounds = name != words and may_be_confused(typed, name[place], strictly=True)
                    if sounds and (gapped is _gapped_terms() or _is_slip(words, name, place)):
                        why = proof_phrase("say.name_like", right=name)
                        yield ProofFinding(ProofKind.NAME, start, start + size, why)


@cache
def _gapped_terms() -> dict[str, str]:
    """The short terms, by each of them with a gap for one character; right ones stay out."""
    terms = field_names().term
    names = {n for n in (*terms.names, *terms.also) if _SHORTEST_SOUND <= len(n) < _SHORTEST_NAME}
    return _gapped(names)


def _gapped_reports(stored: StoredMaterial) -> dict[str, str]:
    """What the bureau's reports write, in runs of characters with a gap for one."""
    runs = (run for source in stored.sources for run in _RUN.findall(source.folded))
    return _gapped(run[at : at + _CONTEXT] for run in runs for at in range(len(run) - _CONTEXT + 1))


def _gapped(names: Iterable[str]) -> dict[str, str]:
    """Names by each of them with a gap; only those that one name alone fills.

    两品一械 and 三品一械 are both right.
    """
    filled: dict[str, set[str]] = {}
    for name in names:
        for place in range(len(name)):
            filled.setdefault(name[:place] + _GAP + name[place + 1 :], set()).add(name)
    return {words: next(iter(found)) for words, found in filled.items() if len(found) == 1}


def _is_slip(words: str, name: str, place: int) -> bool:
    """Whether a character stands for itself where the right one is of a word."""
    return _word_at(words, place) == words[place] and len(_word_at(name, place)) > 1


def _word_at(text: str, place: int) -> str:
    end = 0
    for word, _ in tag_words(text, guess=False):
        end += len(word)
        if place < end:
            return word
    return ""


def term_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Bodies and terms with one character changed, left out, doubled or swapped with the next."""
    names = field_names()
    text, right = draft.text, [*names.body.names, *names.term.names]
    taken = [
        span
        for name in (*right, *names.body.also, *names.term.also, *names.law.names)
        for span in find_all(name, text)
    ]
    for name in right:
        if len(name) < _SHORTEST_NAME:
            continue
        for span in _near_misses(text, name):
            if any(known.start < span.end and span.start < known.end for known in taken):
                continue
            certain = len(name) >= _SURE_NAME
            why = proof_phrase("say.name" if certain else "say.name_like", right=name)
            yield ProofFinding(
                ProofKind.NAME, *span, why, name if certain else None, certain=certain
            )


def _near_misses(text: str, name: str) -> Iterator[Span]:
    """Where a text holds a name but for one inner character: one half of it stands there."""
    half = len(name) // 2
    for beginning in find_all(name[:half], text):
        yield from _window(text, beginning.start, name, forward=True)
    for ending in find_all(name[half:], text):
        yield from _window(text, ending.end, name, forward=False)


def _window(text: str, at: int, name: str, *, forward: bool) -> Iterator[Span]:
    for size in (len(name), len(name) - 1, len(name) + 1):
        span = Span(at, at + size) if forward else Span(at - size, at)
        words = text[max(span.start, 0) : span.end]
        last = len(words) == len(name) and may_be_confused(words[-1], name[-1])
        same_ends = words[:1] == name[0] and (words[-1:] == name[-1] or last)
        if len(words) == size and same_ends and _differs_by_one(words, name):
            yield span
            return


def _differs_by_one(words: str, name: str) -> bool:
    if _BETWEEN.sub("", words) == _BETWEEN.sub("", name):  # “铁拳”行动 is 铁拳行动
        return False
    if edit_distance(words, name) == 1:
        return True
    return len(words) == len(name) and (_is_swapped(words, name) or _sounds_like(words, name))


def _sounds_like(words: str, name: str) -> bool:
    """Whether a long name has two other characters that sound like its own: 注意 for 主义."""
    typed = [(a, b) for a, b in zip(words, name, strict=True) if a != b]
    return len(name) >= _LONG_NAME and len(typed) == 2 and all(may_be_confused(*t) for t in typed)


def _is_swapped(words: str, name: str) -> bool:
    at = next(n for n, (a, b) in enumerate(zip(words, name, strict=True)) if a != b)
    swapped = name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    return words == swapped
