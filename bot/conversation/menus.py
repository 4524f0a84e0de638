"""Menus of buttons: lists in pages, and questions asked one after another until a result is due.

What was chosen so far is stored; a button's data tells only which choice it belongs to, what it
does and which option it stands for: ``s:17:b3``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum
from typing import Any, Generic, TypeVar

from bot.conversation.context import RequestContext
from bot.conversation.messages import Button, Outcome, Reply, Rows, Text, reply_with
from bot.conversation.wording import plain, sentence

PAGE_ROWS = 8
"""How many rows of a list a page has."""
TURN, BACK, CANCEL = "n", "u", "x"
"""What the buttons of every menu do: turn to a page, go back a step, cancel."""
_DATA = re.compile(r"([0-9]{1,12}):([a-z])([0-9]{0,4})")


# -- lists in pages


def nearest_page(count: int, page: int, *, per_row: int = 1) -> int:
    """The page of a list of so many that is shown for a page asked for: itself, or the nearest."""
    pages = max(1, -(-count // (PAGE_ROWS * per_row)))
    return min(max(0, page), pages - 1)


def page_rows(
    buttons: Sequence[Button], page: int, data_of: Callable[[int], str], *, per_row: int = 1
) -> Rows:
    """One page of a list (from 0; a page that is not there is the nearest), with a row to turn.

    ``data_of`` gives the data of the button that goes to a page.
    """
    size = PAGE_ROWS * per_row
    pages = max(1, -(-len(buttons) // size))
    page = nearest_page(len(buttons), page, per_row=per_row)
    rows = grid(buttons[page * size : (page + 1) * size], per_row)
    return (*rows, turn_row(page, pages, data_of)) if pages > 1 else rows


def grid(buttons: Sequence[Button], per_row: int) -> Rows:
    """Buttons in rows of so many."""
    return tuple(tuple(buttons[n : n + per_row]) for n in range(0, len(buttons), per_row))


def turn_row(page: int, pages: int, data_of: Callable[[int], str]) -> tuple[Button, ...]:
    """The row that turns pages: back, where one is, and on."""
    row = [Button(plain("button.page", page=page + 1, pages=pages), data_of(page))]
    if page:
        row.insert(0, Button(plain("button.earlier"), data_of(page - 1)))
    if page < pages - 1:
        row.append(Button(plain("button.later"), data_of(page + 1)))
    return tuple(row)


def numbers_in(data: str) -> tuple[int, ...] | None:
    """The numbers of a button's data (``3:2023:1``); None where anything else stands there."""
    parts = data.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return tuple(map(int, parts))


# -- buttons with a stored choice


@dataclass(frozen=True, slots=True)
class MenuPress:
    """A pressed button of a stored choice: ``action`` says which, ``index`` which of several.

    ``index`` is -1 where the data has none. ``stored`` are the JSON values of the choice.
    """

    number: int
    action: str
    index: int
    stored: dict[str, Any]

    def option(self, options: Sequence[str]) -> str | None:
        """The option that the button stands for; None where there are not so many."""
        return options[self.index] if 0 <= self.index < len(options) else None


def read_press(context: RequestContext, data: str, kind: str) -> MenuPress | None:
    """The press that some data tells of, if it is of a choice of this user in this chat."""
    match = _DATA.fullmatch(data)
    if not match:
        return None
    number, action, index = int(match[1]), match[2], int(match[3] or -1)
    stored = context.state.choices.find(number, context.chat_id, context.user_id, kind)
    return MenuPress(number, action, index, stored) if stored else None


def button_data(prefix: str, number: int) -> Callable[..., str]:
    """Makes the data of a choice's buttons."""

    def data(action: str, index: int | None = None) -> str:
        return f"{prefix}:{number}:{action}{'' if index is None else index}"

    return data


def store_choice(
    context: RequestContext, kind: str, values: Mapping[str, Any], press: MenuPress | None = None
) -> int:
    """Store a choice, in place of that of the pressed button if there is one; its number."""
    choices = context.state.choices
    if press is None:
        return choices.make(context.chat_id, context.user_id, kind, values, context.now)
    choices.change(press.number, values)
    return press.number


