"""`python -m infra.broker --home DIR`: prepare the local Kafka, then become it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from infra.broker.failures import BrokerUnavailable
from infra.broker.local import LocalBroker


def main() -> int:
    """Prepare, then replace this process by the broker, so that its pid is the broker's pid."""
    options = _parser().parse_args()
    broker = LocalBroker(options.home, cache=options.cache)
    try:
        broker.prepare(port=options.port)
        command = broker.command()
        print(f"Kafka starts on {broker.bootstrap}, cluster {broker.cluster_id}", flush=True)
        os.execv(command[0], command)
    except BrokerUnavailable as refusal:
        print(refusal, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.broker", description="The local Kafka of the twin, in the foreground."
    )
    parser.add_argument("--home", type=Path, required=True, help="folder of the twin")
    parser.add_argument("--cache", type=Path, help="folder for the jars of Kafka")
    parser.add_argument("--port", type=int, help="port for clients on 127.0.0.1")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
