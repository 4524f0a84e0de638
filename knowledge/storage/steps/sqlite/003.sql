CREATE TABLE IF NOT EXISTS superseded (   -- the older version of a report, and the newest
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    by_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS doubtful (     -- how many of a report's sums do not come out
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    sums INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS reports_by_identity ON reports (bureau, year, part);
