"""The table of routes: which feature answers what, and the role that it needs."""

from bot.conversation.dispatcher import Route, Routes, Where
from bot.conversation.features import (
    asking,
    checking,
    greeting,
    ledger,
    library,
    people,
    plain_words,
    plans,
    reading_rights,
    status,
    summaries,
    uploads,
)
from bot.state.people import Role

ROUTES = Routes(
    commands={
        "start": Route(greeting.start),
        "help": Route(greeting.show_help),
        "ask": Route(plain_words.carry_out, where=Where.ASKING),
        "bureau": Route(asking.set_own_bureau),
        "new": Route(greeting.start_anew),
        "summary": Route(summaries.summary, where=Where.LONG),
        "plan": Route(plans.plan, where=Where.LONG),
        "compare": Route(summaries.compare, where=Where.LONG),
        "figures": Route(ledger.figures, where=Where.LONG),
        "check": Route(checking.check),
        "forget": Route(greeting.forget),
        "search": Route(library.search),
        "reports": Route(library.reports),
        "id": Route(people.show_id, Role.REFUSED),
        "feedback": Route(asking.feedback),
        "upload": Route(uploads.upload_help, Role.EDITOR),
        "remove": Route(library.remove, Role.ADMIN),
        "users": Route(people.users, Role.ADMIN),
        "link": Route(people.link, Role.ADMIN),
        "access": Route(reading_rights.access, Role.ADMIN),
        "status": Route(status.status, Role.ADMIN),
    },
    presses={
        "e:": Route(plain_words.ask_example, where=Where.ASKING),
        "q:": Route(asking.open_quote),
        "f:": Route(asking.on_feedback_press),
        "s:": Route(summaries.on_summary_press, where=Where.LONG),
        "p:": Route(plans.on_plan_press, where=Where.LONG),
        "c:": Route(summaries.on_comparison_press, where=Where.LONG),
        "g:": Route(ledger.on_ledger_press, where=Where.LONG),
        "h:": Route(library.turn_page),
        "r:": Route(library.on_report_press, where=Where.LONG),
        "u:ask": Route(people.ask_in, Role.STRANGER),
        "u:": Route(people.administer, Role.ADMIN),
        "o:forget": Route(greeting.on_forget_press),
        "a:": Route(reading_rights.on_access_press, Role.ADMIN),
        "l:": Route(uploads.on_upload_press, Role.EDITOR, where=Where.WRITING),
        "d:": Route(library.on_removal_press, Role.ADMIN, where=Where.WRITING),
    },
    upload=Route(uploads.upload, where=Where.WRITING),  # a reader's is only checked
    refused=Route(people.refuse, Role.REFUSED),
    unknown=Route(greeting.reject_command),
)
