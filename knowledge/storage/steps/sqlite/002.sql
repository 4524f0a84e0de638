-- Where the pages of a report begin, of those that have pages.
CREATE TABLE IF NOT EXISTS pages (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    starts TEXT NOT NULL           -- JSON list of offsets in the text
);
UPDATE meta SET value = '3' WHERE key = 'schema';
