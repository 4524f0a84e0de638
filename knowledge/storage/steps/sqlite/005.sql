-- The figures of a report as one text; those of a report without a row here are in ``figures``.
CREATE TABLE IF NOT EXISTS figure_texts (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    content TEXT NOT NULL          -- JSON: a list a figure; one text, as all are read together
);
