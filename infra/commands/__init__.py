"""The commands of `twin`, one group a file."""
