"""Findings on coverage, the 868 MHz band and the licence conditions (paragraphs 3 and 5 to 7)."""

from twin.evidence.review.counts import Counts, total
from twin.evidence.review.finding import Draft, Finding
from twin.evidence.review.limits import Limits
from twin.evidence.telling import share_told, told
from twin.rules.programme import check_coverage
from twin.rules.refusal import Refusal
from twin.vocabulary import Recommendation, SecObjective


def coverage(counts: Counts, _: Limits) -> Finding:
    """Whether the bands reach 70% and 96.5% of the premises measured (page 6, BR39)."""
    draft = Draft(
        name="coverage",
        objective=SecObjective.A,
        recommendation=Recommendation.IMPROVE_2_4_GHZ_EVIDENCE,
        proposal="measure the coverage again where it differs from what the bands were chosen for",
        framework_change=False,
        sources=("page 6", "§5", "BR39"),
    )
    row = next(row for row in counts.deployment if row["part"] == "all")
    either = row["ghz_2_4"] + row["sub_ghz"]
    if not row["measured"]:
        return draft.found(says="no coverage is measured", part=0, whole=0, changes=None)
    refused = check_coverage(premises=row["measured"], ghz_2_4=row["ghz_2_4"], either=either)
    says = (
        f"2.4 GHz reaches {share_told(row['ghz_2_4'], row['measured'])} and either band "
        f"{share_told(either, row['measured'])} of {told(row['measured'])} premises measured; "
        "70% and 96.5% are expected within three standard errors"
    )
    return draft.found(
        says=says,
        part=row["ghz_2_4"],
        whole=row["measured"],
        changes=isinstance(refused, Refusal),
    )


def use_of_868(counts: Counts, limits: Limits) -> Finding:
    """Whether 868 MHz is used only where 2.4 GHz is technically impracticable (paragraph 5)."""
    draft = Draft(
        name="use of 868 MHz",
        objective=SecObjective.A,
        recommendation=Recommendation.IMPROVE_2_4_GHZ_EVIDENCE,
        proposal="have suppliers say for each device at 868 MHz why 2.4 GHz was impracticable",
        framework_change=False,
        sources=("§5", "§6", "BR11", "BR12", "BR14"),
    )
    used = tuple(row for row in counts.bands if row["band"] == "sub_ghz")
    wrong = [
        row["devices"]
        for row in used
        if row["device_type"] == "ESME" or row["reason"] != "technically_impracticable"
    ]
    return draft.by_share(
        sum(wrong),
        total(used, "devices"),
        most=limits.wrong_868_share_most,
        words="devices at 868 MHz have no reason for it or are electricity meters",
        of_what="device at 868 MHz",
    )


def licence_failed(counts: Counts, _: Limits) -> Finding:
    """Whether a premises fails a licence condition (40.1 / 34.1, 49.4(d) / 43.4(d))."""
    draft = Draft(
        name="licence conditions failed",
        objective=SecObjective.C,
        recommendation=Recommendation.IMPROVE_2_4_GHZ_EVIDENCE,
        proposal="take the premises that fail up with their suppliers",
        framework_change=False,
        sources=("§6", "licence condition 40.1", "licence condition 49.4(d)", "BR12", "BR13"),
    )
    failed, passed = total(counts.licence, "failed"), total(counts.licence, "passed")
    return draft.by_share(
        failed,
        failed + passed,
        most=0.0,
        words="judgements of a premises by a condition are failures",
        of_what="premises that can be judged",
    )


def licence_not_judged(counts: Counts, limits: Limits) -> Finding:
    """Whether too many premises cannot be judged, as evidence is lacking (49.4(d) / 43.4(d))."""
    draft = Draft(
        name="licence conditions not judgeable",
        objective=SecObjective.A,
        recommendation=Recommendation.IMPROVE_2_4_GHZ_EVIDENCE,
        proposal="ask suppliers (F1.6) which steps they took to connect the display at 2.4 GHz, "
        "and record them as part of the installation",
        framework_change=True,
        sources=("§6", "§10", "licence condition 49.4(d)", "SEC F1.6", "BR13"),
    )
    of_connection = tuple(row for row in counts.licence if row["condition"].startswith("49.4"))
    unknown = total(of_connection, "not_judged")
    whole = unknown + total(of_connection, "passed") + total(of_connection, "failed")
    return draft.by_share(
        unknown,
        whole,
        most=limits.not_judged_share_most,
        words="premises cannot be judged by 49.4(d) / 43.4(d): whether all reasonable steps were "
        "taken to connect at 2.4 GHz stands in no fact",
        of_what="premises",
    )


def links_refused(counts: Counts, limits: Limits) -> Finding:
    """Whether the four high bandwidth links of a hub are too few (paragraph 3, BR15)."""
    draft = Draft(
        name="high bandwidth links refused",
        objective=SecObjective.C,
        recommendation=Recommendation.RAISE_LINK_CAPACITY,
        proposal="look into more than four high bandwidth links a hub at 868 MHz (CHTS)",
        framework_change=True,
        sources=("§3", "BR15"),
    )
    refused = total(counts.link_words, "refused")
    return draft.by_share(
        refused,
        refused + total(counts.link_words, "opened"),
        most=limits.refused_link_share_most,
        words="links asked for in the period were refused",
        of_what="link asked for in the period",
    )


def air_loaded(counts: Counts, limits: Limits) -> Finding:
    """Whether hubs spend their 868 MHz air time up (BR18)."""
    draft = Draft(
        name="868 MHz air time",
        objective=SecObjective.A,
        recommendation=Recommendation.NO_CHANGE,
        proposal="review the sub GHz settings (6.28) of the hubs that reach Critical",
        framework_change=False,
        sources=("§5", "BR17", "BR18"),
    )
    hours = {row["state"]: float(row["hours"]) for row in counts.duty}
    whole, loaded = sum(hours.values()), hours["critical"] + hours["regulated"]
    if not whole:
        return draft.found(says="there is no dual band hub to judge", part=0, whole=0, changes=None)
    says = (
        f"{loaded:,.1f} of {whole:,.0f} hub hours were spent in Critical or Regulated "
        f"({100 * loaded / whole:.4f}%); {told(total(counts.duty, 'discards'))} messages to "
        "suspended devices were discarded"
    )
    return draft.found(
        says=says,
        part=round(loaded),
        whole=round(whole),
        changes=loaded > limits.loaded_air_share_most * whole,
    )
