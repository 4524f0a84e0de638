"""What the benchmark rests on: its reports, its questions and the place of its figures."""

import re
from pathlib import Path

import pytest

from knowledge.models import Level
from knowledge.understanding.pipeline import understand
from knowledge.understanding.sentences import sentence_spans
from tests.benchmark.reports import PERIODS, change_reports, questions, write_reports
from tests.benchmark.table import BEGIN, END, growth_of, table_of, with_figures
from tests.conftest import ROOT

MEASURED = {
    "load": 10.0, "work": 15.0,
    "changed": 1.0, "unchanged": 0.1, "open": 0.2, "median": 5.0, "p95": 9.0,
    "right": 1.0, "load_megabytes": 200.0, "search_megabytes": 100.0, "disk": 50.0,
}  # fmt: skip


def written(folder: Path, numbers: range) -> dict[str, str]:
    write_reports(folder, numbers)
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*.txt")}


def test_every_run_writes_the_same_reports(tmp_path: Path) -> None:
    first = written(tmp_path / "a", range(3))
    assert first == written(tmp_path / "b", range(3))
    assert first.items() <= written(tmp_path / "c", range(5)).items()


def test_sentences_are_distinct_and_figures_are_masked_here_and_there(tmp_path: Path) -> None:
    texts = written(tmp_path, range(8)).values()
    sentences = [t[slice(*s)] for t in texts for s in sentence_spans(t) if s.end - s.start > 30]
    assert len(set(sentences)) > 0.99 * len(sentences)
    assert all("*" in text for text in texts)


def test_a_report_is_understood_as_what_it_was_written_as(tmp_path: Path) -> None:
    texts = written(tmp_path, range(PERIODS + 1))
    read = [understand(t, file=f, sha256="") for f, t in sorted(texts.items())]
    identities = {r.report.identity for r in read}
    assert len(identities) == len(read)
    assert {i.bureau.level for i in identities if i.bureau} == {Level.COUNTY, Level.CITY}
    assert all(i.bureau and i.period for i in identities)
    assert all(15 <= len(r.passages) <= 26 for r in read)


def test_a_question_names_bureau_and_period_of_its_report(tmp_path: Path) -> None:
    texts = written(tmp_path, range(40))
    for question in questions(20, 40):
        place = re.match(r"[^市县区]+", texts[question.file])
        assert place
        assert place[0] in question.text
        assert re.search(r"20\d\d年", question.text)


def test_changed_reports_are_others_by_a_sentence(tmp_path: Path) -> None:
    before = written(tmp_path, range(3))
    change_reports(tmp_path, range(1, 2))
    after = {str(p.relative_to(tmp_path)): p.read_text("utf-8") for p in tmp_path.rglob("*.txt")}
    assert [f for f in before if before[f] != after[f]] == ["000/000001.txt"]


def test_figures_take_the_place_of_those_before() -> None:
    page = f"前\n{BEGIN}\n旧\n{END}\n后\n"
    assert with_figures(page, "新") == f"前\n{BEGIN}\n新\n{END}\n后\n"
    assert with_figures(with_figures(page, "新"), "旧") == page
    with pytest.raises(ValueError, match="bench"):
        with_figures("没有标记", "新")


def test_the_measurements_page_has_a_place_for_the_figures() -> None:
    assert with_figures((ROOT / "docs" / "measurements.md").read_text("utf-8"), "新")


def test_the_table_tells_ratios_in_our_favour_above_one() -> None:
    ours = {1000: MEASURED, 10_000: {**MEASURED, "load": 120.0, "median": 10.0}}
    theirs = {size: {**MEASURED, "load": 30.0} for size in ours}
    table = table_of(ours, theirs)
    assert "| load all, seconds | 10.0 | 30.0 | 3.0× | 120.0 | 30.0 | 0.2× |" in table
    assert "1.20 times as long a passage and a search 2.00 times" in growth_of(ours)
