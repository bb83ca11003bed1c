"""Reading what others publish, all or nothing: the Central Products List."""
