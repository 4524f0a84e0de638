-- The page: people sign in with an account of ours, and its chats are kept here, as no app keeps
-- them. A password, a session and an invitation are known by their hashes alone.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number never comes to mean somebody else
    name TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    since REAL NOT NULL
) STRICT;

CREATE TABLE sessions (
    token TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    guard TEXT NOT NULL,
    begun REAL NOT NULL,
    seen REAL NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    token TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- The chats of the page. What changed is found by its number, which rises over all tables.
CREATE TABLE web_chats (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('talk', 'notices')),
    title TEXT NOT NULL,
    at REAL NOT NULL
) STRICT;
CREATE INDEX web_chats_of_account ON web_chats (account, at);
CREATE UNIQUE INDEX web_notices ON web_chats (account) WHERE kind = 'notices';

CREATE TABLE web_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat INTEGER NOT NULL REFERENCES web_chats (id) ON DELETE CASCADE,
    key TEXT UNIQUE,  -- the page's own name of what it sent: sent again, it is the same
    mine INTEGER NOT NULL,
    at REAL NOT NULL,
    text TEXT NOT NULL,
    buttons TEXT NOT NULL DEFAULT '[]',
    file TEXT REFERENCES web_files (id),
    edits INTEGER NOT NULL DEFAULT 0,
    change INTEGER NOT NULL
) STRICT;
CREATE INDEX web_messages_of_chat ON web_messages (chat, id);
CREATE INDEX web_messages_by_change ON web_messages (change);
CREATE TABLE web_last_change (number INTEGER NOT NULL) STRICT;
INSERT INTO web_last_change VALUES (0);

CREATE TABLE web_files (
    id TEXT PRIMARY KEY,
    chat INTEGER NOT NULL REFERENCES web_chats (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    picture INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- Who may read the reports of a bureau: everybody, unless it stands in limited_bureaus. A reader is
-- a person, a chat of several people, or a group of persons (group:<name>).
CREATE TABLE limited_bureaus (
    bureau TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE bureau_readers (
    bureau TEXT NOT NULL REFERENCES limited_bureaus (bureau) ON DELETE CASCADE,
    reader TEXT NOT NULL,
    PRIMARY KEY (bureau, reader)
) STRICT, WITHOUT ROWID;
CREATE TABLE group_members (
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (name, user_id)
) STRICT, WITHOUT ROWID;
