-- Files that people sent: every version of every name. The newest that was not withdrawn is what
-- lies in the library; what it is told of the report (by a caption, by buttons) is kept with it.
CREATE TABLE uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an old button never finds another file
    update_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
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
CREATE INDEX uploads_by_name ON uploads (user_id, name);
