"""The page of faults: `python -m tests.peers.page tests docs/reference/peer-faults.md`."""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.peers.fault import PEERS, Fault, Standing
from tests.peers.proofs import WHOLE_FILE, Proof, proofs_by_fault
from tests.peers.table import counts, rows_of

_INTRODUCTION = """\
# The faults of peers

Written by `make docs` from the table in `tests/peers` and the marks of the tests; do not edit.

Other systems that bring firmware to many devices refuse bad inputs, have faults, and have users
who complain. Each row is one of these in our words, with its place in the rollout specification
(a section; of section 8 the row of its table) and the threads that tell of it. Behind it stand the
tests that prove how the twin takes it, why it cannot happen here, or what is missing.

"""


def page(*, tests: Path) -> str:
    """The whole page; the same table and tests give the same text."""
    proofs = proofs_by_fault(folder=tests)
    return _INTRODUCTION + _summary() + "".join(_section(peer, proofs) for peer in PEERS)


def _summary() -> str:
    found = counts()
    head = _row("peer", *Standing) + "|---|" + "---|" * len(Standing) + "\n"
    rows = [
        _row(name, *(str(found[peer, standing]) for standing in Standing))
        for peer, name in PEERS.items()
    ]
    totals = (sum(found[peer, standing] for peer in PEERS) for standing in Standing)
    return head + "".join(rows) + _row("all", *map(str, totals))


def _section(peer: str, proofs: Mapping[str, tuple[Proof, ...]]) -> str:
    head = _row("row", "bad input or fault", "told of in", "here") + "|---|---|---|---|\n"
    rows = (_fault_row(fault, proofs.get(fault.id, ())) for fault in rows_of(peer))
    return f"\n## {PEERS[peer]}\n\n" + head + "".join(rows)


def _fault_row(fault: Fault, proofs: Iterable[Proof]) -> str:
    here = [f"**{fault.standing}**: {_referring(fault.because)}"] if fault.because else []
    here += map(_linked, proofs)
    return _row(
        f'<a id="{fault.id.lower()}"></a>{fault.id}',
        fault.says,
        "; ".join((fault.place, *fault.issues)),
        "<br>".join(here),
    )


def _referring(text: str) -> str:
    """A text whose ids of other rows lead to them."""
    return re.sub(r"PF-\w+-\w+", lambda found: f"[{found[0]}](#{found[0].lower()})", text)


def _linked(proof: Proof) -> str:
    link = f"[{Path(proof.file).name}](../../tests/{proof.file})"
    return link if proof.test == WHOLE_FILE else f"{link} `{proof.test.removeprefix('test_')}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main() -> None:
    """Write the page: the folder of tests, then the file to write."""
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.peers.page TESTS PAGE")
    Path(sys.argv[2]).write_text(page(tests=Path(sys.argv[1])), encoding="utf-8")


if __name__ == "__main__":
    main()
