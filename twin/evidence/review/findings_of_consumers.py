"""Findings on pairing, the Privacy PIN, capability and the parties' answers."""

from twin.evidence.review.counts import Counts, total
from twin.evidence.review.finding import Draft, Finding
from twin.evidence.review.limits import Limits
from twin.evidence.review.requests import IN_BREACH
from twin.evidence.telling import share_told, told
from twin.vocabulary import PairingRoute, Recommendation, SecObjective


def pairing_local(counts: Counts, limits: Limits) -> Finding:
    """How many attempts at the meter come to nothing (Annex D)."""
    draft = Draft(
        name="local pairing",
        objective=SecObjective.C,
        recommendation=Recommendation.SPEED_UP_FIRMWARE,
        proposal="look at the steps at the meter that consumers do not get past",
        framework_change=False,
        sources=("§14", "§24", "§25", "Annex D", "BR01", "BR04"),
    )
    return _unpaired(counts, limits, draft, PairingRoute.LOCAL)


def pairing_remote(counts: Counts, limits: Limits) -> Finding:
    """How many attempts through a DCC User come to nothing (Annex C)."""
    draft = Draft(
        name="remote pairing",
        objective=SecObjective.C,
        recommendation=Recommendation.NO_CHANGE,
        proposal="have DCC Users check MAC address and code before 8.11, and keep the join window "
        "open until the CAD is switched on",
        framework_change=False,
        sources=("§13", "§15", "Annex C", "BR06", "BR20"),
    )
    return _unpaired(counts, limits, draft, PairingRoute.REMOTE)


def _unpaired(counts: Counts, limits: Limits, draft: Draft, route: PairingRoute) -> Finding:
    own = tuple(row for row in counts.pairing if row["route"] == route)
    ended = tuple(row for row in own if row["outcome"] != "open")
    lost = tuple(row for row in ended if row["outcome"] != "completed")
    most = max(lost, key=lambda row: (row["attempts"], row["cause"]), default=None)
    words = f"{route} attempts of the period failed or were abandoned"
    if most is not None:
        words += f", most often by {str(most['cause']).replace('_', ' ')}"
    return draft.by_share(
        total(lost, "attempts"),
        total(ended, "attempts"),
        most=limits.unpaired_share_most,
        words=words,
        of_what=f"{route} attempt that ended in the period",
    )


def pin_taken_up(counts: Counts, limits: Limits) -> Finding:
    """Whether the Privacy PIN is set at enough meters (paragraphs 32 and 33)."""
    draft = Draft(
        name="Privacy PIN taken up",
        objective=SecObjective.F,
        recommendation=Recommendation.ENCOURAGE_PRIVACY_PIN,
        proposal="have the installer prompt for a Privacy PIN (question Q9)",
        framework_change=True,
        sources=("§32", "§33", "§34", "Q9", "BR09"),
    )
    held, meters = total(counts.pins, "premises", standing="set"), counts.fleet["installed"]
    if not meters:
        return draft.found(says="there is no meter to judge", part=0, whole=0, changes=None)
    says = f"a Privacy PIN is set at {told(held)} of {told(meters)} premises with a meter"
    return draft.found(
        says=f"{says} ({share_told(held, meters)})",
        part=held,
        whole=meters,
        changes=held < limits.pin_take_up_least * meters,
    )


def pin_guessable(counts: Counts, limits: Limits) -> Finding:
    """Whether the Privacy PINs that are set can be guessed (paragraph 33)."""
    draft = Draft(
        name="generic Privacy PINs",
        objective=SecObjective.F,
        recommendation=Recommendation.ENCOURAGE_PRIVACY_PIN,
        proposal="have meters refuse the commonest PINs (question Q9)",
        framework_change=True,
        sources=("§33", "§34", "Q9"),
    )
    held = total(counts.pins, "premises", standing="set")
    other = total(counts.pins, "premises", standing="set", pin_class="other")
    return draft.by_share(
        held - other,
        held,
        most=limits.generic_pin_share_most,
        words="Privacy PINs set are among the twenty commonest",
        of_what="Privacy PIN",
    )


def intruders(counts: Counts, _: Limits) -> Finding:
    """Whether others pair a device at a meter where no PIN stops them (paragraph 33)."""
    draft = Draft(
        name="unauthorised pairings",
        objective=SecObjective.F,
        recommendation=Recommendation.ENCOURAGE_PRIVACY_PIN,
        proposal="set a Privacy PIN at installation where the meter stands in a shared space",
        framework_change=True,
        sources=("§33", "Q9"),
    )
    return draft.by_share(
        total(counts.intruders, "attempts", outcome="paired"),
        total(counts.intruders, "attempts"),
        most=0.0,
        words="unauthorised attempts of the period ended in a pairing",
        of_what="unauthorised attempt in the period",
    )


def new_installations(counts: Counts, _: Limits) -> Finding:
    """Obligation (i): what is newly installed from mid-2017 is capable (paragraph 31, BR04)."""
    draft = Draft(
        name="obligation (i)",
        objective=SecObjective.A,
        recommendation=Recommendation.SPEED_UP_FIRMWARE,
        proposal="stop the installation of hubs and meters without local pairing",
        framework_change=False,
        sources=("§31", "BR04"),
    )
    own = tuple(row for row in counts.obligations if row["obligation"] == "i")
    devices = tuple(row for row in own if row["of_what"] != "premises")
    installed = total(devices, "installed")
    return draft.by_share(
        installed - total(devices, "capable"),
        installed,
        most=0.0,
        words="hubs and meters newly installed from mid-2017 were not capable",
        of_what="hub or meter installed from mid-2017",
    )


def all_upgraded(counts: Counts, _: Limits) -> Finding:
    """Obligation (ii): all installed hubs and meters are to be capable (paragraph 31, BR05)."""
    draft = Draft(
        name="obligation (ii)",
        objective=SecObjective.A,
        recommendation=Recommendation.SPEED_UP_FIRMWARE,
        proposal="finish the firmware campaigns, and give the upgrade a date",
        framework_change=True,
        sources=("§29", "§31", "BR05"),
    )
    homes = tuple(
        row
        for row in counts.obligations
        if row["obligation"] == "ii" and row["of_what"] == "premises"
    )
    installed = total(homes, "installed")
    return draft.by_share(
        installed - total(homes, "capable"),
        installed,
        most=0.0,
        words="premises with hub and meter cannot pair locally yet",
        of_what="premises with hub and meter",
    )


def answers(counts: Counts, limits: Limits) -> Finding:
    """Whether the parties that were asked answer in time (F1.6, paragraph 10)."""
    draft = Draft(
        name="answers of the parties",
        objective=SecObjective.B,
        recommendation=Recommendation.NO_CHANGE,
        proposal="have the Panel remind the parties of F1.6",
        framework_change=False,
        sources=("§10", "SEC F1.6", "BR40"),
    )
    asked = counts.requests
    if not asked:
        return draft.found(says="no party was asked in the period", part=0, whole=0, changes=None)
    breach = [one for one in asked if one.standing in IN_BREACH]
    silent = sorted(_never_answered(counts))
    says = f"{len(breach)} of {len(asked)} requests were answered late or not at all"
    if silent:
        says += f"; never answered: {', '.join(silent)}"
    return draft.found(
        says=says,
        part=len(breach),
        whole=len(asked),
        changes=len(breach) > limits.late_answer_share_most * len(asked),
    )


def _never_answered(counts: Counts) -> set[str]:
    answered = {one.party for one in counts.requests if one.answered is not None}
    return {one.party for one in counts.requests} - answered
