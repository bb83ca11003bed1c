"""Readers of payloads: one function for each use case and kind, wired in `use_cases`."""
