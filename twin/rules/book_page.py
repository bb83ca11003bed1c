"""`docs/rules.md` from the code: `python -m twin.rules.book_page tests docs/rules.md`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from twin.rules.book import functions_by_rule
from twin.rules.book_tests import proofs_by_rule
from twin.rules.clauses import CLAUSES, Clause
from twin.rules.sentences import RULES, Rule

_INTRODUCTION = """\
# The rule book

Made from the code by `python -m twin.rules.book_page tests docs/rules.md`; do not edit it by hand.
The source is DECC consultation URN 15D/536 (17 December 2015), cited by § paragraph, page or annex.
`bands.open_link` stands for `twin.rules.bands.open_link`; a name outside this room is written in
full. Behind a file of tests stands how many tests or cases in it prove the rule.

## Rules

| rule | source | it says | code | tests |
|---|---|---|---|---|
"""
_PARAGRAPHS = """
## Paragraphs

What answers each paragraph of the source, and which assumed numbers of the fleet it uses.

| paragraph | it says | code | assumed |
|---|---|---|---|
"""


def page(*, tests: Path) -> str:
    """The whole page; the same code and tests give the same text."""
    functions, proofs = functions_by_rule(), proofs_by_rule(folder=tests)
    rules = (
        _rule_row(rule, functions.get(rule.id, ()), proofs.get(rule.id, {}))
        for rule in RULES.values()
    )
    return _INTRODUCTION + "".join(rules) + _PARAGRAPHS + "".join(_clause_row(c) for c in CLAUSES)


def _rule_row(rule: Rule, functions: tuple[str, ...], proofs: Mapping[str, int]) -> str:
    tests = [f"`{file}` ({times})" for file, times in proofs.items()]
    return _row(
        rule.id,
        ", ".join(rule.sources),
        rule.says,
        "<br>".join(_short((*functions, *rule.elsewhere))),
        "<br>".join(tests),
    )


def _clause_row(clause: Clause) -> str:
    assumed = ", ".join(f"`{name}`" for name in clause.assumed)
    return _row(clause.place, clause.says, "<br>".join(_short(clause.code)), assumed)


def _short(names: tuple[str, ...]) -> Iterator[str]:
    return (f"`{name.removeprefix('twin.rules.')}`" for name in names)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main() -> None:
    """Write the page: the folder of tests, then the file to write."""
    if len(sys.argv) != 3:
        sys.exit("usage: python -m twin.rules.book_page TESTS PAGE")
    Path(sys.argv[2]).write_text(page(tests=Path(sys.argv[1])), encoding="utf-8")


if __name__ == "__main__":
    main()
