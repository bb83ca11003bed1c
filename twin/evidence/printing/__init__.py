"""A document as HTML that opens offline, as PDF, and its tables as CSV."""
