"""Charts: a frame in, an Altair chart out; nothing here knows of pages."""
