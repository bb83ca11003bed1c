"""What payloads mean as facts of the twin, family by family, wired in `facts`."""
