"""What a question takes from those before it: a scope that the store holds, and its matter."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers import Answer, AnswerStatus, report_label
from bot.assistant.command_words import topic_within
from bot.assistant.intents import Intent, intent_words
from bot.assistant.phrases import cut_reference
from knowledge.lexicon import tag_words
from knowledge.retrieval.question import Question, without_spans
from knowledge.retrieval.question_asks import substance
from knowledge.retrieval.scope import Scope
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.governments import is_government
from knowledge.understanding.kinds import without_mark

_EDGES = "的，,？?。 "
_AND_BETWEEN = re.compile("\0[和与跟及、同]\0")
ReadQuestion = Callable[[str], Question]
LabelsOf = Callable[[Question], Sequence[str]]
"""The reports that a question is of, each by bureau and period."""
AnswerOf = Callable[[Intent], Answer]
"""What the reports' own words answer."""
TOLD = (AnswerStatus.ANSWERED, AnswerStatus.MASKED, AnswerStatus.DONE)
_FEWEST_SIDES = 2
_NAMING = ("n", "v", "eng", "j", "l", "i", "t", "b")
"""How the words that name something are tagged."""
_SAME = "同期"
_SAME_YEAR_BEFORE = "去年同期"


def _answer_nothing(intent: Intent) -> Answer:
    return Answer(intent.matter, AnswerStatus.ANSWERED, "")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the messages before a new one wanted, the oldest first, and what was given for them.

    ``writes`` tells whether some report writes a word. ``holdings`` is the list of reports that was
    given last, where it was given after all others.
    """

    subjects: tuple[Intent, ...]
    read: ReadQuestion
    labels_of: LabelsOf
    answer_of: AnswerOf = _answer_nothing
    writes: Callable[[str], bool] = str.isalnum
    holdings: Intent | None = None

    @property
    def questions(self) -> list[Question]:
        """What they wanted, as questions; one thing of a list by what it is of (价格打算)."""
        return [self._by_name(subject, self.read(subject.matter)) for subject in self.subjects]

    def _by_name(self, subject: Intent, question: Question) -> Question:
        if not any(ask.item for ask in question.texts):
            return question
        titles = [c.quote.path[-1] for c in self.answer_of(subject).citations[:1]]
        things = (topic_within(t) or without_mark(t).partition("，")[0] for t in titles)
        thing = next(things, "")
        kind = "打算" if question.plans else "问题"
        return self.read(f"{wording_of_pairs(question.scope)}{thing}{kind}") if thing else question

    def names(self, word: str) -> bool:
        """Whether a word names something that reports write: 学校, not 厚实."""
        tags = (tag for _, tag in tag_words(word))
        return any(tag.startswith(_NAMING) for tag in tags) and self.writes(word)

    def is_answered(self, intent: Intent) -> bool:
        """Whether something is found of what an intent wants."""
        return self.answer_of(intent).status in TOLD

    def labels(self, intent: Intent) -> list[str]:
        """The reports that answered a question, else those that it is of."""
        cited = [report_label(c.quote.report) for c in self.answer_of(intent).citations]
        asked = self.labels_of(self.read(intent.matter))
        return list(dict.fromkeys(label for label in asked or cited if label in cited)) or [*asked]

    def sides(self, named: Question | None = None, fewest: int = _FEWEST_SIDES) -> list[str]:
        """The reports of the bureaus that a question names, those of the last bureaus before them.

        Of these as many as it takes to compare.
        """
        known = {bureau.standing for bureau in named.scope.bureaus} if named else set[str]()
        sides = [*self.labels_of(named)] if named and known else []
        for subject in reversed(self.subjects):
            bureaus = self.read(subject.matter).scope.bureaus
            others = [one for one in self.labels(subject) if bureaus and one not in sides]
            if len(known) < fewest and others:
                sides = [*others, *sides]
                known |= {bureau.standing for bureau in bureaus}
        return sides

    def scope_words(self, new: Question, old: Question) -> str:
        """The bureaus and periods to ask about: the new ones, else those of the question before.

        The period before goes with another bureau only where the store holds its report.
        """
        words = scope_words(new, old)
        if new.scope.bureaus and not new.scope.periods and not self._holds(words):
            return "和".join(bureau.standing for bureau in new.scope.bureaus)
        return words

    def takes_bureaus(self, new: Question, old: Question) -> bool:
        """Whether a question that names but a period is of the bureaus before: 22年有啥问题."""
        named = new.scope.bureaus or new.scope.unknown
        return (
            bool(new.scope.periods and old.scope.bureaus)
            and not named
            and self._holds(scope_words(new, old))
        )

    def _holds(self, words: str) -> bool:
        scope = self.read(words).scope
        return bool(scope.reports) and not (scope.unknown or scope.branches)


def matter_of(question: Question) -> str:
    """What is asked of the bureaus and periods of a question: its words without them."""
    words = without_spans(question.punctuated, question.scope, "\0")
    return _AND_BETWEEN.sub("", words).replace("\0", "").strip(_EDGES)


def names_scope(read: Question) -> bool:
    """Whether a question names a bureau or a period, held or not."""
    return bool(read.scope.spans or read.scope.unknown)


def wording_of_pairs(scope: Scope) -> str:
    """The bureaus of a scope with their periods, as a question names them."""
    return "和".join(
        "和".join(b.standing for b in bureaus) + "和".join(map(str, periods))
        for bureaus, periods in scope.pairs
    )


def period_words(read: Question, before: Question) -> str:
    """The periods that a follow-up asks about, in words that stand alone.

    上一期 and 去年同期 are those of the period asked about before.
    """
    new, old = read.scope, before.scope
    named = [str(period) for period in new.periods]
    earlier = [str(period) for period in old.periods]
    if new.turn:
        back = question_words().before_latest.search(new.turn)
        return "和".join(named or earlier if back else named) + new.turn
    if any(_SAME in read.punctuated[slice(*place)] for p in new.periods for place in p.places):
        return "和".join(earlier) + _SAME_YEAR_BEFORE
    return "和".join(named or earlier)


def without_refused_scope(question: Question, before: Question | None) -> str | None:
    """An earlier question in place of one whose reports the store does not hold.

    Its known bureaus stay, else the scope ``before`` it; None where it is held as it is.
    """
    scope = question.scope
    if scope.reports is None or scope.reports or _is_told_by_governments(scope):
        return None
    known = "和".join(mention.standing for mention in scope.bureaus if mention.names)
    kept = known or (wording_of_pairs(before.scope) if before else "")
    return kept + matter_of(question)


def _is_told_by_governments(scope: Scope) -> bool:
    """Whether reports of other years, as governments give them, may have answered."""
    names = {name for mention in scope.bureaus for name in mention.names}
    return bool(scope.telling) and any(map(is_government, names))


def scope_words(read: Question, previous: Question) -> str:
    """The bureaus and periods to ask about: the new ones, else those of the question before."""
    new, old = read.scope, previous.scope
    if not new.spans or (new.bureaus and new.periods):
        return wording_of_pairs(new if new.spans else old)
    bureaus = dict.fromkeys(b.standing for b in new.bureaus or old.bureaus)
    if new.bureaus and not new.periods and (own := _periods_of(new, old)):
        return "和".join(bureaus) + "和".join(own)
    return "和".join(bureaus) + period_words(read, previous)


def _periods_of(new: Scope, old: Scope) -> list[str]:
    """The periods that the bureaus of a scope had before, where others had others."""
    names = {name for bureau in new.bureaus for name in bureau.names}
    paired = [
        str(period)
        for bureaus, periods in old.pairs
        if any(names & bureau.names for bureau in bureaus)
        for period in periods
    ]
    return list(dict.fromkeys(paired)) if len(old.pairs) > 1 and not new.turn else []


def core_of(question: Question) -> str:
    """The words of a follow-up that say what it asks: no bureau, no period, no 那……呢."""
    return cut_reference(matter_of(question))[0]


def points_back(question: Question) -> bool:
    """Whether a message points to the one before it: 那……呢, 换成……, ……也看看."""
    return cut_reference(question.text)[1] or cut_reference(matter_of(question))[1]


def bare_substance(core: str) -> str:
    """The words of substance of what a follow-up asks; empty where it only asks how much."""
    rest = substance(core)
    return "" if re.fullmatch(r"(?:是|同期|的|多少|如何|怎么样|[\s，。？?])*", rest) else rest


def subject_of(matter: str) -> str:
    """The earlier question's matter without what it asked of it; none of a share's part."""
    follow = intent_words().follow
    if follow["share"].search(matter):
        return ""
    words = follow["asked"].sub(" ", follow["ranked"].sub(" ", matter))
    return substance(words).replace(" ", "").removesuffix("是")
