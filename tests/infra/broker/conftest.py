"""Warnings are errors here, and kafka-python reads its schemas in a way that Python deprecated."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    import kafka  # noqa: F401
