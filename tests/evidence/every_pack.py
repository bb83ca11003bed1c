"""Every pack of a home, as the command line writes them: `python -m tests.evidence.every_pack`."""

import sys
from pathlib import Path
from typing import Final

from tests.infra.command_line import twin

PACKS: Final = {
    "han-review": ("han-review", "--period", "2017-Q3"),
    "architecture": ("architecture",),
    "questions": ("questions",),
    "milestones": ("milestones",),
    "impact": ("impact", "--paragraph", "24"),
}


def write(home: Path, out: Path, *, known: str) -> None:
    """Every pack of what a basis knows, each in a folder of its own."""
    for name, asked in PACKS.items():
        of_basis = () if name == "impact" else ("--home", home, "--known", known)
        done = twin("evidence", *asked, *of_basis, "--out", out / name)
        assert done.status == 0, done


if __name__ == "__main__":
    write(Path(sys.argv[1]), Path(sys.argv[2]), known=sys.argv[3])
