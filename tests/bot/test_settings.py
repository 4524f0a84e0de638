import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import SettingsInvalid
from bot.settings import (
    Settings,
    WriterChoice,
    check_connection_settings,
    proxy_variable,
    read_settings,
)

ROOT = Path(__file__).parent.parent.parent
NAMES = [name.upper() for name in Settings.model_fields]
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", re.MULTILINE)
CONTRACT = {
    "DATA_DIR", "TELEGRAM_BOT_TOKEN", "TELEGRAM_API_BASE", "ADMIN_IDS", "OPENAI_API_KEY",
    "OPENAI_BASE_URL", "EMBEDDING_MODEL", "WRITER", "CHROMA_HOST", "MODEL_TIMEOUT",
}  # fmt: skip


def default_of(name: str) -> str:
    """A setting's default as one would write it."""
    default = Settings.model_fields[name.lower()].default
    if default in (None, "", ()):
        return ""
    return f"{default:g}" if isinstance(default, float) else str(default)


def settings_of_usage() -> list[tuple[str, str, str]]:
    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^#+ Settings\n(.*?)(?=^#+ |\Z)", text, re.DOTALL | re.MULTILINE)
    return ROW.findall(section)


def settings_of_example() -> list[tuple[str, str, str]]:
    """What stands in ``.env.example``: name, value, and the comment above."""
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return [(n, v, c) for c, n, v in re.findall(r"# (.+)\n([A-Z_]+)=(.*)", text)]


def test_the_names_of_the_contract_are_there() -> None:
    assert set(NAMES) >= CONTRACT


def test_the_usage_page_names_every_setting_and_no_other() -> None:
    assert [name for name, _, _ in settings_of_usage()] == NAMES


def test_the_usage_page_names_the_defaults() -> None:
    told = {name: default for name, default, _ in settings_of_usage()}
    assert told == {name: default_of(name) for name in NAMES}


def test_the_example_holds_every_setting_and_no_other() -> None:
    assert [name for name, _, _ in settings_of_example()] == NAMES
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert sum("=" in line and not line.startswith("#") for line in lines) == len(NAMES)


def test_the_example_holds_the_defaults_each_under_what_it_means() -> None:
    told = {name: (value, meaning) for name, value, meaning in settings_of_example()}
    assert told == {
        name: (default_of(name), Settings.model_fields[name.lower()].description) for name in NAMES
    }


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    assert read_settings() == Settings.model_construct()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_value_counts_as_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    assert read_settings() == Settings.model_construct()


def test_values_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/srv/资料")
    monkeypatch.setenv("WRITER", "extractive")
    monkeypatch.setenv("MODEL_TIMEOUT", "2.5")
    monkeypatch.setenv("telegram_bot_token", "1:abc")
    settings = read_settings()
    assert settings.data_dir == Path("/srv/资料")
    assert settings.writer is WriterChoice.EXTRACTIVE
    assert settings.model_timeout == 2.5
    assert settings.telegram_bot_token == SecretStr("1:abc")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_values_are_read_from_a_file(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("ADMIN_IDS=7\n# 说明\nDATA_DIR=资料\nOTHER=1\n", encoding)
    settings = read_settings()
    assert settings.admin_ids == ("telegram:7",)
    assert settings.data_dir == Path("资料")


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("ADMIN_IDS=7\n", encoding="utf-8")
    monkeypatch.setenv("ADMIN_IDS", "8")
    assert read_settings().admin_ids == ("telegram:8",)


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("7", ("telegram:7",)),
        ("7,8", ("telegram:7", "telegram:8")),
        (" 7 , 8 ,", ("telegram:7", "telegram:8")),
        ("7，8", ("telegram:7", "telegram:8")),
        ("7,wecom:zhang", ("telegram:7", "wecom:zhang")),
        (",", ()),
    ],
)
def test_admins_are_numbers_with_commas_of_either_kind(
    value: str, ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADMIN_IDS", value)
    assert read_settings().admin_ids == ids


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WRITER", "somebody"),
        ("MODEL_TIMEOUT", "soon"),
        ("MODEL_TIMEOUT", "0"),
        ("MODEL_TIMEOUT", "-3"),
        ("MODEL_TIMEOUT", "nan"),
        ("ADMIN_IDS", "me"),
        ("ADMIN_IDS", "7;8"),
        ("ADMIN_IDS", "7.5"),
        ("WECOM_AES_KEY", "0123456789"),
        ("WECOM_AES_KEY", "0123456789012345678901234567890123456789_-="),
    ],
)
def test_a_faulty_value_gives_one_chinese_line_with_the_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as raised:
        read_settings()
    sentence = str(raised.value)
    assert name in sentence
    assert re.search(r"[\u4e00-\u9fff]", sentence)
    assert "\n" not in sentence


def test_a_file_in_another_encoding_is_told_in_one_chinese_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# 资料库放在哪\nDATA_DIR=资料\n", encoding="gb18030")
    with pytest.raises(SettingsInvalid, match=r"^\.env 不是 UTF-8 编码.*$"):
        read_settings()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:verysecret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecret")
    settings = read_settings()
    assert "verysecret" not in repr(settings)
    assert "verysecret" not in str(settings.model_dump())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks4://127.0.0.1:1080"),
        ("https_proxy", "http://"),
        ("HTTP_PROXY", "http://127.0.0.1:0"),
        ("ALL_PROXY", "http://[::1"),
        ("ALL_PROXY", "http://a..b:80"),
        ("OPENAI_PROXY", "127.0.0.1:1080"),
        ("SSL_CERT_FILE", "/none"),
        ("SSL_CERT_FILE", __file__),
    ],
)
def test_a_proxy_or_certificate_that_cannot_work_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=name):
        check_connection_settings()


def test_telegrams_own_proxy_is_looked_at_too() -> None:
    with pytest.raises(SettingsInvalid, match="HTTPS_PROXY"):
        check_connection_settings("ftp://x:1")


@pytest.mark.parametrize(
    "value",
    ["http://127.0.0.1:8080", "127.0.0.1:8080", "socks5://u:p@x:1", "socks5h://[::1]:1", ""],
)
def test_a_proxy_that_can_work_is_none_of_our_concern(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    check_connection_settings(value)


@pytest.mark.parametrize(
    ("url", "spared", "name"),
    [
        ("https://api.example.cn/v1", "", "https_proxy"),
        ("http://api.example.cn/v1", "", "ALL_PROXY"),
        ("https://api.example.cn/v1", "example.cn", ""),
        ("https://api.example.cn/v1", "x, .example.cn", ""),
        ("https://api.example.cn/v1", "*", ""),
        ("https://api.example.cn/v1", "ample.cn", "https_proxy"),
    ],
)
def test_the_variable_of_a_proxy_is_known(
    monkeypatch: pytest.MonkeyPatch, url: str, spared: str, name: str
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:2")
    monkeypatch.setenv("NO_PROXY", spared)
    assert proxy_variable(url) == name
