-- Several processes may answer: who holds an update and until when, whose it is, and which /stop
-- stopped it. Strangers' updates are a queue of their own.
ALTER TABLE inbox ADD COLUMN holder TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN held_until REAL NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE inbox ADD COLUMN stranger INTEGER NOT NULL DEFAULT 0;
ALTER TABLE inbox ADD COLUMN stopped_by INTEGER;
CREATE INDEX inbox_open_of_chat ON inbox (chat_id, id) WHERE state <> 'done';
CREATE INDEX inbox_stopped ON inbox (stopped_by) WHERE stopped_by IS NOT NULL;
