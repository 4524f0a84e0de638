"""A small library of invented reports: three bureaus, one masked, with figures side by side."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.assistant.assistant import Assistant
from bot.assistant.opening import open_assistant
from bot.settings import Settings
from knowledge.library import Library
from knowledge.retrieval.search import DenseSearch
from knowledge.storage.store import StoreReader
from tests.bot.model.chat_server import KEY, ChatServer, serving
from tests.conftest import UPDATE_INDEX, loaded_library, without_vector_index
from tests.patience import PATIENCE

_PAUSES = (
    "bot.conversation.adapter._FIRST_PAUSE",
    "bot.conversation.sender._FIRST_PAUSE",
    "bot.feishu.client._PAUSE",
    "bot.telegram.adapter._FIRST_PAUSE",
)
"""How long is waited before something is tried again; no test is about how long."""

CLEAR = "清河县市场监管局"
MARSH = "苇塘区市场监管局"
MASKED = "**县市场监管局"

REPORTS = {
    "清河县2023年上半年.txt": """清河县市场监管局2023年上半年工作总结

2023年上半年，清河县市场监管局在县委、县政府领导下，守安全、促发展，各项工作稳步推进。现总结如下。

一、主要工作开展情况

（一）守好食品安全
开展食品抽检412批次，不合格11批次，合格率97.3%。检查学校食堂46家、餐馆318家，下达责令改正通知书27份。
（二）守好药品安全
检查药店83家、诊所129家、化妆品店57家，立案9件，其中药店4件。查扣假药*盒，涉案金额约*万元。
（三）守好设备安全
全县在用电梯1,284台，更换老旧电梯36台。处置电梯困人31起，平均9分钟到场。
（四）加强执法办案
上半年立案146件，结案131件，罚没款88.6万元，移送公安机关3件。
（五）做好消费维权
受理投诉702件、举报95件，为消费者挽回损失41.5万元。

二、特色亮点

（一）“夜巡小分队”守夜市。每周五、周六晚上由两名执法人员带队，在夜市现场快检、现场调解，摊主有问题当场改。
（二）“流动服务车”进山村。车上备有打印机和快检箱，每月到偏远乡镇两次，群众在家门口就能办执照。

三、存在的问题

（一）人手不够。全局在编63人，一线执法人员只有28人，人均要管五百多户。
（二）设备老旧。快检设备已用八年，经常出故障，送修一次要等两周。

四、下半年工作打算

（一）推进“明厨亮灶”。学校食堂全部接入，餐馆接入120家。
（二）整治燃气具。对全县燃气具销售店逐一检查，不合格的一律下架。
""",
    "清河县2022年.txt": """清河县市场监管局2022年工作总结

2022年，清河县市场监管局扎实推进市场监管各项工作。现将情况总结如下。

一、主要工作

（一）食品安全
完成食品抽检805批次，合格率96.4%。检查学校食堂44家。
（二）药品安全
检查药店81家、诊所127家。
（三）执法办案
全年立案287件，罚没款163.2万元。
（四）消费维权
受理投诉1,391件，为消费者挽回损失79.8万元。

二、存在的问题

（一）检测手段不多。
（二）年轻干部太少。

三、2023年工作打算

（一）建成快检室2个。
（二）招录执法人员6名。
""",
    "苇塘区2023年上半年.txt": """苇塘区市场监管局2023年上半年工作总结

2023年上半年，苇塘区市场监管局围绕中心、服务大局，主要工作如下。

一、工作开展情况

（一）食品安全
完成食品抽检530批次，合格率98.1%。
（二）执法办案
立案205件，罚没款131.7万元。
（三）消费维权
受理投诉1,118件。

二、存在的问题

一是直播带货监管难。主播不在本地，证据不好固定。
二是夜间投诉多。晚上十点以后的投诉占三成。
""",
    "masked.txt": """**县市场监管局2023年上半年工作总结

2023年上半年，**县市场监管局认真履职。现将情况报告如下。

一、上半年工作

（一）食品安全
完成食品抽检*批次，合格率98.8%。检查学校食堂*家。
（二）执法办案
上半年立案*件，罚没款*万元。
""",
}


@pytest.fixture(scope="session", autouse=True)
def short_pauses() -> Iterator[None]:
    """What did not succeed is tried again almost at once."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _PAUSES:
            patch.setattr(name, 0.01)
        yield


@pytest.fixture(scope="package", autouse=True)
def patient_bot() -> Iterator[None]:
    """The bot's own limits are no matter of how busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in (
            "conversation.service.GRACE",
            "conversation.update_handler._PATIENCE",
            "feishu.adapter._ANSWER_WITHIN",
            "feishu.adapter._NAME_WITHIN",
            "feishu.client._SECONDS",
            "http_server._REQUEST_SECONDS",
            "web.chatting._PRESS_SECONDS",
            "model.endpoint._CONNECT_SECONDS",
            "telegram.adapter._SECONDS",
            "telegram.adapter._POOL_SECONDS",
            "terminal.doctor._SECONDS",
        ):
            patch.setattr(f"bot.{limit}", PATIENCE)
        yield


@pytest.fixture(scope="package", autouse=True)
def no_vector_index() -> Iterator[None]:
    """What is loaded in a test's own process is so little that its search needs no index."""
    with without_vector_index():
        yield


@pytest.fixture
def vector_index(no_vector_index: None) -> Iterator[None]:  # noqa: ARG001 - set up before it
    """What is loaded has its index, for tests of just that."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DenseSearch, "update_index", UPDATE_INDEX)
        yield


@pytest.fixture(scope="session")
def reports_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented reports as files."""
    folder = tmp_path_factory.mktemp("invented")
    for name, text in REPORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the invented reports' store lies."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def library(reports_folder: Path, data_dir: Path) -> Iterator[Library]:
    """The invented reports; shared, so not to be written to."""
    loaded = loaded_library(data_dir, reports_folder)
    yield loaded
    loaded.close()


@pytest.fixture(scope="session")
def assistant(library: Library) -> Assistant:
    """The assistant over the invented reports."""
    return Assistant(library)


@pytest.fixture
def meta_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the facts that are read from a store: one is its generation."""
    keys: list[str] = []
    read_meta = StoreReader.read_meta

    def counting(self: StoreReader, key: str) -> str | None:
        keys.append(key)
        return read_meta(self, key)

    monkeypatch.setattr(StoreReader, "read_meta", counting)
    return keys


@pytest.fixture(scope="session")
def _server() -> Iterator[ChatServer]:
    with serving() as server:
        yield server


@pytest.fixture
def server(_server: ChatServer) -> Iterator[ChatServer]:
    _server.start_anew()
    yield _server
    _server.released.set()


def settings_for(server: ChatServer, **more: object) -> Settings:
    values = {
        "openai_api_key": KEY,
        "openai_base_url": server.url,
        "chat_model": "m",
        "model_timeout": PATIENCE,
    }
    return Settings.model_validate(values | more)


@pytest.fixture
def model_assistant(server: ChatServer, sample_library: Library) -> Assistant:
    return open_assistant(settings_for(server), sample_library)
