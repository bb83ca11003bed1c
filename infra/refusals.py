"""What the command line refuses of itself, and Kafka's own errors as the refusals that they are."""

from twin.refusal import Refusal


class NotFound(Refusal):
    """What was asked for is not there; the sentence says what."""


class CommandRefused(Refusal):
    """A command was refused, or got no answer; the sentence says why."""


class DoesNotHold(Exception):
    """A check that was asked for does not hold; the sentence says what (exit status 3)."""


def is_of_kafka(error: Exception) -> bool:
    """Whether an error is one of Kafka's own: its sentence is good enough, wherever it came up.

    Asked only of what is no refusal, so that commands without Kafka do without its client.
    """
    from kafka.errors import KafkaError

    return isinstance(error, KafkaError)
