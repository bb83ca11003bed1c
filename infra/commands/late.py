"""Groups of commands that are loaded when one of them is asked for: what they need takes long."""

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group


def late(module: str, *, about: str) -> typer.Typer:
    """The group `app` of a module of `infra.commands`, with what `--help` says of it before."""

    class Late(TyperGroup):
        """Asks the group itself for everything but its name.

        The types are those of whichever click Typer brings along, hence `Any`.
        """

        @cached_property
        def _loaded(self) -> TyperGroup:
            return get_group(import_module(f"infra.commands.{module}").app)

        def list_commands(self, ctx: Any) -> list[str]:
            """Names of the commands, in their order."""
            return self._loaded.list_commands(ctx)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """A command by name, or None."""
            return self._loaded.get_command(ctx, cmd_name)

    return typer.Typer(cls=Late, help=about, no_args_is_help=True)
