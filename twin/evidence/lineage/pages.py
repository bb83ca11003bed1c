"""Which marts each page asks for, read from the pages' own text (they stand above this package)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SETS: Final = "queries"
"""The module that opens sets names the marts of their own data for whoever asks."""
_OF_A_SET: Final = {"summary": "summary", "meta": "meta", "lake_files": "files"}
"""Properties of a set that stand for a mart."""


def marts_of_pages(folder: Path, marts: frozenset[str]) -> dict[str, frozenset[str]]:
    """By page: the marts that it, and what it imports of its own package, ask for.

    A mart is asked for by its name as a text, and by `summary`, `meta` and `lake_files` of a set.
    """
    package = folder.name
    asked = {
        _module(folder, file): _asked(file, marts)
        for file in folder.rglob("*.py")
        if file.stem != _SETS
    }
    imports = {_module(folder, file): _imports(file, package) for file in folder.rglob("*.py")}
    found = {}
    for file in sorted((folder / "app_pages").glob("*.py")):
        if file.stem != "__init__":
            reached = _reached(_module(folder, file), imports)
            found[file.stem] = frozenset(
                name for module in reached for name in asked.get(module, ())
            )
    return found


def _module(folder: Path, file: Path) -> str:
    parts = file.relative_to(folder.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _asked(file: Path, marts: frozenset[str]) -> frozenset[str]:
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    calls = [node for node in nodes if isinstance(node, ast.Call) and _asks(node)]
    named = [one for call in calls for one in call.args]
    said = [_text(one) for one in named]
    if None in said:  # a name that is computed may be any that the module writes
        said += [_text(node) for node in nodes]
    own = {node.attr for node in nodes if isinstance(node, ast.Attribute)} & _OF_A_SET.keys()
    return frozenset(
        {name for name in said if name and name in marts} | {_OF_A_SET[one] for one in own}
    )


def _asks(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "mart"


def _text(node: ast.AST) -> str | None:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else None  # type: ignore[attr-defined]


def _imports(file: Path, package: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package:
            found.add(str(node.module))
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def _reached(start: str, imports: dict[str, set[str]]) -> Iterator[str]:
    seen, waiting = {start}, [start]
    while waiting:
        one = waiting.pop()
        yield one
        for other in imports.get(one, set()) - seen:
            seen.add(other)
            waiting.append(other)
