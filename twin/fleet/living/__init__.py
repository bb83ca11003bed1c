"""What each premises truly is right now, what will happen when, and who says so."""
