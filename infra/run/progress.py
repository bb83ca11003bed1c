"""What `twin run` shows while it runs: virtual date, events, lag, campaigns."""

from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from infra.run.history import History
from streams.watch import Health
from twin.campaign.state import Campaign


class Screen:
    """The picture of a run, drawn anew at each look."""

    def __init__(self, history: History, *, address: str | None) -> None:
        """For a history; `address` is the dashboard's, None where there is none."""
        self._history = history
        self._address = address
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=40),
            TextColumn("{task.percentage:>5.1f}%"),
            TimeElapsedColumn(),
        )
        self._task = self._bar.add_task("starting", total=history.ticks)

    def draw(
        self, health: Health, campaigns: dict[str, Campaign], *, archived: int
    ) -> RenderableType:
        """The picture of now."""
        now = health.now
        date = f"{now:%d %B %Y}" if now else "before the first tick"
        self._bar.update(self._task, completed=health.settled + 1, description=date)
        figures = Table.grid(padding=(0, 2))
        outcomes = health.outcomes
        figures.add_row("events", f"{health.produced:,}")
        figures.add_row(
            "folded",
            f"{outcomes.seen:,}  (applied {outcomes.applied:,}, duplicate {outcomes.duplicate:,}, "
            f"held {outcomes.held:,}, dead {outcomes.dead:,})",
        )
        figures.add_row("lag", f"{health.lag:,} to fold, {health.produced - archived:,} to archive")
        for campaign_id, campaign in campaigns.items():
            figures.add_row(campaign_id, _campaign_line(campaign))
        where = f"pages at {self._address} · Ctrl-C stops all" if self._address else "no pages"
        return Group(self._bar, figures, Text(f"simulated data · {where}", style="dim"))

    def line(self, health: Health, campaigns: dict[str, Campaign]) -> str:
        """The same in one line, for a log without a terminal."""
        now = health.now or datetime.fromtimestamp(0, UTC)
        states = " ".join(f"{name}={campaign.state}" for name, campaign in campaigns.items())
        return (
            f"{now:%Y-%m-%d} tick {health.settled + 1}/{self._history.ticks} "
            f"events {health.produced} lag {health.lag} {states}"
        )


def _campaign_line(campaign: Campaign) -> str:
    waves = ", ".join(f"{n} {wave.state}" for n, wave in enumerate(campaign.waves, start=1))
    return f"{campaign.state}  waves: {waves}"
