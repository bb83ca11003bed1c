"""The desk of a generated history: it decides closed ticks and answers the operator's commands.

The same decisions as the desk on the log takes (`streams.desk`), by the same functions.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from twin.campaign.commands import Command, Standing
from twin.campaign.executions import Order
from twin.campaign.guarded import answered, decided
from twin.campaign.handing_in import submitted
from twin.campaign.orders import order_at
from twin.campaign.plan import Plan, content_hash
from twin.campaign.product import Product
from twin.campaign.register import Register
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.campaign.targets import CapableVersion
from twin.events.envelope import Event


class Desk:
    """All campaigns of one history; mutable, owned by its lockstep."""

    def __init__(
        self,
        plans: Iterable[Plan],
        *,
        counts: Callable[[str], CampaignCounts],
        capable_version: CapableVersion,
    ) -> None:
        """A desk that knows no campaign yet; each of `plans` is handed in on its day."""
        self._plans = tuple(plans)
        self._counts = counts
        self._capable_version = capable_version
        self._register = Register()

    @property
    def campaigns(self) -> dict[str, Campaign]:
        """All campaigns as they stand."""
        return self._register.campaigns

    def decide(self, *, tick: int, now: datetime, removed: tuple[Product, ...] = ()) -> list[Event]:
        """What is handed in and decided on a closed tick, in the order of the log.

        `removed` is what has left the products list by then.
        Nothing on the first tick: a partition that has carried out no order counts by no plan.
        """
        if tick == 0:
            return []
        events = self._submit_due(tick=tick, now=now)
        for campaign_id in list(self.campaigns):
            campaign = self.campaigns[campaign_id]
            facts = decided(
                campaign=campaign,
                others=self._register.states(),
                counts=self._counts(campaign_id),
                tick=tick,
                now=now,
                removed=removed,
                capable_version=self._capable_version,
            )
            events += self._register.record(campaign_id, facts, now=now)
        return events

    def order(self, *, tick: int, now: datetime) -> Order:
        """What the premises may be asked now."""
        return order_at(self.campaigns.values(), tick=tick, now=now)

    def answer(self, command: Command, *, tick: int, now: datetime) -> list[Event]:
        """The facts of a command that is given after a tick was settled, its answer the last."""
        campaign_id = command.campaign_id
        facts = answered(
            campaign=self.campaigns.get(campaign_id),
            command=command,
            standing=Standing(
                others=self._register.states(),
                counts=self._counts(campaign_id),
                tick=tick,
                contents={n: content_hash(found.plan) for n, found in self.campaigns.items()},
            ),
        )
        return self._register.record(campaign_id, facts, now=now)

    def _submit_due(self, *, tick: int, now: datetime) -> list[Event]:
        return [
            event
            for plan in self._plans
            if plan.campaign_id not in self.campaigns and now >= plan.submitted_at
            for event in self._register.record(
                plan.campaign_id,
                (submitted(plan, author=plan.author, version=1, tick=tick),),
                now=now,
            )
        ]
