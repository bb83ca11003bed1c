"""What goes wrong with the local Kafka, each as one sentence for the person at the keyboard.

BrokerUnavailable
    JarUnavailable     a jar cannot be fetched                  (jars)
    JarMismatch        a jar has another SHA-256 than the lock  (jars)
    PortTaken          the port that was asked for is in use    (ports)
    StorageUnreadable  the data folder is not ours to start     (storage)
    BrokerRunning      a broker runs on this folder already     (local)
"""

from __future__ import annotations

from twin.refusal import Refusal


class BrokerUnavailable(Refusal):
    """The local Kafka cannot be used; the text is one sentence that says why and what to do."""
