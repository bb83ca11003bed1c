"""Which marts each page asks for, read from the pages' own text (they stand above this package)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SETS: Final = "queries"
"""The module that opens sets names the marts of their own data for whoever asks."""
_OF_A_SET: Final = {"summary": "summary", "meta": "meta", "lake_files": "files"}
"""Properties of a set that stand for a mart."""


_EVIDENCE: Final = "twin.evidence"
"""The package that counts packs by the marts' own queries, for pages too."""
_PROCESSES: Final = "twin.evidence.processes.mining"
"""The module that counts processes; a page that reaches it shows them."""


def marts_of_pages(
    folder: Path, marts: frozenset[str], *, evidence: Path | None = None
) -> dict[str, frozenset[str]]:
    """By page: the marts that it, and what it imports of its own package, ask for.

    A mart is asked for by its name as a text, and by `summary`, `meta` and `lake_files` of a set.
    `evidence` is the folder of `twin.evidence`, through which pages ask for marts as well.
    """
    files = _files(folder, evidence)
    asked = {name: _asked(file, marts) for name, file in files.items() if file.stem != _SETS}
    return {
        page: frozenset(mart for module in reached for mart in asked.get(module, ()))
        for page, reached in _reached_by_page(folder, files).items()
    }


def pages_of_processes(folder: Path, *, evidence: Path) -> tuple[str, ...]:
    """The pages that show how processes ran."""
    reached = _reached_by_page(folder, _files(folder, evidence))
    return tuple(page for page, modules in reached.items() if _PROCESSES in modules)


def _files(folder: Path, evidence: Path | None) -> dict[str, Path]:
    """Every module that a page may reach, by its dotted name."""
    found = {_module(folder.parent, file): file for file in folder.rglob("*.py")}
    if evidence is not None:
        top = evidence.parents[_EVIDENCE.count(".")]
        found |= {_module(top, file): file for file in evidence.rglob("*.py")}
    return found


def _reached_by_page(folder: Path, files: dict[str, Path]) -> dict[str, frozenset[str]]:
    packages = (f"{folder.name}.", f"{_EVIDENCE}.")
    imports = {name: _imports(file, packages) for name, file in files.items()}
    pages = sorted((folder / "app_pages").glob("*.py"))
    return {
        file.stem: frozenset(_reached(_module(folder.parent, file), imports))
        for file in pages
        if file.stem != "__init__"
    }


def _module(top: Path, file: Path) -> str:
    parts = file.relative_to(top).with_suffix("").parts
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


def _imports(file: Path, packages: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(packages):
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
