"""How to start the pages: the command line and the environment that goes with it."""

import sys
from importlib.resources import files
from pathlib import Path

from dashboards.settings import HOME


def command(*, home: Path, port: int) -> list[str]:
    """Command line of the page server on 127.0.0.1; run it with `environment(home=home)`.

    Raises:
        ValueError: `port` is no port number, or `home` is no absolute path.
    """
    if not 0 < port < 65_536:
        raise ValueError(f"{port} is no port number")
    if not home.is_absolute():
        raise ValueError(f"the home folder must be an absolute path: {home}")
    app = Path(str(files("dashboards") / "app.py"))
    return [
        *(sys.executable, "-m", "streamlit", "run", str(app)),
        "--server.headless=true",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        "--server.fileWatcherType=none",
        "--browser.gatherUsageStats=false",
        "--client.toolbarMode=minimal",
    ]


def environment(*, home: Path) -> dict[str, str]:
    """Variables that the page server needs besides those of its parent."""
    return {HOME: str(home)}
