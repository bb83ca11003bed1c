"""`python -m infra.pages --port N`: the page server, started by the supervisor of a run."""

import argparse
import sys

from infra.pages.provider import BadProvider
from infra.pages.serving import serve
from streams.settings import Settings


def main() -> None:
    """Serve until a signal; a provider that cannot be used is one line and exit status 1."""
    parser = argparse.ArgumentParser(prog="infra.pages", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    try:
        serve(Settings.here(), port=port)
    except BadProvider as refusal:
        print(refusal, file=sys.stderr, flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
