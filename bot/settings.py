"""Settings, read once from the environment and ``.env``, typed, and passed in."""

import os
import re
import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsInvalid
from bot.ids import full_id
from bot.wording import tell


class WriterChoice(StrEnum):
    """Who writes the answers."""

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    MODEL = "model"


_WITH_APP = re.compile(r"[a-z]+:\S+")


class Settings(BaseSettings):
    """Every setting there is; an empty value counts as not set."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(Path("data"), description="资料库放在哪个文件夹")
    telegram_bot_token: SecretStr | None = Field(
        None, description="Telegram 机器人的令牌，向 @BotFather 申请"
    )
    telegram_api_base: str = Field(
        "https://api.telegram.org", description="Bot API 服务器的根地址，自建时才改"
    )
    admin_ids: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="管理员的编号，用逗号隔开：Telegram 的数字，或 wecom:账号、feishu:ou_…"
    )
    webhook_url: str = Field(
        "", description="让 Telegram 把消息送到这个 https 地址；不填就自己去取，一般不用填"
    )
    webhook_listen: str = Field(
        "127.0.0.1:8443", description="送来的消息在本机哪个地址和端口接收，前面要有反向代理"
    )
    health_listen: str = Field(
        "", description="在哪个地址和端口报告运行情况，如 127.0.0.1:8080；不填就不开"
    )
    web_listen: str = Field(
        "",
        description="网页开在哪个地址和端口，如 0.0.0.0:8600；不填就只在 python -m bot web 时开",
    )
    web_url: str = Field(
        "",
        description="大家从哪个地址打开网页，如 https://assistant.example.cn；前面有反向代理或域名时填",
    )
    https_proxy: str = Field("", description="连 Telegram 要经过的代理")
    web_user_header: str = Field(
        "",
        description="单点登录代理用哪个头说明是谁，如 X-Remote-User；只信本机来的，不用就不填",
    )
    keep_days: int = Field(
        180, ge=0, description="问过的话、答过的话、操作记录留多少天；0 是一直留着"
    )
    wecom_bot_id: str = Field(
        "", description="企业微信智能机器人的 Bot ID，API 模式选“长连接”时给出"
    )
    wecom_secret: SecretStr | None = Field(None, description="企业微信智能机器人的 Secret")
    wecom_api_base: str = Field(
        "wss://openws.work.weixin.qq.com", description="企业微信长连接的地址，私有部署时才改"
    )
    wecom_token: SecretStr | None = Field(
        None, description="企业微信“接收消息的 URL”的 Token；填了就用回调，不用长连接"
    )
    wecom_aes_key: SecretStr | None = Field(
        None, description="企业微信“接收消息的 URL”的 EncodingAESKey，43 个字符"
    )
    wecom_listen: str = Field(
        "127.0.0.1:8444", description="企业微信的回调在本机哪个地址和端口接收，前面要有反向代理"
    )
    feishu_app_id: str = Field("", description="飞书自建应用的 App ID，如 cli_xxx")
    feishu_app_secret: SecretStr | None = Field(None, description="飞书自建应用的 App Secret")
    feishu_api_base: str = Field(
        "https://open.feishu.cn", description="飞书开放平台的地址，私有部署时才改"
    )
    rate_per_minute: int = Field(30, ge=1, description="每人每分钟最多问几次")
    openai_api_key: SecretStr | None = Field(None, description="模型接口的密钥")
    openai_base_url: str = Field("", description="模型接口的地址，用 OpenAI 以外的服务时才填")
    chat_model: str = Field("gpt-4.1-mini", description="写回答的模型名")
    model_context: int = Field(
        16_000, ge=1_000, description="一次最多给模型读多少 token，按模型的长度填"
    )
    embedding_model: str = Field("", description="向量模型名；不填就用内置的，不需要联网")
    writer: WriterChoice = Field(
        WriterChoice.AUTO,
        description="谁来写回答：auto 有接口就用模型，否则摘原句；extractive 摘原句；model 用模型",
    )
    prompt_answer: str = Field("", description="回答用哪一版提示词，如 v1；不填就用最新的")
    prompt_rewrite: str = Field("", description="改写追问用哪一版提示词")
    prompt_repair: str = Field("", description="改错用哪一版提示词")
    prompt_summary_section: str = Field("", description="逐段写摘要用哪一版提示词")
    prompt_summary_join: str = Field("", description="把各段摘要合成一页用哪一版提示词")
    prompt_plan: str = Field("", description="润色工作打算用哪一版提示词")
    bureau: str = Field("", description="“我们局”是哪个局，照报告里的名字写；不填就问每个人")
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 的地址，如 postgresql://用户:密码@主机:5432/库名；不填就用资料库文件夹里的文件",
    )
    chroma_host: str = Field("", description="Chroma 服务器地址；不填就用本机文件")
    model_timeout: float = Field(60.0, gt=0, description="一个问题最多等模型接口多少秒")

    read_seconds: float = Field(
        30.0, gt=0, description="读一份文件最多用多少秒，大文件放宽到四倍；超过就停止并说明"
    )
    read_memory_mb: int = Field(
        1024,
        ge=256,
        description="读一份文件最多用多少 MB 内存；超过就停止并说明（识别扫描件另算：最多 4096，"
        "实际用到约 1400）",
    )

    @property
    def database(self) -> str:
        """The address of the PostgreSQL database; empty where files hold all."""
        return self.database_url.get_secret_value() if self.database_url else ""

    @property
    def health_at_webhook(self) -> bool:
        """Whether health is told where updates are brought, which is served anyway."""
        return bool(self.webhook_url) and self.health_listen == self.webhook_listen

    @property
    def has_wecom(self) -> bool:
        """Whether WeCom is set, by its long connection or its callback."""
        return bool(self.wecom_bot_id or self.wecom_token)

    @property
    def has_endpoint(self) -> bool:
        """Whether a model endpoint is set; one of one's own needs no key."""
        return self.openai_api_key is not None or bool(self.openai_base_url)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log and no message may show."""
        held = (
            self.openai_api_key,
            self.telegram_bot_token,
            self.wecom_secret,
            self.wecom_token,
            self.wecom_aes_key,
            self.feishu_app_secret,
            self.database_url,
        )
        secrets = [secret.get_secret_value() for secret in held if secret]
        return (*secrets, *_passwords(self.database))

    @field_validator("wecom_aes_key")
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
            raise ValueError("a key has 43 characters")
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            parts = (part.strip() for part in value.replace("，", ",").split(","))
            return tuple(_person_id(part) for part in parts if part)
        return value


def _passwords(url: str) -> tuple[str, ...]:
    """The password in an address, as it is written there and as it is."""
    password = re.match(r"\w+://[^/?#]*?:([^/?#]*)@", url)
    return (password[1], unquote(password[1])) if password and len(password[1]) > 3 else ()


def _person_id(written: str) -> str:
    """An id as the conversation core has it; raises ValueError for what is none."""
    return written if _WITH_APP.fullmatch(written) else full_id(int(written))


def read_settings() -> Settings:
    """The settings in force; raises SettingsInvalid, which names the first that does not fit."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        name = str(fault["loc"][0]).upper() if fault["loc"] else "?"
        raise SettingsInvalid(name=name) from error
    except UnicodeDecodeError as error:
        raise SettingsInvalid(tell("settings.encoding")) from error


