"""What a process has imported from which those of ``forked.py`` are forked."""

import gc

import bot.feishu.app
import bot.telegram.app
import bot.terminal.commands
import bot.terminal.ingest
import bot.web.app
import bot.wecom.app  # noqa: F401 - imported so that those who begin from here need not
from knowledge.loading.report_reader import read_content
from knowledge.reading.files import Content
from knowledge.understanding.pipeline import Overrides

_REPORT = "云溪县市场监管局2023年工作总结\n\n一、食品安全\n抽检1688批次，合格率97.93%。\n"

read_content(Content("", _REPORT.encode()), "", Overrides())  # vocabularies are read with the first
gc.freeze()
