"""How every command speaks: a value as JSON or as lines; refusals come from `infra.refusals`."""

import sys
from typing import Annotated, Any

import msgspec
import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
HomeFolder = Annotated[
    str | None, typer.Option("--home", help="TWIN_HOME; the environment's otherwise.")
]


def say_json(value: Any) -> None:
    """Print a value as JSON."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def say(line: str = "") -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def say_beside(line: str) -> None:
    """Print a line on standard error, beside what was asked for."""
    print(f"twin: {line}", file=sys.stderr)


def say_table(rows: list[tuple[str, Any]]) -> None:
    """Print names and values in two columns."""
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        say(
            f"  {name:<{width}}  {value:,}"
            if isinstance(value, int)
            else f"  {name:<{width}}  {value}"
        )
