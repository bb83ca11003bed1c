"""`twin whatif`: programmes compared before anyone touches a meter."""

import typer

from infra.commands import (
    whatif_backtest,
    whatif_compare,
    whatif_doubt,
    whatif_optimise,
    whatif_questions,
)

app = typer.Typer(help="What if: programmes compared, with how sure.", no_args_is_help=True)
app.command("backtest")(whatif_backtest.run)
app.command("doubt")(whatif_doubt.run)
app.command("questions")(whatif_questions.run)
app.command("compare")(whatif_compare.run)
app.command("optimise")(whatif_optimise.run)
