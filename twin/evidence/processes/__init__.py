"""Business processes: the flow as designed beside the flow as it really ran."""
