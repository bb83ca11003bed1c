"""How long a law about messages is tried: the same examples in every run, and no clock."""

from hypothesis import HealthCheck, settings

MANY = settings(
    derandomize=True,
    deadline=None,
    max_examples=200,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
