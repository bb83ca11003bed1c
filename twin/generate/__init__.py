"""Bulk history: the field, the desk and the keepers of a run in one process, without a log."""
