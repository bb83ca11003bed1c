"""A twin whose fold is another one: the sources of this one, with a derived field added to states.

An entry of it also counts the records that it has seen. It is started as a process of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.infra.command_line import Said

ROOT = Path(__file__).parents[2]
PACKAGES = ("twin", "streams", "infra", "dashboards")
CHANGES = (
    (
        "twin/state/entry.py",
        "    parked: Parked | None = None\n",
        "    parked: Parked | None = None\n    seen: int = 0\n",
    ),
    (
        "twin/state/step.py",
        "epoch=record.epoch, offset=record.offset)\n",
        "epoch=record.epoch, offset=record.offset, seen=entry.seen + 1)\n",
    ),
)


def written(folder: Path) -> Path:
    """Write the sources of the second version; gives where."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name, old, new in CHANGES:
        source = (folder / name).read_text()
        assert source.count(old) == 1, name
        (folder / name).write_text(source.replace(old, new))
    return folder


def second(code: Path, home: Path, *script: str) -> Said:
    """What a script prints in the second version; `-m infra.cli ...` is its command line."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    shown = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, *script],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        cwd=code,
        env={**plain, **shown, "PYTHONPATH": str(code), "TWIN_HOME": str(home)},
    )
    return Said(done.returncode, done.stdout, done.stderr)
