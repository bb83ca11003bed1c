"""Mender, NervesHub, gooseBit, AWS, Azure and others: what they refuse, and where they fail."""

from typing import Final

from tests.peers.fault import Fault, Place, absent, missing

MENDER_ROWS: Final = (
    Fault("PF-mender-01", Place.MENDER, "A body is none that could be read."),
    Fault("PF-mender-02", Place.MENDER, "It says neither which devices nor that it means all."),
    Fault("PF-mender-03", Place.MENDER, "It says which devices, and that it means all others."),
    Fault("PF-mender-04", Place.MENDER, "The same plan comes a second time."),
    missing(
        "PF-mender-05",
        Place.MENDER,
        "The same plan comes a second time under another name.",
        because="A plan's hash covers its id, so the second is taken, and a device that both "
        "release on one tick is asked twice.",
    ),
    Fault("PF-mender-06", Place.MENDER, "The firmware to send is not known."),
    Fault("PF-mender-07", Place.MENDER, "A device is not known to the inventory."),
    Fault("PF-mender-08", Place.MENDER, "A report has a word for its state that does not exist."),
    Fault("PF-mender-09", Place.MENDER, "A report brings a text of any length."),
    Fault("PF-mender-10", Place.MENDER, "A device reports success after the campaign's abort."),
    Fault("PF-mender-11", Place.MENDER, "A device reports success after it was taken away."),
    Fault("PF-mender-12", Place.MENDER, "The same report comes twice."),
    Fault(
        "PF-mender-13",
        Place.MENDER,
        "A device says midway that it is another, or runs a third version.",
    ),
    Fault(
        "PF-mender-14",
        Place.MENDER,
        "It is aborted before any device has begun, and never ends.",
        ("Mender deployments PR #426",),
    ),
    Fault("PF-mender-15", Place.MENDER, "It is aborted, or devices go, while all are under way."),
    Fault("PF-mender-16", Place.MENDER_PAGES, "A phase comes to less than one device."),
    Fault("PF-mender-17", Place.MENDER_PAGES, "The phases together come to more than all."),
    Fault(
        "PF-mender-18",
        Place.MENDER_PAGES,
        "The progress of the last phase is wrong.",
        ("Mender #745",),
    ),
    Fault(
        "PF-mender-19",
        Place.MENDER_PAGES,
        "The phases that are kept are not those that were planned.",
        ("Mender #521",),
    ),
    Fault("PF-mender-20", Place.FINDINGS, "Failures of a phase are guessed, not counted."),
    Fault(
        "PF-mender-21",
        Place.PECULIARITIES,
        "A device that had a newer version is left out for good, and nobody is told.",
    ),
    Fault(
        "PF-mender-22",
        Place.PECULIARITIES,
        "Sizes of phases are worked out once, and the devices behind them change.",
    ),
)
NERVESHUB_ROWS: Final = (
    Fault("PF-nerveshub-01", Place.NERVESHUB, "More updates are under way than the limits allow."),
    Fault("PF-nerveshub-02", Place.NERVESHUB, "Firmware that is not approved is sent."),
    Fault("PF-nerveshub-03", Place.NERVESHUB, "What was ended or not begun goes on sending."),
    absent(
        "PF-nerveshub-04",
        Place.NERVESHUB,
        "The difference between two images is still made, or could not be made.",
        because="Images are sent whole.",
    ),
    Fault("PF-nerveshub-05", Place.NERVESHUB, "A version has no form: kept apart, not a crash."),
    absent(
        "PF-nerveshub-06",
        Place.NERVESHUB,
        "Urgent and other devices take each other's slots.",
        because="Limits are rates and no slots; between campaigns the priority decides "
        "(PF-goosebit-03).",
    ),
    Fault("PF-nerveshub-07", Place.NERVESHUB, "A limit is used up: nothing more goes out."),
    Fault("PF-nerveshub-08", Place.NERVESHUB, "A device that was passed over is never asked."),
    Fault("PF-nerveshub-09", Place.NERVESHUB, "Many devices join at once, and some are lost."),
    Fault("PF-nerveshub-10", Place.NERVESHUB, "A device that does not fit leaves without a word."),
    Fault(
        "PF-nerveshub-11",
        Place.COMPLAINTS,
        "A campaign that goes wrong neither stops by itself nor asks for attention.",
        ("NervesHub #419", "NervesHub #76"),
    ),
    Fault(
        "PF-nerveshub-12",
        Place.PECULIARITIES,
        "A home that keeps failing is tried again and again before all others.",
    ),
)
GOOSEBIT_ROWS: Final = (
    Fault(
        "PF-goosebit-01",
        Place.GOOSEBIT,
        "The firmware is withdrawn while devices are being updated to it.",
    ),
    Fault("PF-goosebit-02", Place.GOOSEBIT, "The download of an image fails."),
    Fault("PF-goosebit-03", Place.GOOSEBIT, "Two campaigns run: which one has a device first?"),
    Fault("PF-goosebit-04", Place.GOOSEBIT, "No firmware fits a device."),
    absent(
        "PF-goosebit-05",
        Place.GOOSEBIT,
        "A device is pinned to its version.",
        because="Nobody can pin a meter; who is left out is left out by the plan's selection.",
    ),
    Fault("PF-goosebit-06", Place.GOOSEBIT, "A device runs the version already."),
    Fault(
        "PF-goosebit-07",
        Place.GOOSEBIT,
        "Counters that are read, raised and written lose counts where several clients work.",
    ),
    Fault(
        "PF-goosebit-08",
        Place.COMPLAINTS,
        "Nothing stops a campaign whose devices fail.",
        ("gooseBit #289", "gooseBit #43"),
    ),
)
CLOUD_ROWS: Final = (
    Fault("PF-aws-01", Place.AWS, "Errors are judged before there is evidence enough."),
    Fault("PF-aws-02", Place.AWS, "Executions are taken out, and the rate that is judged jumps."),
    Fault("PF-aws-03", Place.AWS, "At a limit a campaign is cancelled in place of waiting."),
    Fault("PF-aws-04", Place.AWS, "The window closes in the middle of a campaign."),
    Fault("PF-aws-05", Place.FINDINGS, "A look after every outcome cancels a healthy wave."),
    Fault("PF-aws-06", Place.FINDINGS, "The time that a device is given lies outside its range."),
    Fault("PF-azure-01", Place.RULES_COMPARED, "A share of the whole group stops far too late."),
    absent(
        "PF-azure-02",
        Place.PECULIARITIES,
        "Devices are sent back to the version before by themselves.",
        because="Nothing undoes an update: the target is the newest firmware that is Current.",
    ),
    missing(
        "PF-azure-03",
        Place.PECULIARITIES,
        "A way back is wanted, as a campaign of its own that names the one it takes back.",
        because="A plan cannot name an older target, nor the campaign that it takes back.",
    ),
    Fault(
        "PF-golioth-01",
        Place.PECULIARITIES,
        "An edit of a tag pulls firmware to devices that nobody meant.",
    ),
)
OTHER_ROWS: Final = (
    Fault(
        "PF-others-01",
        Place.PECULIARITIES,
        "The same unlucky homes are first in every campaign.",
        ("systemd #30855",),
    ),
    Fault(
        "PF-others-02",
        Place.COMPLAINTS,
        "Devices that never come back are never counted as failed.",
        ("trmnl-firmware #476",),
    ),
    Fault(
        "PF-others-03",
        Place.COMPLAINTS,
        "People raise the pace step by step by hand.",
        ("meticulous-machine PR #81",),
    ),
    Fault(
        "PF-others-04",
        Place.COMPLAINTS,
        "Nobody can see what a plan would do before it is done.",
        ("Octopus #2866", "mozilla/release-services #268"),
    ),
    Fault(
        "PF-others-05",
        Place.COMMANDS,
        "A command acts on a campaign that has moved on since it was looked at (OtaKit).",
    ),
)
ENGINES: Final = (*MENDER_ROWS, *NERVESHUB_ROWS, *GOOSEBIT_ROWS, *CLOUD_ROWS, *OTHER_ROWS)
