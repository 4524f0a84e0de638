-- The truth of the knowledge: what Chroma and any other index can be rebuilt from.
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reports (
    id TEXT PRIMARY KEY,           -- from the text, so the same text is the same report
    file TEXT NOT NULL,            -- as it was given to ingest
    place TEXT NOT NULL,           -- the same file's absolute path
    sha256 TEXT NOT NULL,          -- of the file's bytes
    understanding TEXT NOT NULL,   -- of the code and data files that read it
    title TEXT NOT NULL,
    bureau TEXT,
    level TEXT,
    year INTEGER,
    part INTEGER,
    text TEXT NOT NULL,
    loaded_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_by_place ON reports (place);
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
CREATE VIRTUAL TABLE IF NOT EXISTS lexicon USING fts5 (tokens, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE IF NOT EXISTS lexicon_terms USING fts5vocab (lexicon, 'row');
