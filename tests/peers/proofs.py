"""Which tests prove which fault, by their marks `pytest.mark.peer_fault`, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

MARK: Final = "peer_fault"
WHOLE_FILE: Final = ""
"""The name of the test where a mark is for all tests of a file."""


class UnreadableMark(ValueError):
    """A mark whose ids are not plain strings, so that the page cannot list it."""


class Proof(NamedTuple):
    """A test by its file, relative to the folder of tests, and its name."""

    file: str
    test: str


def proofs_by_fault(*, folder: Path) -> dict[str, tuple[Proof, ...]]:
    """The tests that each id names, in order of files and names.

    Raises:
        UnreadableMark: the ids of a mark are computed.
        SyntaxError: a file with marks is no Python.
    """
    found: dict[str, set[Proof]] = {}
    for path in sorted(folder.rglob("*.py")):
        file, source = path.relative_to(folder).as_posix(), path.read_text("utf-8")
        # Most files have no mark, and to take all of them apart would take seconds.
        for fault_id, test in marks_of(source=source, file=file) if MARK in source else ():
            found.setdefault(fault_id, set()).add(Proof(file, test))
    return {fault_id: tuple(sorted(proofs)) for fault_id, proofs in sorted(found.items())}


def marks_of(*, source: str, file: str) -> Iterator[tuple[str, str]]:
    """Each id of every mark in a file, with the test that it lies on."""
    tree = ast.parse(source)
    on_tests = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in function.decorator_list:
                for call in _marks_in(decorator):
                    on_tests.add(call)
                    yield from ((fault_id, function.name) for fault_id in _ids(call, file))
    for call in _marks_in(tree):
        if call not in on_tests:
            yield from ((fault_id, WHOLE_FILE) for fault_id in _ids(call, file))


def _marks_in(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_mark(node.func):
            yield node


def _is_mark(function: ast.expr) -> bool:
    """Whether a call is to `pytest.mark.peer_fault`."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr == MARK
        and ast.unparse(function.value) == "pytest.mark"
    )


def _ids(call: ast.Call, file: str) -> Iterator[str]:
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            raise UnreadableMark(f"{file} line {call.lineno}: an id is no plain string")
        yield argument.value
