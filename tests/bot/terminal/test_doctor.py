import asyncio
import json
import shutil
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.terminal.doctor import examine, findings
from knowledge.storage.opening import SERVICE_LOCK
from knowledge.storage.sqlite import write_lock
from tests.bot.feishu.fake_server import fake_feishu
from tests.bot.feishu.running import settings_for as feishu_settings
from tests.bot.model.chat_server import refuses, serving
from tests.bot.wecom.fake_caller import CallingWecom
from tests.bot.wecom.fake_server import fake_wecom
from tests.bot.wecom.running import callback_settings
from tests.bot.wecom.running import settings_for as wecom_settings

KEY, TOKEN = "sk-very-secret", "123456:very-secret"


class Endpoint:
    """Answers every GET with one status, and keeps what it was asked."""

    def __init__(self, status: int) -> None:
        self.asked: list[tuple[str, str]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("Authorization", "")))
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@contextmanager
def answering(status: int) -> Iterator[Endpoint]:
    endpoint = Endpoint(status)
    thread = Thread(target=endpoint.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.server.shutdown()
        thread.join()
        endpoint.server.server_close()


def nobody() -> str:
    """An address of this machine at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def settings(**fields: Any) -> Settings:
    return Settings.model_construct(**fields)


def find_finding(name: str, chosen: Settings, data_dir: Path) -> tuple[bool | None, str, str]:
    (finding,) = [f for f in findings(chosen, data_dir) if f.name == name]
    assert bool(finding.remedy) == (finding.good is False)
    return finding.good, finding.what, finding.remedy


def test_with_nothing_but_reports_all_is_well(
    data_dir: Path, library: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library
    assert examine(settings(), data_dir, as_json=False) == 0
    told = capsys.readouterr().out
    assert "4 份报告" in told
    assert told.count("[可选]") == 4 + ("fonts-noto-cjk" in told)
    assert "[不好]" not in told


def test_as_json_each_finding_is_one_record(
    data_dir: Path, library: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert library
    assert examine(settings(), data_dir, as_json=True) == 0
    records = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    checks = ["settings", "store", "index", "prompts", "fonts", "model", "token"]
    checks += ["wecom", "feishu"]
    assert [r["check"] for r in records] == checks
    assert [r["good"] for r in records if r["check"] != "fonts"] == [True] * 4 + [None] * 4


def test_without_reports_it_says_how_to_load_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert examine(settings(), tmp_path / "none", as_json=False) == 1
    told = capsys.readouterr().out
    assert "[不好]" in told
    assert "python ingest.py" in told
    assert not (tmp_path / "none").exists()


def test_a_damaged_store_is_bad(tmp_path: Path, data_dir: Path, library: object) -> None:
    assert library
    damaged = tmp_path / "damaged"
    shutil.copytree(data_dir, damaged)
    for path in damaged.glob("*.sqlite3*"):
        path.write_bytes(b"no database at all" * 1000)
    good, what, _ = find_finding("store", settings(), damaged)
    assert good is False
    assert str(damaged) in what


def test_an_index_server_that_is_not_reached_is_bad(data_dir: Path, library: object) -> None:
    assert library
    good, what, _ = find_finding("index", settings(chroma_host=nobody()), data_dir)
    assert good is False
    assert "Chroma" in what


def test_a_database_that_is_reached_is_good(tmp_path: Path, postgres_url: str) -> None:
    chosen = settings(database_url=SecretStr(postgres_url))
    good, what, _ = find_finding("database", chosen, tmp_path)
    assert good is True
    assert "PostgreSQL" in what


def test_a_database_that_is_not_reached_is_told_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://somebody:s3cret@127.0.0.1:1/office"
    chosen = settings(database_url=SecretStr(url))
    for name in ("database", "store"):
        good, what, _ = find_finding(name, chosen, tmp_path)
        assert good is False
        assert "127.0.0.1:1/office" in what
        assert "s3cret" not in what
    assert {url, "s3cret"} <= set(chosen.secrets)


@pytest.mark.parametrize("folder", ["{}", "{}/"])
def test_a_model_endpoint_that_answers_is_good(tmp_path: Path, folder: str) -> None:
    with answering(200) as endpoint:
        chosen = settings(
            openai_api_key=SecretStr(KEY), openai_base_url=folder.format(endpoint.url)
        )
        good, what, _ = find_finding("model", chosen, tmp_path)
    assert good is True
    assert endpoint.url in what
    assert endpoint.asked == [("/models", f"Bearer {KEY}")]


def test_an_endpoint_may_need_no_key(tmp_path: Path) -> None:
    with answering(200) as endpoint:
        assert find_finding("model", settings(openai_base_url=endpoint.url), tmp_path)[0] is True
    assert endpoint.asked == [("/models", "")]


@pytest.mark.parametrize(
    ("status", "fault"), [(401, "拒绝了密钥（401）"), (403, "（403）"), (500, "回应不对（500）")]
)
def test_a_model_endpoint_that_refuses_is_bad(tmp_path: Path, status: int, fault: str) -> None:
    with answering(status) as endpoint:
        chosen = settings(openai_api_key=SecretStr(KEY), openai_base_url=endpoint.url)
        good, what, remedy = find_finding("model", chosen, tmp_path)
    assert good is False
    assert fault in what
    assert "OPENAI_API_KEY" in remedy


@pytest.mark.parametrize(
    "url",
    [nobody(), "no address", "ftp://127.0.0.1", "http://"],
    ids=["nobody", "none", "ftp", "bare"],
)
def test_a_model_endpoint_that_cannot_be_reached_is_bad(tmp_path: Path, url: str) -> None:
    good, what, remedy = find_finding("model", settings(openai_base_url=url), tmp_path)
    assert good is False
    assert "连不上" in what
    assert "OPENAI_BASE_URL" in remedy


def test_an_endpoint_without_a_list_of_models_is_asked(tmp_path: Path) -> None:
    with serving() as server:
        chosen = settings(openai_api_key=SecretStr(KEY), openai_base_url=server.url)
        good, what, _ = find_finding("model", chosen, tmp_path)
        assert good is True
        assert "没有模型清单" in what
        server.always = refuses(403, "insufficient_user_quota")
        good, what, _ = find_finding("model", chosen, tmp_path)
    assert good is False
    assert "充值" in what


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks4://127.0.0.1:9"),
        ("all_proxy", "http://127.0.0.1:99999"),
        ("HTTP_PROXY", "http://[::1"),
        ("SSL_CERT_FILE", "/none"),
    ],
)
def test_a_proxy_or_certificate_that_cannot_work_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    chosen = settings(openai_base_url=nobody(), telegram_bot_token=SecretStr(TOKEN))
    for finding in ("model", "token"):
        good, what, _ = find_finding(finding, chosen, tmp_path)
        assert good is False
        assert name in what


@pytest.mark.parametrize(
    ("code", "cause", "remedy"),
    [
        (18, "自己签发", "SSL_CERT_FILE"),
        (20, "自己签发", "SSL_CERT_FILE"),
        (10, "过期", "日期"),
        (62, "不是这个地址的", "OPENAI_BASE_URL"),
        (1, "通不过验证", "SSL_CERT_FILE"),
    ],
)
def test_an_untrusted_certificate_is_told_with_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, cause: str, remedy: str
) -> None:
    untrusted = ssl.SSLCertVerificationError()
    untrusted.verify_code = code
    failed = httpx.ConnectError("certificate verify failed")
    failed.__cause__ = untrusted

    def refuse(*_args: object, **_options: object) -> httpx.Response:
        raise failed

    monkeypatch.setattr(httpx, "get", refuse)
    chosen = settings(openai_base_url=nobody(), telegram_bot_token=SecretStr(TOKEN))
    for finding in ("model", "token"):
        good, what, told = find_finding(finding, chosen, tmp_path)
        assert good is False
        assert cause in what
        assert remedy in told


def test_a_proxy_that_does_not_answer_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", nobody())
    good, what, _ = find_finding("model", settings(openai_base_url=nobody()), tmp_path)
    assert good is False
    assert "HTTP_PROXY" in what


def test_a_token_that_telegram_knows_is_good(tmp_path: Path) -> None:
    with answering(200) as endpoint:
        chosen = settings(telegram_bot_token=SecretStr(TOKEN), telegram_api_base=endpoint.url + "/")
        assert find_finding("token", chosen, tmp_path)[0] is True
    assert [path for path, _ in endpoint.asked] == [f"/bot{TOKEN}/getMe"]


@pytest.mark.parametrize("status", [401, 404, 502])
def test_a_token_that_telegram_refuses_is_bad(tmp_path: Path, status: int) -> None:
    with answering(status) as endpoint:
        chosen = settings(telegram_bot_token=SecretStr(TOKEN), telegram_api_base=endpoint.url)
        good, what, remedy = find_finding("token", chosen, tmp_path)
    assert good is False
    assert str(status) in what
    assert "TELEGRAM_BOT_TOKEN" in remedy


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("status", [200, 401, 500])
def test_no_secret_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], status: int, *, as_json: bool
) -> None:
    with answering(status) as endpoint:
        address = endpoint.url.replace("//", "//someone:very-secret@") + "/v1"
        chosen = settings(
            openai_api_key=SecretStr(KEY),
            openai_base_url=address,
            telegram_bot_token=SecretStr(TOKEN),
            telegram_api_base=endpoint.url,
        )
        examine(chosen, tmp_path, as_json=as_json)
    told = "".join(capfd.readouterr())
    assert endpoint.url.removeprefix("http://") in told
    assert "very-secret" not in told


def test_prompts_are_told_by_version_and_a_missing_one_is_bad(tmp_path: Path) -> None:
    good, what, _ = find_finding("prompts", settings(prompt_repair="v1"), tmp_path)
    assert good is True
    assert "repair/v1" in what
    good, what, remedy = find_finding("prompts", settings(prompt_answer="v99"), tmp_path)
    assert good is False
    assert "v99" in what
    assert "PROMPT_ANSWER" in remedy


def test_a_missing_font_is_no_fault_and_its_package_is_named(
    data_dir: Path, library: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert library
    monkeypatch.setattr("bot.terminal.doctor.has_chinese_font", lambda: False)
    (font,) = [f for f in findings(settings(), data_dir) if f.name == "fonts"]
    assert font.good is None
    assert "fonts-noto-cjk" in font.what


def test_wecom_is_asked_whether_it_knows_the_bot(tmp_path: Path) -> None:
    async def ask() -> None:
        async with fake_wecom() as fake:
            chosen = wecom_settings(fake, tmp_path)
            good, _, _ = await asyncio.to_thread(find_finding, "wecom", chosen, tmp_path)
            assert good is True
            fake.secret = "another"  # noqa: S105 - of a test
            good, what, _ = await asyncio.to_thread(find_finding, "wecom", chosen, tmp_path)
            assert good is False
            assert "WECOM_SECRET" in what
            connections = fake.connections
            with write_lock(tmp_path, file=SERVICE_LOCK):  # it runs, and would lose its connection
                good, what, _ = await asyncio.to_thread(find_finding, "wecom", chosen, tmp_path)
            assert good is None
            assert "正在运行" in what
            assert fake.connections == connections

    asyncio.run(ask())


def test_wecoms_callback_is_said_to_be_receivable_where_its_address_is_free(
    tmp_path: Path,
) -> None:
    chosen = callback_settings(CallingWecom(), tmp_path)
    good, what, _ = find_finding("wecom", chosen, tmp_path)
    assert good is True
    assert chosen.wecom_listen in what
    by_half = chosen.model_copy(update={"wecom_aes_key": None})
    good, what, _ = find_finding("wecom", by_half, tmp_path)
    assert good is False
    assert "WECOM_AES_KEY" in what


def test_feishu_is_asked_whether_it_knows_the_app(tmp_path: Path) -> None:
    async def ask() -> None:
        async with fake_feishu() as fake:
            chosen = feishu_settings(fake, tmp_path)
            good, what, _ = await asyncio.to_thread(find_finding, "feishu", chosen, tmp_path)
            assert good is True
            assert "监管助手" in what
            fake.secret = "another"  # noqa: S105 - of a test
            good, what, _ = await asyncio.to_thread(find_finding, "feishu", chosen, tmp_path)
            assert good is False
            assert "FEISHU_APP_SECRET" in what

    asyncio.run(ask())
