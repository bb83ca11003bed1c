"""Fixtures of the whole run: one local Kafka, started when the first test asks for it."""

from tests.kafka_fixture import broker

__all__ = ["broker"]
