"""The group `twin whatif`: every command of what-if at its place."""

from infra.commands import (
    whatif,
    whatif_backtest,
    whatif_compare,
    whatif_doubt,
    whatif_optimise,
    whatif_questions,
)

app = whatif.app
app.command("backtest")(whatif_backtest.run)
app.command("compare")(whatif_compare.run)
app.command("doubt")(whatif_doubt.run)
app.command("optimise")(whatif_optimise.run)
app.command("questions")(whatif_questions.run)
