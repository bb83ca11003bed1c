"""How to start the page server: its command line."""

import sys


def command(*, port: int) -> tuple[str, ...]:
    """Command line of the page server on 127.0.0.1; it reads `TWIN_*` from its environment.

    Raises:
        ValueError: `port` is no port number.
    """
    if not 0 < port < 65_536:
        raise ValueError(f"{port} is no port number")
    return (sys.executable, "-m", "infra.pages", "--port", str(port))
