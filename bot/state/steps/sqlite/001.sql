-- What came in. A row is written before the chat app is told that it was received.
CREATE TABLE inbox (
    update_id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    raw TEXT NOT NULL,
    received_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'composed', 'done')),
    attempts INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX inbox_open ON inbox (update_id) WHERE state <> 'done';

-- What goes out for it, in order. A message is opened first, and its text put in by an edit, which
-- may be repeated without harm: so a crash in between never says a thing twice.
CREATE TABLE parcels (
    update_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'page', 'document')),
    body TEXT NOT NULL DEFAULT '{}',
    content BLOB,
    message_id INTEGER,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'opening', 'open', 'done')),
    PRIMARY KEY (update_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    user_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    since REAL NOT NULL
) STRICT;

-- The questions of a conversation so far, oldest first: a JSON list of [update, text].
CREATE TABLE conversations (
    chat_id INTEGER PRIMARY KEY,
    history TEXT NOT NULL
) STRICT;

-- Answers as they were given: for the buttons under them.
CREATE TABLE answers (
    id INTEGER PRIMARY KEY,
    chat_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    asked_at REAL NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    citations TEXT NOT NULL,
    writer TEXT NOT NULL,
    prompt TEXT NOT NULL
) STRICT;

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    answer_id INTEGER,
    user_id INTEGER NOT NULL,
    said_at REAL NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX feedback_of_answer ON feedback (answer_id, user_id) WHERE answer_id IS NOT NULL;

-- A menu that somebody is in the middle of; buttons carry its number, it holds the rest.
CREATE TABLE choices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an old button never finds another menu
    chat_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    made_at REAL NOT NULL,
    kind TEXT NOT NULL,
    held TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    user_id INTEGER NOT NULL,
    deed TEXT NOT NULL,
    matter TEXT NOT NULL
) STRICT;

CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
