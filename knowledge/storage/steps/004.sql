-- What each figure states, along ``figures``; a report without rows here was read before this table.
CREATE TABLE IF NOT EXISTS statements (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    subject TEXT NOT NULL,
    measure TEXT NOT NULL,
    quantity TEXT NOT NULL,
    condition TEXT NOT NULL,
    year INTEGER,                  -- the period that it tells of
    part INTEGER,
    role TEXT NOT NULL,
    clause_start INTEGER NOT NULL,
    clause_end INTEGER NOT NULL,
    sentence_start INTEGER NOT NULL,
    sentence_end INTEGER NOT NULL,
    context TEXT NOT NULL,         -- JSON list of spans
    PRIMARY KEY (report_id, ordinal)
);
