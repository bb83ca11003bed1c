"""hawkBit: what its tests refuse, what they let happen, and what its users complain of."""

from typing import Final

from tests.peers.fault import Fault, Place, absent

ROLLOUTS, CONDITIONS = Place.HAWKBIT_ROLLOUTS, Place.HAWKBIT_CONDITIONS
FLOW, DEVICES = Place.HAWKBIT_FLOW, Place.HAWKBIT_DEVICES

_REFUSED: Final = (
    Fault("PF-hawkbit-01", ROLLOUTS, "A plan selects no device at all."),
    Fault("PF-hawkbit-02", ROLLOUTS, "Another plan is handed in under an id that is taken."),
    Fault("PF-hawkbit-03", ROLLOUTS, "There are more waves than devices, so some are empty."),
    Fault("PF-hawkbit-04", ROLLOUTS, "The waves together leave devices of the selection out."),
    Fault("PF-hawkbit-05", ROLLOUTS, "The share of a wave is nothing, negative or above it all."),
    Fault("PF-hawkbit-06", ROLLOUTS, "A plan has more waves than a plan may have."),
    absent(
        "PF-hawkbit-07",
        ROLLOUTS,
        "A wave has more devices than a quota allows.",
        because="A wave is an interval on a scale of ranks and no list, so no quota is needed.",
    ),
    Fault("PF-hawkbit-08", ROLLOUTS, "The selection is left without form, or names what is none."),
    Fault("PF-hawkbit-09", ROLLOUTS, "There is no firmware to send for the models selected."),
    Fault("PF-hawkbit-10", ROLLOUTS, "The firmware to send was withdrawn before the plan came."),
    Fault("PF-hawkbit-11", ROLLOUTS, "The entry of the firmware to send is incomplete."),
    Fault("PF-hawkbit-12", ROLLOUTS, "It is started while its members are still being gathered."),
    Fault("PF-hawkbit-13", ROLLOUTS, "It is started a second time."),
    Fault("PF-hawkbit-14", ROLLOUTS, "It is resumed though nothing holds it."),
    Fault("PF-hawkbit-15", ROLLOUTS, "The next wave is ordered in a state that has no next wave."),
    absent(
        "PF-hawkbit-16",
        ROLLOUTS,
        "A retry is ordered of a campaign that is unfinished or unknown.",
        because="No command retries: attempts follow the plan's policy, and what failed in the "
        "end is for another campaign (PF-hawkbit-30).",
    ),
    Fault("PF-hawkbit-17", ROLLOUTS, "A person commands without the role for it."),
    Fault("PF-hawkbit-18", ROLLOUTS, "The priority lies outside its range."),
    Fault(
        "PF-hawkbit-19",
        ROLLOUTS,
        "It is done away with before its start, which is to cancel it, or after, which is to stop "
        "it; it is deleted in neither case.",
    ),
    Fault(
        "PF-hawkbit-20",
        CONDITIONS,
        "A rate is exactly at its threshold: errors do not hold, success passes.",
    ),
    Fault("PF-hawkbit-21", CONDITIONS, "A threshold is asked of no device at all."),
    Fault("PF-hawkbit-22", CONDITIONS, "A threshold cannot be read as a number."),
    Fault("PF-hawkbit-23", CONDITIONS, "An image that was received counts as one that runs."),
    Fault("PF-hawkbit-24", CONDITIONS, "Executions that were cancelled count as errors."),
    Fault("PF-hawkbit-25", CONDITIONS, "A device goes in mid-wave and takes its place with it."),
    Fault("PF-hawkbit-26", CONDITIONS, "All of a wave has ended and neither condition is met."),
    Fault("PF-hawkbit-27", FLOW, "All devices of a wave go, and the next wave has to begin."),
    Fault("PF-hawkbit-28", FLOW, "A second campaign wants a device that the first is updating."),
    Fault("PF-hawkbit-29", FLOW, "What is under way already is ordered again."),
    Fault("PF-hawkbit-30", FLOW, "A second campaign takes up what failed in the first."),
    absent(
        "PF-hawkbit-31",
        FLOW,
        "The owner of a device has to confirm each update, or need not.",
        because="Nobody asks a consumer about the firmware of a meter; what is confirmed is the "
        "plan (PF-ours-12).",
    ),
    Fault("PF-hawkbit-32", FLOW, "Devices that come later slip into a campaign that runs."),
    Fault("PF-hawkbit-33", FLOW, "A threshold is nought."),
    Fault(
        "PF-hawkbit-34",
        FLOW,
        "Two reasons to hold come up at once, and the second undoes the first.",
        ("hawkBit PR #2161",),
    ),
    Fault("PF-hawkbit-35", DEVICES, "A device sends over a thousand reports."),
    Fault("PF-hawkbit-36", DEVICES, "A report has an id without form."),
    Fault("PF-hawkbit-37", DEVICES, "A report leaves out its result."),
    Fault(
        "PF-hawkbit-38",
        DEVICES,
        "A report is about an execution that nobody began.",
    ),
    absent(
        "PF-hawkbit-39",
        DEVICES,
        "An update becomes compulsory while the device polls.",
        because="Devices do not poll, and there is one kind of update only.",
    ),
    Fault("PF-hawkbit-40", DEVICES, "A window begins at what is no time."),
    Fault("PF-hawkbit-41", DEVICES, "A window lasts as long as can be read in no way."),
    Fault("PF-hawkbit-42", DEVICES, "A window has some of its three keys only."),
    absent(
        "PF-hawkbit-43",
        DEVICES,
        "A window lies in the past.",
        because="Windows come back every week, so none is past; those that open too seldom for an "
        "attempt are a mistake of the plan.",
    ),
)
_COMPLAINTS: Final = (
    Fault(
        "PF-hawkbit-44",
        Place.FINDINGS,
        "Success is told before the device has started with the new version.",
        (
            "hawkBit #3185",
            "hawkBit #446",
            "rauc-hawkbit-updater #161",
            "zephyr #71750",
        ),
    ),
    Fault(
        "PF-hawkbit-45",
        Place.FINDINGS,
        "A device that falls silent stays under way for ever, and the gate waits for it.",
        ("hawkBit #693",),
    ),
    Fault(
        "PF-hawkbit-46",
        Place.FINDINGS,
        "The silence begins with the request itself: not even the DCC's answer comes.",
        ("hawkBit #693",),
    ),
    Fault("PF-hawkbit-47", Place.FINDINGS, "Errors are divided by the whole wave: far too late."),
    Fault("PF-hawkbit-48", Place.FINDINGS, "Without an error condition nothing ever stops it."),
    Fault("PF-hawkbit-49", Place.FINDINGS, "While it is held nobody looks at the errors."),
    Fault(
        "PF-hawkbit-50",
        Place.COMPLAINTS,
        "Updates go out outside the hours that were promised.",
        ("hawkBit #672", "hawkBit #1465", "hawkBit #2026"),
    ),
    Fault(
        "PF-hawkbit-51",
        Place.COMPLAINTS,
        "A process dies while a campaign is made, which then never gets ready.",
        ("hawkBit #1770",),
    ),
    Fault(
        "PF-hawkbit-52",
        Place.COMPLAINTS,
        "It is finished at once, as every device has the firmware already.",
        ("hawkBit #735",),
    ),
    Fault(
        "PF-hawkbit-53",
        Place.COMPLAINTS,
        "The next wave begins before a regression of this one can be seen.",
        ("hawkBit PR #2867",),
    ),
    Fault(
        "PF-hawkbit-54",
        Place.COMPLAINTS,
        "Work at the same time breaks or loses what was counted.",
        ("hawkBit #467", "hawkBit #3010"),
    ),
    Fault(
        "PF-hawkbit-55",
        Place.COMPLAINTS,
        "History is deleted so that the system stays alive.",
        ("hawkBit PR #704", "hawkBit #2728"),
    ),
    Fault(
        "PF-hawkbit-56",
        Place.COMPLAINTS,
        "There are no reports on what was decided, by whom and on which figures.",
        ("hawkBit #2537", "hawkBit #2720"),
    ),
    Fault(
        "PF-hawkbit-57",
        Place.COMMANDS,
        "One campaign that cannot be decided blocks all others.",
        ("hawkBit PR #1359",),
    ),
)
HAWKBIT: Final = (*_REFUSED, *_COMPLAINTS)
