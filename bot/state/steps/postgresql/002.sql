-- As steps/sqlite/006.sql.
ALTER TABLE inbox ADD COLUMN holder text NOT NULL DEFAULT '',
    ADD COLUMN held_until double precision NOT NULL DEFAULT 0,
    ADD COLUMN user_id text NOT NULL DEFAULT '',
    ADD COLUMN stranger integer NOT NULL DEFAULT 0,
    ADD COLUMN stopped_by bigint;
CREATE INDEX inbox_open_of_chat ON inbox (chat_id, id) WHERE state <> 'done';
CREATE INDEX inbox_stopped ON inbox (stopped_by) WHERE stopped_by IS NOT NULL;
