"""The composition root: command line, supervision, brokers and images."""
