"""What a process has imported from which those of ``forked.py`` are forked."""

import gc

import bot.feishu.app
import bot.telegram.app
import bot.terminal.commands
import bot.terminal.ingest
import bot.web.app
import bot.wecom.app  # noqa: F401 - imported so that those who begin from here need not
from knowledge.lexicon import tokens_of

tokens_of("食品安全")  # the dictionary is read with the first words
gc.freeze()