def stale_button() -> Outcome:
    """The answer to a button that means nothing any more."""
    return Outcome(toast=plain("button.stale"))


def replace_page(*blocks: Text, rows: Rows = ()) -> Outcome:
    """A page in place of the message whose button was pressed."""
    return Outcome(page=Reply(blocks, rows))


# -- steps to a result


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuChoice:
    """What was chosen so far, and what the menu offers now: the options of a step, and a page."""

    step: str = ""
    listed: list[str] = field(default_factory=list)
    page: int = 0


_Choice = TypeVar("_Choice", bound=MenuChoice)


class Skip(Enum):
    """When a step is passed over because it has one option only."""

    NEVER = "never"
    SINGLE = "single"
    SINGLE_UNLESS_HINT = "single unless hint"
    """Not after a hint: what was not understood may have been meant for this step."""


@dataclass(frozen=True, slots=True)
class MenuStep(Generic[_Choice]):
    """One question of a menu, asked while the field of the choice that it ``fills`` is empty.

    ``key`` is its letter in the buttons' data. ``options`` may give a text instead, which ends the
    menu. ``labels`` are those of ``choice.listed``. ``value`` turns an option into the field's
    value, or None if it is gone. ``branches`` are options that lead to a further step for the same
    field. ``clears`` are the fields that are emptied when somebody goes back to this step.
    """

    key: str
    fills: str
    question: Callable[[RequestContext, _Choice], Text]
    options: Callable[[RequestContext, _Choice], list[str] | Text]
    labels: Callable[[RequestContext, _Choice], Sequence[str]] = lambda _, choice: choice.listed
    value: Callable[[RequestContext, str], Any] = lambda _, option: option
    branches: "Mapping[str, MenuStep[_Choice]]" = field(default_factory=dict)
    clears: tuple[str, ...] = ()
    skip: Skip = Skip.NEVER
    per_row: int = 1

    def is_skipped(self, options: Sequence[str], hint: Text | None) -> bool:
        """Whether the only option is taken unasked."""
        if self.skip is Skip.NEVER or len(options) != 1:
            return False
        return self.skip is Skip.SINGLE or not hint


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of a menu, and what the menu's message says from then on."""

    reply: Reply
    note: Text


@dataclass(frozen=True, slots=True)
class AskAgain(Generic[_Choice]):
    """There is no result for a choice: go on with this one, and say why."""

    choice: _Choice
    hint: Text


MenuResult = Finished | AskAgain[_Choice] | Text
"""What comes of a complete choice; a text ends the menu."""


