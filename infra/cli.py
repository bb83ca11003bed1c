"""The command line: one command, `twin`. Exit: 0 done, 1 refused, 2 usage, 3 does not hold."""

import sys
from typing import Final, NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from infra.commands import (
    basis,
    campaign,
    checkpoint,
    deadletters,
    fleet,
    gates_replay,
    generate,
    ingest,
    install_code,
    lake,
    marts,
    nightly,
    premises,
    rebuild,
    reconcile,
    requests,
    restate,
    running,
    table,
)
from infra.commands.late import late
from infra.refusals import REFUSALS, DoesNotHold
from streams.settings import Settings

WHATIF: Final = "What-if: a whole programme simulated in seconds."
EVIDENCE: Final = "Reviews, documents and answers from the log."

app = typer.Typer(
    name="twin",
    help="The fleet twin: GB's smart-metering fleet as an event-sourced digital twin.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(running.run)
app.command("restate")(restate.restate)
app.command("doctor")(running.doctor)
app.command("rebuild")(rebuild.rebuild)
app.command("reconcile")(reconcile.reconcile)
app.command("nightly")(nightly.nightly)
fleet.app.command("generate")(generate.generate)
app.add_typer(fleet.app, name="fleet")
app.add_typer(campaign.app, name="campaign")
app.add_typer(gates_replay.app, name="gates")
app.add_typer(basis.app, name="basis")
app.add_typer(checkpoint.app, name="checkpoint")
app.add_typer(lake.app, name="lake")
app.add_typer(marts.app, name="marts")
app.add_typer(table.app, name="table")
app.add_typer(late("whatif_all", about=WHATIF), name="whatif")
app.add_typer(premises.app, name="premises")
app.add_typer(requests.app, name="requests")
app.add_typer(ingest.app, name="ingest")
app.add_typer(install_code.app, name="install-code")
app.add_typer(deadletters.app, name="dead-letters")
app.add_typer(late("evidence", about=EVIDENCE), name="evidence")


def main() -> NoReturn:
    """Run the command line; a refusal is one line on standard error and exit status 1."""
    try:
        app()
    except REFUSALS as refusal:
        print(f"twin: {refusal}", file=sys.stderr)
        sys.exit(1)
    except DoesNotHold as finding:
        print(f"twin: {finding}", file=sys.stderr)
        sys.exit(3)
    except (ValidationError, SettingsError) as wrong:
        print(f"twin: {_setting(wrong)}", file=sys.stderr)
        sys.exit(2)
    sys.exit(0)


def _setting(wrong: ValidationError | SettingsError) -> str:
    """Which variable of the environment no setting can take; its value is not told.

    Raises:
        ValidationError: it is of something else than the settings, so a bug.
    """
    if isinstance(wrong, SettingsError):
        return "a TWIN_ variable of the environment that should hold JSON holds none"
    if wrong.title != Settings.__name__:
        raise wrong
    names = sorted({f"TWIN_{str(one['loc'][0]).upper()}" for one in wrong.errors()})
    return f"{', '.join(names)} of the environment has no value that this setting may have"


if __name__ == "__main__":
    main()
