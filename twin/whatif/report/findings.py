"""What is found of a question about campaigns, in words that are no stronger than its figures."""

from collections.abc import Sequence
from datetime import timedelta

from twin.whatif.intervals import Interval, interval, paired
from twin.whatif.measures import MEASURES
from twin.whatif.report.files import CampaignQuestion
from twin.whatif.report.sentences import leads, shown, told_best
from twin.whatif.report.variants import Found


def ranked(asked: CampaignQuestion, found: Sequence[Found]) -> list[Found]:
    """Variants, the best by the measure first; of equals the one that stands first."""
    sign = 1 if asked.better == "less" else -1
    return sorted(found, key=lambda one: sign * sum(one.values(asked.measure)))


def finding(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    """One sentence by the measure; what does not end within the horizon is said."""
    if asked.measure == "end" and all(
        one.header.end is None for variant in found for one in variant.outcomes
    ):
        last = found[0].question.scenario.horizon.ends - timedelta(days=1)
        return f"No variant ends by {last}, with any of {asked.seeds} seeds."
    told = (_costs if asked.reference else _best)(asked, found)
    return " ".join((told, *chances(asked, found)))


def _best(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    order = ranked(asked, found)
    best, other = order[0], order[1]
    values = [interval(one.values(asked.measure)) for one in (best, other)]
    lead_of = [paired(one.values(asked.measure), best.values(asked.measure)) for one in order[1:]]
    return told_best(
        best=best.name,
        runner_up=other.name,
        values=(values[0].mean, values[1].mean),
        lead=lead_of[0],
        surely=all(_sure(one) for one in lead_of),
        better=asked.better,
        what=MEASURES[asked.measure][0],
    )


def _sure(lead: Interval) -> bool:
    """More than luck: the interval excludes nought, or all seeds differ alike."""
    return lead.excludes_nought or (lead.n > 1 and lead.low == lead.high != 0)


def of_luck(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    """What other seeds would move: the best two of those that may be chosen."""
    choices = found[1:] if asked.reference and len(found) > 2 else found
    order = ranked(asked, choices)
    first, second = (one.values(asked.measure) for one in order[:2])
    lead = paired(second, first)
    return (
        f"{order[0].name} less {order[1].name}: {leads(lead)} {MEASURES[asked.measure][0]}, 95% "
        f"interval over {asked.seeds} seeds, paired."
    )


def _costs(asked: CampaignQuestion, found: Sequence[Found]) -> str:
    """What each variant costs beside the first, and which of them costs least."""
    first, others = found[0], found[1:]
    usual = first.values(asked.measure)
    beside = "; ".join(f"{v.name} {leads(paired(usual, v.values(asked.measure)))}" for v in others)
    said = (
        f"Beside “{first.name}” ({shown(interval(usual).mean)} {MEASURES[asked.measure][0]}): "
        f"{beside}, 95% over {asked.seeds} seeds."
    )
    if len(others) < 2:
        return said
    best, second = ranked(asked, others)[:2]
    lead = paired(second.values(asked.measure), best.values(asked.measure))
    if not _sure(lead):
        return f"{said} Which of {best.name} and {second.name} costs less, the seeds cannot tell."
    return f"{said} {best.name} costs least, by {leads(lead)} beside {second.name}."


def chances(asked: CampaignQuestion, found: Sequence[Found]) -> tuple[str, ...]:
    """Where the end is asked: the chance of each day that is asked for, by the draws."""
    drawn = [(one.name, one.doubt) for one in found if one.doubt is not None]
    if asked.measure != "end" or not drawn:
        return ()
    return tuple(
        f"Over by {day}: "
        + ", ".join(f"{name} in {doubt.chance_by(day):.0%}" for name, doubt in drawn)
        + " of the draws."
        for day in asked.by
    )
