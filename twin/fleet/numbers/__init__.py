"""Every number of behaviour with its unit, source and status; and how a draw becomes a choice."""
