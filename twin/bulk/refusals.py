"""What a rebuild is refused for; kept apart from the kernels, which take a second to come."""

from twin.refusal import Refusal


class OldTable(Refusal):
    """The events table was made by an earlier version, so Spark does not see all its columns."""
