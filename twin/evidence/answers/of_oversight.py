"""Figures for Q1, Q2 and Q10: licence conditions, oversight of the HAN, business architecture."""

from twin.events.oversight import HanReviewReported, RecommendationMade
from twin.evidence.answers.said import Ground, Said, share
from twin.evidence.processes.conformance import Kind
from twin.evidence.review.counts import total
from twin.evidence.review.requests import IN_BREACH


def licence(ground: Ground) -> tuple[Said, ...]:
    """Q1: conditions met, failed, not judgeable; displays at 868 MHz."""
    rows = ground.counts.licence
    found = []
    for condition in dict.fromkeys(row["condition"] for row in rows):
        own = tuple(row for row in rows if row["condition"] == condition)
        parts = [total(own, name) for name in ("passed", "failed", "not_judged")]
        words = ("met", "failed", "not judgeable")
        found += [
            share(f"{condition}, {word}", part, sum(parts), "mart licence_conditions")
            for word, part in zip(words, parts, strict=True)
        ]
    bands = ground.counts.bands
    displays = total(bands, "devices", device_type="IHD")
    at_868 = total(bands, "devices", device_type="IHD", band="sub_ghz")
    return (*found, share("IHDs at 868 MHz", at_868, displays, "mart bands"))


def oversight(ground: Ground) -> tuple[Said, ...]:
    """Q2: requests and what came of them, reviews and what they recommended."""
    asked = ground.counts.requests
    breach = sum(one.standing in IN_BREACH for one in asked)
    answered = sum(one.answered is not None for one in asked)
    facts = [event.fact for event in ground.overseen]
    made = [fact for fact in facts if isinstance(fact, RecommendationMade)]
    reviews = sum(isinstance(fact, HanReviewReported) for fact in facts)
    changing = sum(fact.framework_change for fact in made)
    return (
        Said("requests for information", f"{len(asked)}", "mart information_requests"),
        Said("of these answered", f"{answered}", "mart information_requests"),
        Said("late or not answered", f"{breach}", "mart information_requests"),
        Said("HAN reviews reported", f"{reviews}", "event programme.han-review-reported"),
        Said("recommendations made", f"{len(made)}", "mart recommendations"),
        Said("of these asking for a SEC modification", f"{changing}", "mart recommendations"),
    )


def processes(ground: Ground) -> tuple[Said, ...]:
    """Q10: processes described, and how far the log runs as designed, process by process."""
    ran = [one for one in ground.ran.values() if one.cases]
    kept = sum(one.conforming for one in ran)
    cases = sum(one.cases for one in ran)
    made_by = "command evidence architecture"
    return (
        Said("processes described", f"{len(ground.ran)}", made_by),
        Said("kinds of deviation that are looked for", f"{len(Kind)}", made_by),
        share("cases that ran as designed", kept, cases, made_by),
        *(
            share(f"{one.flow.name}: as designed", one.conforming, one.cases, made_by)
            for one in ran
        ),
    )
