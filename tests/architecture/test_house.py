"""House rules that no linter knows: length of files, names, docstrings, no machine in texts."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("twin", "streams", "dashboards", "infra")
LINES_MAX = 300
NEVER = {
    *("blacklist", "whitelist", "customer", "house", "home", "property", "site"),
    *("utils", "util", "helper", "helpers", "manager", "processor", "common", "misc"),
    *("df", "info", "obj", "tmp"),
}
"""Words that say nothing, or that the field does not use, as any part of a module's name."""
NOT_ALONE = {"base", "data", "meter", "status", "type", "types"}
"""Words that need a second one: whose status, type of what."""

MACHINE = re.compile(
    r"(?<![\w./~-])/(?:work|root|home/[a-z][\w-]*)(?=[/\s\"'`:;,)\]]|$)", re.MULTILINE
)
HOSTS = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("maven", "org"),
        ("maven", "apache", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("golang", "org"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("conda", "anaconda", "org"),
    )
)


def tracked() -> list[Path]:
    """Files that are or would be in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not in a git repository")
    names = [name for name in done.stdout.decode().split("\0") if name]
    return [path for name in names if (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    """Tracked files that are text, with their text."""
    for path in tracked():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    """The Python files of the four packages."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def named(path: Path) -> str:
    """A path as a reader of a failure wants it."""
    return str(path.relative_to(ROOT))


def lacking_docstrings(source: str) -> list[str]:
    """Public functions, methods and classes of a module without a docstring, and the module."""
    tree = ast.parse(source)
    lacking = [] if ast.get_docstring(tree) else ["the module"]
    queue: list[ast.AST] = [tree]
    while queue:
        for node in ast.iter_child_nodes(queue.pop()):
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.name.startswith("_"):
                continue
            if not ast.get_docstring(node):
                lacking.append(node.name)
            if isinstance(node, ast.ClassDef):
                queue.append(node)
    return lacking


def test_there_is_something_to_check() -> None:
    assert len(modules()) > 20
    assert any(path.suffix == ".py" for path in tracked())


def test_files_are_short() -> None:
    long = {
        named(p): n for p in modules() if (n := len(p.read_text("utf-8").splitlines())) > LINES_MAX
    }
    assert long == {}


def says_nothing(name: str) -> bool:
    """Whether the name of a module or package is one to avoid."""
    return name in NOT_ALONE or bool(NEVER & set(re.split(r"[_.-]", name)))


def test_module_names_say_something() -> None:
    rooms = [path for path in tracked() if path.relative_to(ROOT).parts[0] in ROOMS]
    names = {named(path): path.stem for path in rooms if path.suffix in {".py", ".sql"}}
    names |= {named(path.parent): path.parent.name for path in rooms}
    assert [place for place, name in names.items() if says_nothing(name)] == []


@pytest.mark.parametrize("name", ["utils", "date_helper", "data", "type"])
def test_names_that_say_nothing_are_found(name: str) -> None:
    assert says_nothing(name)
    assert not says_nothing("field_data_types")


def test_everything_public_in_twin_has_a_docstring() -> None:
    lacking = {
        named(path): names
        for path in modules()
        if path.is_relative_to(ROOT / "twin")
        and (names := lacking_docstrings(path.read_text("utf-8")))
    }
    assert lacking == {}


def test_no_text_names_a_machine_path() -> None:
    found = [f"{named(path)}: {hit[0]}" for path, text in texts() for hit in MACHINE.finditer(text)]
    assert found == []


def test_no_text_names_a_registry() -> None:
    found = [f"{named(path)}: {host}" for path, text in texts() for host in HOSTS if host in text]
    assert found == []


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("see /{}/main", True),
        ("'/{}'", True),
        ("TWIN_HOME/{}/x", False),
        ("https://example.com/{}/x", False),
        ("a/{}", False),
        ("/{}ers/x", False),
    ],
)
@pytest.mark.parametrize("word", ["work", "root"])
def test_the_search_for_machine_paths_can_find(text: str, hit: bool, word: str) -> None:
    assert bool(MACHINE.search(text.format(word))) is hit


def test_the_search_for_docstrings_can_find() -> None:
    source = '"""m"""\ndef f(): ...\ndef _g(): ...\nclass C:\n    """c"""\n    def h(self): ...\n'
    assert lacking_docstrings(source) == ["f", "h"]
    assert lacking_docstrings("x = 1") == ["the module"]