@dataclass(frozen=True, slots=True)
class Menu(Generic[_Choice]):
    """Questions asked one after another, each with buttons; then a result as a new message.

    ``prefix`` is the route of its buttons, ``kind`` the kind of its stored choices, ``restore``
    makes a choice of what was stored.
    """

    prefix: str
    kind: str
    restore: Callable[..., _Choice]
    steps: tuple[MenuStep[_Choice], ...]
    result: Callable[[RequestContext, _Choice], MenuResult[_Choice]]

    def go_on(
        self,
        context: RequestContext,
        choice: _Choice,
        press: MenuPress | None = None,
        *,
        hint: Text | None = None,
    ) -> Outcome:
        """Ask the next open question, or give the result where none is open."""
        for step in self.steps:
            if getattr(choice, step.fills):
                continue
            options = step.options(context, choice)
            if isinstance(options, Text):
                return _end(options, press)
            if not step.is_skipped(options, hint):
                offer = replace(choice, step=step.key, listed=options)
                return self.show(context, offer, press, hint=hint)
            choice = replace(choice, **{step.fills: step.value(context, options[0])})
        return self.finish(context, choice, press)

    def finish(
        self, context: RequestContext, choice: _Choice, press: MenuPress | None = None
    ) -> Outcome:
        """Give the result of a choice that is complete."""
        match self.result(context, choice):
            case Text() as ending:
                return _end(ending, press)
            case AskAgain(choice=other, hint=why):
                return self.go_on(context, other, press, hint=why)
            case Finished(reply, note):
                if press is None:
                    return Outcome(replies=(reply,))
                context.state.choices.change(press.number, {})
                return Outcome(page=Reply((note,)), replies=(reply,))

    def show(
        self,
        context: RequestContext,
        choice: _Choice,
        press: MenuPress | None = None,
        *,
        hint: Text | None = None,
    ) -> Outcome:
        """Ask the choice's step: in a new message, or in place of the one with the button."""
        number = store_choice(context, self.kind, asdict(choice), press)
        data, step = button_data(self.prefix, number), self._step(choice.step)
        buttons = [
            Button(label, data(step.key, n)) for n, label in enumerate(step.labels(context, choice))
        ]
        rows = page_rows(buttons, choice.page, lambda to: data(TURN, to), per_row=step.per_row)
        ways_out = [Button(plain("button.cancel"), data(CANCEL))]
        if self._back(context, choice):
            ways_out.insert(0, Button(plain("button.back"), data(BACK)))
        blocks = tuple(filter(None, (hint, step.question(context, choice))))
        reply = Reply(blocks, (*rows, tuple(ways_out)))
        return Outcome(page=reply) if press else Outcome(replies=(reply,))

    def on_press(self, context: RequestContext, data: str) -> Outcome | None:
        """Do what a button of this menu says; None for data of no choice of this menu."""
        press = read_press(context, data, self.kind)
        if press is None:
            return None
        return self._act(context, press, self.restore(**press.stored)) or stale_button()

    def _act(self, context: RequestContext, press: MenuPress, choice: _Choice) -> Outcome | None:
        """What a button does; None if the menu has no such button."""
        step = self._step(choice.step)
        if press.action == CANCEL:
            context.state.choices.change(press.number, {})
            return replace_page(sentence("choosing.cancelled"))
        if press.action == BACK:
            back = self._back(context, choice)
            return self.go_on(context, back, press) if back else None
        if press.action == TURN:
            page = nearest_page(len(choice.listed), press.index, per_row=step.per_row)
            turned = replace(choice, page=page)
            return self.show(context, turned, press) if page == press.index else None
        option = press.option(choice.listed) if press.action == step.key else None
        return self._pick(context, press, choice, option) if option else None

    def _pick(
        self, context: RequestContext, press: MenuPress, choice: _Choice, option: str
    ) -> Outcome:
        step = self._step(choice.step)
        choice = replace(choice, step="", listed=[], page=0)
        if branch := step.branches.get(option):
            options = branch.options(context, choice)
            if isinstance(options, Text):
                return _end(options, press)
            choice = replace(choice, step=branch.key, listed=options)
            return self.show(context, choice, press)
        value = step.value(context, option)
        if value is None:
            return replace_page(sentence("choosing.gone"))
        return self.go_on(context, replace(choice, **{step.fills: value}), press)

    def _step(self, key: str) -> MenuStep[_Choice]:
        steps = [each for step in self.steps for each in (step, *step.branches.values())]
        return next(step for step in steps if step.key == key)

    def _back(self, context: RequestContext, choice: _Choice) -> _Choice | None:
        """The choice a step back; None on the first step. What was skipped is skipped again."""
        place = [choice.step in (s.key, *(b.key for b in s.branches.values())) for s in self.steps]
        present = place.index(True)
        if self.steps[present].key != choice.step:
            return _clear(choice, self.steps[present])
        for step in reversed(self.steps[:present]):
            back = _clear(choice, step)
            if step.skip is Skip.NEVER or _is_asked(step.options(context, back)):
                return back
        return None


def _clear(choice: _Choice, step: MenuStep[_Choice]) -> _Choice:
    """A choice as it was before a step was asked."""
    empty: dict[str, Any] = dict.fromkeys(step.clears, "")
    return replace(choice, step="", listed=[], page=0, **empty)


def _is_asked(options: list[str] | Text) -> bool:
    return not isinstance(options, Text) and len(options) > 1


def _end(words: Text, press: MenuPress | None) -> Outcome:
    return replace_page(words) if press else reply_with(words)
