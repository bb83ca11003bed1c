"""`twin whatif backtest`: how well curves would have foretold the published installations."""

from infra.commands.speak import Json, say, say_json
from twin.whatif.backtest import Backtest, Error, backtest


def run(as_json: Json = False) -> None:
    """Each curve of installation against the published quarters, by how far ahead it was asked."""
    found = backtest()
    if as_json:
        say_json(found)
        return
    for line in lines(found):
        say(line)


def lines(found: Backtest) -> list[str]:
    """The backtest in words."""
    said = [
        f"{found.quarters} published quarters, {_name(found, 0)} to {_name(found, -1)}; "
        "errors in % of what was installed",
        f"{'quarters ahead':>14}  {'curve':22}{'mean error':>12}{'bias':>9}{'n':>4}"
        f"   with the lockdown {'mean error':>10}{'n':>4}",
    ]
    for line in found.lines:
        whole = f"{'':20}{_share(line.whole, 'mape'):>12}{line.whole.n if line.whole else 0:>4}"
        calm = line.calm.n if line.calm else 0
        said.append(
            f"{line.horizon:>14}  {line.curve:22}{_share(line.calm, 'mape'):>12}"
            f"{_share(line.calm, 'bias'):>9}{calm:>4}{whole}"
        )
    return [
        *said,
        found.finding,
        "The twin's growth goes on at the rate of its last known quarter, which is the naive "
        "peer: the two rows must agree. No curve knows of the lockdown.",
    ]


def _share(error: Error | None, of: str) -> str:
    return "–" if error is None else f"{getattr(error, of):+.0%}".removeprefix("+" * (of == "mape"))


def _name(found: Backtest, at: int) -> str:
    quarter = found.figures[at]
    return f"{quarter.year}-Q{quarter.quarter}"
