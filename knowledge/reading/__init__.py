"""Files to text: encodings, docx, PDF, HTML, old Office files, archives."""
