from bot.answers import Footnotes, Quote
from knowledge.models import Identity, Report
from knowledge.understanding.sentences import Span

TEXT = "一、工作\n\u3000\u3000检查药店7家。 \n立案2件。\n"
REPORT = Report("r1", "r.txt", "", Identity(None, None), TEXT)


def quote(words: str) -> Quote:
    start = TEXT.index(words)
    return Quote(REPORT, ("一、工作",), Span(start, start + len(words)))


def test_a_quote_is_kept_without_the_white_space_around_it() -> None:
    notes = Footnotes()
    assert notes.cite(quote("\n\u3000\u3000检查药店7家。 \n")) == "[1]"
    (citation,) = notes.citations()
    assert citation.quote.text == "检查药店7家。"
    assert TEXT[slice(*citation.quote.span)] == citation.quote.text


def test_the_same_quote_keeps_its_number() -> None:
    notes = Footnotes()
    marks = [notes.cite(quote(w)) for w in ("检查药店7家。", "立案2件。\n", "检查药店7家。 \n")]
    assert marks == ["[1]", "[2]", "[1]"]
    assert [c.n for c in notes.citations()] == [1, 2]
