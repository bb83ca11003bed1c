"""Looking back: checkpoints of the fleet's states, so that only the tail of the log is folded."""
