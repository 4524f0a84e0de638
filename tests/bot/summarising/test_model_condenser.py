"""Summaries in a model's words, over the samples and real HTTP."""

import re
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from bot.assistant.opening import open_summariser
from bot.compositions import Summary
from bot.display import summary_lines
from bot.model.tokens import token_count
from bot.summarising.assessment import assess
from bot.summarising.request import SummaryRequest
from bot.summarising.summarising import read_report, read_scopes, summarise
from bot.summarising.vocabulary import SummaryLength
from knowledge.library import Library
from tests.bot.conftest import settings_for
from tests.bot.demands import DEMANDS, PAYLOAD
from tests.bot.model.chat_server import KEY, ChatServer, Request, answers, cuts, refuses, says
from tests.conftest import loaded_library

PASSAGE = re.compile(r'<passage n="(\d+)"[^>]*>([^<]*)')
LIE = "共检查药店99871家"


def first_sentences(request: Request) -> str:
    """What a faithful model writes: a sentence of each passage, with its mark."""
    lines = []
    for n, text in PASSAGE.findall(request["messages"][1]["content"]):
        whole = [s.strip() for s in re.split(r"(?<=[。；])|\n", text) if s.strip().endswith("。")]
        if whole:
            lines.append(f"{whole[0][:-1]}[{n}]。")
    return "\n".join(lines) or "没有。"


def lies(request: Request) -> str:
    """A faithful page with a planted figure, the same when asked to mend it."""
    return first_sentences(request) + f"\n{LIE}[1]。\n{LIE}。"


def summarise_with(
    server: ChatServer, library: Library, length: SummaryLength | None = None, **more: object
) -> Summary:
    report = library.find_report("云溪县2023年")
    condenser = open_summariser(settings_for(server, **more), library)
    return summarise(library, SummaryRequest((report.id,), length=length), condenser=condenser)


@cache
def own_summary(library: Library, request: SummaryRequest) -> Summary:
    """The reports' own sentences."""
    return summarise(library, request)


