"""The command line: one command, `twin`. Exit: 0 done, 1 refused, 2 usage, 3 does not hold."""

import sys
from typing import Final, NoReturn

import typer

from infra.commands.late import late_command, late_group
from infra.refusals import DoesNotHold, is_of_kafka
from streams.settings import BadSetting
from twin.refusal import Refusal

COMMANDS: Final = {
    "run": "Run the programme: broker, emulated field, worker, archiver, publisher, pages.",
    "restate": "Split the change of a figure between two bases into its reasons, fact by fact.",
    "doctor": "Say what this machine has and what the twin would use.",
    "rebuild": "Fold the whole fleet from the lake; with --verify exit status 3 if the tables "
    "differ.",
    "reconcile": "Fold random premises again, compare with tables and marts; exit status 3 if one "
    "differs.",
    "nightly": "Rebuild the fleet, compare with the live tables, publish; exit status 3 if they "
    "differ.",
}
GROUPS: Final = {
    "fleet": "The fleet as a whole.",
    "campaign": "Firmware campaigns: plans, approval, commands.",
    "gates": "Gates and their decisions.",
    "basis": "Named bases: what an answer stands on.",
    "checkpoint": "States of the fleet, to look back from.",
    "lake": "The archive of the log.",
    "marts": "Published tables, and another version beside them.",
    "table": "The table of states that workers keep, and another version beside it.",
    "whatif": "What-if: a whole programme simulated in seconds.",
    "premises": "One premises.",
    "requests": "Write single service requests; nothing is sent.",
    "ingest": "Bring real inputs in.",
    "install-code": "Check an install code without keeping it.",
    "dead-letters": "Refused records.",
    "evidence": "Reviews, documents and answers from the log.",
}
MODULES: Final = {
    "run": "running",
    "doctor": "running",
    "gates": "gates_replay",
    "whatif": "whatif_all",
    "install-code": "install_code",
    "dead-letters": "deadletters",
}
"""Where a command or group lives, if not in the module of its own name."""

app = typer.Typer(
    name="twin",
    help="The fleet twin: GB's smart-metering fleet as an event-sourced digital twin.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for _name, _about in COMMANDS.items():
    late_command(app, _name, MODULES.get(_name, _name), about=_about)
for _name, _about in GROUPS.items():
    late_group(app, _name, MODULES.get(_name, _name), about=_about)


def main() -> NoReturn:
    """Run the command line; a refusal is one line on standard error and exit status 1."""
    try:
        app()
    except Refusal as refusal:
        _end(1, refusal)
    except DoesNotHold as finding:
        _end(3, finding)
    except BadSetting as wrong:
        _end(2, wrong)
    except Exception as error:
        if not is_of_kafka(error):
            raise
        _end(1, error)
    sys.exit(0)


def _end(status: int, why: Exception) -> NoReturn:
    print(f"twin: {why}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
