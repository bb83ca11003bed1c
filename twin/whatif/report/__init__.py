"""Ready questions: each a file, an answer that is computed, and a page that opens offline."""
