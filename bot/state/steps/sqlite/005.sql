-- One person at several apps: what holds for the person holds for the alias.
CREATE TABLE aliases (
    alias TEXT PRIMARY KEY,
    person TEXT NOT NULL
) STRICT, WITHOUT ROWID;
