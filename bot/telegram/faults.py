"""What can go wrong on the line to Telegram; none of it is shown to users.

LineFault
├── Wait        it asks for a pause
├── Unsure      no answer, or none that can be used: what was sent may have arrived
├── Refused     it does not take what was sent (``token``: it does not know us)
├── Lost        the message to be edited is not there any more
├── Gone        the chat is closed to us
├── Moved       the chat has another number now
└── Elsewhere   the same bot is being run by another program
"""


class LineFault(Exception):
    """Something went wrong on the line; ``str`` is for the log."""


class Wait(LineFault):
    """A pause is asked for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"asked to wait {seconds:.0f} s")
        self.seconds = seconds


class Unsure(LineFault):
    """Whether it arrived is not known."""


class Refused(LineFault):
    """It was not taken, and would not be taken again."""

    def __init__(self, said: str, *, token: bool = False) -> None:
        super().__init__(said)
        self.token = token


class Lost(LineFault):
    """The message is no more."""


class Gone(LineFault):
    """The chat is closed to us."""


class Moved(LineFault):
    """The chat's new number."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"moved to {chat_id}")
        self.chat_id = chat_id


class Elsewhere(LineFault):
    """Another program takes the updates."""
