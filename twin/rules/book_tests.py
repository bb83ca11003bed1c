"""Which tests name which rule: their marks `pytest.mark.rule("BR15")`, read from the source."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


class UnreadableMark(ValueError):
    """A mark whose rule ids are not plain strings, so that the book cannot list it."""


def proofs_by_rule(*, folder: Path) -> dict[str, dict[str, int]]:
    """By rule id: files of tests, relative to `folder`, and how many marks each has for the rule.

    Raises:
        UnreadableMark: a mark's ids are computed.
        SyntaxError: a file is no Python.
    """
    found: dict[str, Counter[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        where = path.relative_to(folder).as_posix()
        for rule_id in marks_of(source=path.read_text("utf-8"), where=where):
            found.setdefault(rule_id, Counter())[where] += 1
    return {rule_id: dict(sorted(files.items())) for rule_id, files in sorted(found.items())}


def marks_of(*, source: str, where: str) -> Iterator[str]:
    """The rule ids of every mark in a file, once a mark."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_mark(node.func):
            for argument in node.args:
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    raise UnreadableMark(f"{where} line {node.lineno}: an id is no plain string")
                yield argument.value


def _is_mark(function: ast.expr) -> bool:
    """Whether a call is to `pytest.mark.rule`, or to `mark.rule`."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "rule"
        and ast.unparse(function.value) in {"pytest.mark", "mark"}
    )
