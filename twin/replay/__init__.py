"""Replay of decisions: a finished run again, under another plan, with the luck it had."""
