"""Commands that are loaded when they are named: each needs libraries that the others do not."""

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

# The types below are those of whichever click Typer brings along, hence `Any`.


def late_group(app: typer.Typer, name: str, module: str, *, about: str) -> None:
    """Add the group `app` of a module of `infra.commands`; `about` is what `--help` says of it."""

    class Late(TyperGroup):
        """Asks the group itself for everything but its name and what it is about."""

        @cached_property
        def _loaded(self) -> TyperGroup:
            loaded = get_group(import_module(f"infra.commands.{module}").app)
            loaded.help = about
            return loaded

        def make_context(self, *args: Any, **extra: Any) -> Any:
            """The context in which the group itself reads its arguments."""
            return self._loaded.make_context(*args, **extra)

        def list_commands(self, ctx: Any) -> list[str]:
            """Names of the commands, in their order."""
            return self._loaded.list_commands(ctx)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            """A command by name, or None."""
            return self._loaded.get_command(ctx, cmd_name)

    app.add_typer(typer.Typer(cls=Late, help=about), name=name)


def late_command(app: typer.Typer, name: str, module: str, *, about: str) -> None:
    """Add the function of this name of a module of `infra.commands`.

    `about` is what `--help` of the group says of it: the first line of what it says of itself.
    """

    class Late(TyperCommand):
        """Leaves its arguments, and all that follows, to the command itself."""

        def make_context(self, *args: Any, **extra: Any) -> Any:
            """The context in which the command itself reads its arguments."""
            own = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
            own.command(name)(getattr(import_module(f"infra.commands.{module}"), name))
            return get_command(own).make_context(*args, **extra)

    app.command(name, cls=Late, help=about)(_never_called)


def _never_called() -> None:
    """Stands for a command of which nothing but the name is known yet."""
