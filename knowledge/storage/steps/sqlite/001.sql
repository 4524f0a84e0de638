-- The reports and all that is derived from them; any index can be rebuilt from these tables.
-- IF NOT EXISTS throughout the first three steps: stores were out before steps were numbered.
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reports (
    id TEXT PRIMARY KEY,           -- from the text, so the same text is the same report
    place TEXT NOT NULL,           -- of the source that the report was read from
    title TEXT NOT NULL,
    bureau TEXT,
    level TEXT,
    year INTEGER,
    part INTEGER,
    loaded_at TEXT NOT NULL,
    sections INTEGER NOT NULL,     -- how many rows each of the other tables holds of it
    passages INTEGER NOT NULL,
    figures INTEGER NOT NULL,
    text TEXT NOT NULL             -- last: to read past a long value costs its length
);
CREATE TABLE IF NOT EXISTS sources (
    place TEXT PRIMARY KEY,        -- the file's absolute path, as a file URI
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    file TEXT NOT NULL,            -- as it was given to ingest
    sha256 TEXT NOT NULL,          -- of the file's bytes
    understanding TEXT NOT NULL    -- version of the reading, then what was told of the file
);
CREATE INDEX IF NOT EXISTS sources_by_report ON sources (report_id);
CREATE TABLE IF NOT EXISTS sections (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,            -- JSON list
    level INTEGER NOT NULL,
    kind TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    heading_end INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    run_in INTEGER NOT NULL,
    furniture INTEGER NOT NULL,
    PRIMARY KEY (report_id, ordinal)
);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,            -- JSON list
    kind TEXT NOT NULL,
    topics TEXT NOT NULL,          -- JSON list
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    vector_key TEXT NOT NULL UNIQUE, -- the id and a digest of the vector: its name in any index
    vector BLOB NOT NULL           -- float32, little-endian
);
CREATE INDEX IF NOT EXISTS passages_by_report ON passages (report_id, ordinal);
CREATE TABLE IF NOT EXISTS figures (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    value TEXT,                    -- decimal, NULL when masked
    unit TEXT NOT NULL,
    masked INTEGER NOT NULL,
    approximate INTEGER NOT NULL,
    counted TEXT NOT NULL,
    as_of TEXT,
    PRIMARY KEY (report_id, ordinal)
);
-- Vectors of another embedder, on their way in: all of them take effect in one transaction.
CREATE TABLE IF NOT EXISTS remade (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    embedder TEXT NOT NULL,
    vectors BLOB NOT NULL          -- one after another, along the passages
);
CREATE VIRTUAL TABLE IF NOT EXISTS lexicon USING fts5 (tokens, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE IF NOT EXISTS lexicon_terms USING fts5vocab (lexicon, 'row');
INSERT OR IGNORE INTO meta VALUES ('schema', '2'), ('store', lower(hex(randomblob(8))));
