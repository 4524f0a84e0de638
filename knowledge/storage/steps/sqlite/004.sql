-- What the figures of a report state, along them; a report without a row here was read before.
CREATE TABLE IF NOT EXISTS statements (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    years TEXT NOT NULL,           -- those that the statements tell of: ,2022,2023,
    content TEXT NOT NULL          -- JSON: a list a statement; one text, as all are read together
);
