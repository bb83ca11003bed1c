"""Headlines: sentences computed from data, never written by hand; a module a page."""
