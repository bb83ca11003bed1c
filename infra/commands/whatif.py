"""`twin whatif`: programmes compared before anyone touches a meter."""

import typer

from infra.commands import whatif_backtest

app = typer.Typer(help="What if: programmes compared, with how sure.", no_args_is_help=True)
app.command("backtest")(whatif_backtest.run)
