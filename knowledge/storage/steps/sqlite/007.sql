-- The period that a report looks back on where that is not its own.
CREATE TABLE IF NOT EXISTS reviewed (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    period TEXT NOT NULL           -- JSON: year, part, and how many years if several
);
