"""How many tokens an endpoint takes is learnt from its own count, and never guessed too low."""

from pathlib import Path

import pytest

from bot.model.tokens import TokenGauge, token_count

TEXT = "完成食品监督抽检一千批次，" * 50


def test_nothing_learnt_is_the_upper_estimate() -> None:
    assert TokenGauge().rate == 1.0


def test_the_most_that_was_counted_for_a_size_is_kept_to_with_a_margin() -> None:
    gauge = TokenGauge()
    gauge.learn(1000, 450)
    assert 0.45 < gauge.rate < 0.55
    gauge.learn(1000, 600)
    gauge.learn(1000, 400)
    assert 0.6 < gauge.rate < 0.7
    gauge.learn(1000, 1500)
    assert gauge.rate == 1.0


@pytest.mark.parametrize(("estimated", "counted"), [(20, 5), (1000, 3), (1000, 0), (0, 0)])
def test_a_count_that_tells_nothing_is_passed_over(estimated: int, counted: int) -> None:
    gauge = TokenGauge()
    gauge.learn(estimated, counted)
    assert gauge.rate == 1.0


@pytest.mark.parametrize("share", [0.2, 0.25, 0.4, 0.45])
def test_no_rate_is_below_what_the_thriftiest_tokenizers_take(share: float) -> None:
    gauge = TokenGauge()
    gauge.learn(token_count(TEXT), round(token_count(TEXT) * share))
    assert gauge.rate * token_count(TEXT) >= 0.55 * len(TEXT)


def test_what_was_learnt_is_known_the_next_time_for_that_endpoint_alone(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    gauge = TokenGauge("a m", file)
    gauge.learn(1000, 500)
    TokenGauge("b m", file).learn(1000, 700)
    assert TokenGauge("a m", file).rate == gauge.rate < TokenGauge("b m", file).rate
    assert TokenGauge("c m", file).rate == 1.0


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff", b'{"a m": "x"}'])
def test_a_file_that_cannot_be_read_is_done_without(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "tokens.json"
    file.write_bytes(content)
    gauge = TokenGauge("a m", file)
    assert gauge.rate == 1.0
    gauge.learn(1000, 500)
    assert TokenGauge("a m", file).rate == gauge.rate < 1.0


def test_a_folder_that_is_not_there_is_done_without(tmp_path: Path) -> None:
    gauge = TokenGauge("a m", tmp_path / "none" / "tokens.json")
    gauge.learn(1000, 500)
    assert gauge.rate < 1.0
