"""Spark for a rebuild beyond one machine: what it needs, and a session that knows Delta."""
