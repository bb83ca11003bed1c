"""The plumbing of the fleet twin: topics, agents, tables, emulator, archiver, dead letters."""
