"""A target that leaves the Central Products List holds the campaign (HELD, reason `cpl`; BR34)."""

from collections.abc import Iterable

from twin.campaign.basis import Basis
from twin.campaign.holding import hold
from twin.campaign.plan import Plan
from twin.campaign.product import Product
from twin.campaign.state import Campaign
from twin.campaign.targets import CapableVersion, target_of
from twin.events.programme import CampaignHeld, TargetWithdrawn
from twin.vocabulary import HoldReason


def withdrawn_targets(
    removed: Iterable[Product], *, plan: Plan, capable_version: CapableVersion
) -> tuple[Product, ...]:
    """Of the products removed those that a plan brings, in order and each once."""

    def brings(one: Product) -> bool:
        target = target_of(plan=plan, model=one.model, capable_version=capable_version)
        return target == one.firmware_version

    return tuple(sorted({one for one in removed if brings(one)}))


def withdraw(campaign: Campaign, basis: Basis) -> CampaignHeld | TargetWithdrawn | None:
    """Hold for every target that is new among those withdrawn, while members wait for it.

    The hold comes first: after a crash between the two the target is new still. Once it is
    known an operator's resumption stands, until another target goes.
    """
    for product in basis.withdrawn:
        if product in campaign.withdrawn or product.model in campaign.excluded_models:
            continue
        waiting = _waiting(campaign, basis, product.model)
        if waiting == 0:
            continue
        if HoldReason.CPL not in campaign.holds:
            return hold(campaign, basis, HoldReason.CPL)
        return TargetWithdrawn(
            campaign.plan.campaign_id,
            product.model,
            product.firmware_version,
            waiting,
            basis.tick,
        )
    return None


def _waiting(campaign: Campaign, basis: Basis, model: str) -> int:
    """Members of a model that are not settled: they wait, or are under way."""
    counts = [
        found.counts
        for number in range(1, len(campaign.waves) + 1)
        for stratum, found in basis.counts.by_stratum(number).items()
        if stratum.model == model
    ]
    return sum(max(0, count.judged - count.settled) for count in counts)
