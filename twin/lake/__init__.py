"""The archive of the log: one Delta table whose commits carry rows and positions together."""