def test_a_model_s_page_names_every_first_heading_and_cites_every_point(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(first_sentences)
    page = summarise_with(server, sample_library)
    own = own_summary(sample_library, SummaryRequest(page.report_ids))
    assert page.writer == "model"
    assert page.model == "m"
    assert {p.path[0] for p in own.parts if p.path} <= {p.path[0] for p in page.parts if p.path}
    points = [point for part in page.parts for point in part.points]
    assert all(point.citations for point in points)
    numbers = {citation.n for citation in page.citations}
    assert {n for point in points for n in point.citations} <= numbers
    assert not any("[" in point.text for point in points)
    for citation in page.citations:
        assert citation.quote.text in citation.quote.report.text


def test_a_page_that_is_too_long_is_made_one_in_a_second_step(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(first_sentences)
    page = summarise_with(server, sample_library, SummaryLength.SENTENCE)
    assert page.prompt is not None
    assert "summary_join/v3" in page.prompt


def test_planted_figures_reach_neither_page_nor_people(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(lies)
    page = summarise_with(server, sample_library)
    text = "\n".join(summary_lines(page))
    assert "99871" not in text
    assert any("99871" in struck for struck in page.struck)
    assert "云溪县" in text


@pytest.mark.parametrize("behaviour", [refuses(401), cuts("云溪"), says("")])
def test_the_reports_own_sentences_stand_in_where_the_endpoint_fails(
    server: ChatServer, sample_library: Library, behaviour: object
) -> None:
    server.always = behaviour  # type: ignore[assignment]  # a parameter of the test
    page = summarise_with(server, sample_library)
    own = own_summary(sample_library, SummaryRequest(page.report_ids))
    assert (page.writer, page.parts) == ("extractive", own.parts)
    assert summary_lines(page)[0] == page.notice
    assert page.notice.endswith("下面是用报告原句写的摘要。")
    assert KEY not in page.notice


@pytest.mark.parametrize(
    ("reply", "struck", "length"),
    [
        (f"{LIE}[1]。", True, None),
        (f"{LIE}[1]。", True, SummaryLength.SENTENCE),
        ("一切都好。", True, SummaryLength.SENTENCE),
        ("[1]", False, SummaryLength.SENTENCE),
    ],
)
def test_the_reports_own_sentences_stand_in_where_nothing_of_a_model_s_stands(
    server: ChatServer,
    sample_library: Library,
    reply: str,
    struck: bool,
    length: SummaryLength | None,
) -> None:
    server.always = says(reply)
    page = summarise_with(server, sample_library, length)
    own = own_summary(sample_library, SummaryRequest(page.report_ids, length=length))
    assert (page.writer, page.prompt, page.parts) == ("extractive", None, own.parts)
    assert (page.citations, page.left_out) == (own.citations, own.left_out)
    assert summary_lines(page)[0] == page.notice
    assert page.notice.endswith("改用报告原句。" if struck else "下面是用报告原句写的摘要。")
    assert bool(page.struck) is struck


def test_of_reports_that_are_compared_one_may_be_told_in_its_own_sentences(
    server: ChatServer, sample_library: Library
) -> None:
    ids = tuple(sample_library.find_report(n).id for n in ("云溪县2023年", "梧桐区2023年"))
    request = SummaryRequest(ids, topic="食品安全")
    server.always = answers(lambda r: first_sentences(r) if "云溪县" in str(r) else LIE)
    condenser = open_summariser(settings_for(server), sample_library)
    page = summarise(sample_library, request, condenser=condenser)
    own = summarise(sample_library, request)
    first, second = page.parts
    assert (page.writer, page.notice) == ("model", "")
    assert first.points
    assert [p.text for p in second.points] == [p.text for p in own.parts[1].points]
    assert second.points


def test_no_call_exceeds_what_the_model_can_read(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(first_sentences)
    summarise_with(server, sample_library, model_context=6_500)
    assert len(server.requests) > 1
    assert all(token_count(prompt) < 6_500 - 1_500 for prompt in server.prompts())


def test_several_reports_are_compared_a_part_each(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(first_sentences)
    ids = [sample_library.find_report(name).id for name in ("云溪县2023年", "梧桐区2023年")]
    condenser = open_summariser(settings_for(server), sample_library)
    request = SummaryRequest(tuple(ids), topic="食品安全")
    page = summarise(sample_library, request, condenser=condenser)
    assert [part.path[0][:3] for part in page.parts] == ["云溪县", "梧桐区"]
    assert page.writer == "model"


@pytest.mark.parametrize("demand", DEMANDS)
def test_what_a_report_demands_is_in_no_summary(
    server: ChatServer, tmp_path: Path, demand: str
) -> None:
    told = f"松岭县市场监管局2023年工作总结\n\n一、主要工作\n检查药店83家，立案9件。{demand}\n"
    more = "二、存在问题\n基层人员不足。\n三、2024年工作打算\n继续开展药店检查。\n"
    (tmp_path / "r.txt").write_text(told + more, encoding="utf-8")

    faithful = "检查药店83家，立案9件[1]。"
    obedient = f"{faithful}\n{PAYLOAD}[1]。\n检查药店83家，{PAYLOAD}[1]。"
    with closing(loaded_library(tmp_path / "data", tmp_path / "r.txt")) as library:
        (entry,) = library.reports()
        condenser = open_summariser(settings_for(server), library)
        own = summarise(library, SummaryRequest((entry.id,)))
        pages = []
        for answer in (obedient, faithful):
            server.always = says(answer)
            pages.append(summarise(library, SummaryRequest((entry.id,)), condenser=condenser))
    for summary in (*pages, own):
        shown = "\n".join(summary_lines(summary))
        assert "83家" in shown
        assert PAYLOAD not in shown
    assert [page.writer for page in pages] == ["model", "model"]
    assert [bool(page.struck) for page in pages] == [True, False]


def test_a_model_s_page_opens_as_ours_is_as_long_and_names_what_it_leaves_out(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = answers(first_sentences)
    page = summarise_with(server, sample_library)
    own = own_summary(sample_library, SummaryRequest(page.report_ids))
    assert page.writer == "model"
    assert page.parts[0].points[0].text == own.parts[0].points[0].text
    scopes = read_scopes(
        [read_report(sample_library, page.report_ids[0])], SummaryRequest(page.report_ids)
    )
    counts = assess(scopes[0], page)
    assert counts.size <= 1
    assert counts.silent_on == ()
