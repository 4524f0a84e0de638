-- The sections of a report as one text, as its figures; those without a row are in ``sections``.
CREATE TABLE IF NOT EXISTS section_texts (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    content TEXT NOT NULL          -- JSON: a list a section
);
