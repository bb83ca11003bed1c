"""What each figure of the marts means: one file a mart, read into `Figure` by `registry`."""