_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "openai_proxy")
_PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def check_connection_settings(telegram_proxy: str = "") -> None:
    """Check the environment's proxies and certificates, before something is reached through them.

    Raises SettingsInvalid, which names the first that cannot work.
    """
    proxies = [(name, value) for name, value in os.environ.items() if name.lower() in _PROXIES]
    for name, value in [*proxies, ("HTTPS_PROXY", telegram_proxy)]:
        is_bare = name.upper() == "OPENAI_PROXY" and "://" not in value  # LangChain's own
        if value and (is_bare or not _is_proxy(value)):
            raise SettingsInvalid(tell("settings.proxy", name=name))
    if certificates := os.environ.get("SSL_CERT_FILE"):
        try:
            ssl.create_default_context(cafile=certificates)
        except OSError as error:  # ssl's own errors are such, too
            raise SettingsInvalid(tell("settings.certificates")) from error


def _is_proxy(written: str) -> bool:
    """Whether it can be a proxy's address; without a scheme it is an HTTP proxy's."""
    try:
        parts = urlsplit(written if "://" in written else f"http://{written}")
        host = (parts.hostname or "").encode("idna")
        return parts.scheme in _PROXY_SCHEMES and bool(host) and parts.port != 0
    except ValueError:
        return False


def proxy_variable(url: str) -> str:
    """The environment's variable with the proxy that an address is reached through, or none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    names = [f"{parts.scheme}_proxy", "all_proxy"]
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    for entry in (part.strip().lstrip("*.") for part in spared.split(",") if part.strip()):
        if entry in ("", host) or host.endswith(f".{entry}"):
            return ""
    written = (form for name in names for form in (name, name.upper()))
    return next((name for name in written if os.environ.get(name)), "")
