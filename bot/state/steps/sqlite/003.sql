-- Ids of chats, people and messages begin with the name of their app; until here all were numbers
-- of Telegram's. Updates get numbers of our own, which go on where those known so far end: buttons
-- carry them.
CREATE TABLE new_inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    app TEXT NOT NULL,
    app_update_id TEXT NOT NULL,
    chat_id TEXT NOT NULL,
    raw TEXT NOT NULL,
    received_at REAL NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'composed', 'done')),
    attempts INTEGER NOT NULL DEFAULT 0,
    verdict TEXT NOT NULL DEFAULT '',
    UNIQUE (app, app_update_id)
) STRICT;
INSERT INTO new_inbox
    SELECT update_id, 'telegram', CAST(update_id AS TEXT), 'telegram:' || chat_id,
        raw, received_at, state, attempts, verdict
    FROM inbox;
DELETE FROM sqlite_sequence WHERE name = 'new_inbox';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_inbox', max(number) FROM (
        SELECT 0 AS number
        UNION ALL SELECT max(update_id) FROM inbox
        UNION ALL SELECT max(update_id) FROM parcels
        UNION ALL SELECT max(id) FROM answers
        UNION ALL SELECT max(answer_id) FROM feedback
        UNION ALL SELECT max(update_id) FROM uploads
        UNION ALL SELECT max(json_extract(value, '$[0]')) FROM conversations, json_each(history)
    );
DROP TABLE inbox;
ALTER TABLE new_inbox RENAME TO inbox;
CREATE INDEX inbox_open ON inbox (id) WHERE state <> 'done';

CREATE TABLE outbox (
    update_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    chat_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'page', 'document')),
    body TEXT NOT NULL DEFAULT '{}',
    content BLOB,
    message_id TEXT,
    state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'opening', 'open', 'done')),
    PRIMARY KEY (update_id, n)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox
    SELECT update_id, n, 'telegram:' || chat_id, kind, body, content, 'telegram:' || message_id,
        state
    FROM parcels;
DROP TABLE parcels;

CREATE TABLE new_people (
    user_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    since REAL NOT NULL
) STRICT;
INSERT INTO new_people SELECT 'telegram:' || user_id, name, role, since FROM people;
DROP TABLE people;
ALTER TABLE new_people RENAME TO people;

-- The questions of a conversation so far, oldest first: a JSON list of [update, text].
CREATE TABLE new_conversations (
    chat_id TEXT PRIMARY KEY,
    history TEXT NOT NULL
) STRICT;
INSERT INTO new_conversations SELECT 'telegram:' || chat_id, history FROM conversations;
DROP TABLE conversations;
ALTER TABLE new_conversations RENAME TO conversations;

CREATE TABLE new_answers (
    id INTEGER PRIMARY KEY,
    chat_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    asked_at REAL NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    citations TEXT NOT NULL,
    writer TEXT NOT NULL,
    prompt TEXT NOT NULL
) STRICT;
INSERT INTO new_answers
    SELECT id, 'telegram:' || chat_id, 'telegram:' || user_id, asked_at, question, answer,
        citations, writer, prompt
    FROM answers;
DROP TABLE answers;
ALTER TABLE new_answers RENAME TO answers;

CREATE TABLE new_feedback (
    id INTEGER PRIMARY KEY,
    answer_id INTEGER,
    user_id TEXT NOT NULL,
    said_at REAL NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO new_feedback
    SELECT id, answer_id, 'telegram:' || user_id, said_at, verdict, reason FROM feedback;
DROP TABLE feedback;
ALTER TABLE new_feedback RENAME TO feedback;
CREATE UNIQUE INDEX feedback_of_answer ON feedback (answer_id, user_id) WHERE answer_id IS NOT NULL;

CREATE TABLE new_choices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an old button never finds another menu
    chat_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    made_at REAL NOT NULL,
    kind TEXT NOT NULL,
    held TEXT NOT NULL
) STRICT;
INSERT INTO new_choices
    SELECT id, 'telegram:' || chat_id, 'telegram:' || user_id, made_at, kind, held FROM choices;
DELETE FROM sqlite_sequence WHERE name = 'new_choices';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_choices', seq FROM sqlite_sequence WHERE name = 'choices';
DROP TABLE choices;
ALTER TABLE new_choices RENAME TO choices;

CREATE TABLE new_audit (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    user_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL
) STRICT;
INSERT INTO new_audit SELECT id, at, 'telegram:' || user_id, deed, matter FROM audit;
DROP TABLE audit;
ALTER TABLE new_audit RENAME TO audit;

CREATE TABLE new_uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an old button never finds another file
    update_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    at REAL NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    report_id TEXT NOT NULL,
    bureau TEXT NOT NULL,
    period TEXT NOT NULL,
    withdrawn_at REAL,
    UNIQUE (update_id, n)
) STRICT;
INSERT INTO new_uploads
    SELECT id, update_id, n, 'telegram:' || user_id, at, name, sha256, size, report_id, bureau,
        period, withdrawn_at
    FROM uploads;
DELETE FROM sqlite_sequence WHERE name = 'new_uploads';
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_uploads', seq FROM sqlite_sequence WHERE name = 'uploads';
DROP TABLE uploads;
ALTER TABLE new_uploads RENAME TO uploads;
CREATE INDEX uploads_by_name ON uploads (user_id, name);

-- Notes about a person bear the person's id in their name.
UPDATE notes
    SET value = json_set(value, '$.by', 'telegram:' || json_extract(value, '$.by'))
    WHERE name GLOB 'decided:[0-9]*' AND value <> '';
UPDATE notes SET name = replace(name, ':', ':telegram:')
    WHERE name GLOB 'asked:[0-9]*' OR name GLOB 'decided:[0-9]*' OR name GLOB 'name:[0-9]*';
