"""What no peer tests and Great Britain's fleet asks for: "ours in addition"."""

from typing import Final

from tests.peers.fault import Fault, Place

HERE: Final = Place.OURS

OURS: Final = (
    Fault("PF-ours-01", HERE, "A fact of a device comes again, at any distance."),
    Fault("PF-ours-02", HERE, "Facts of a device come in another order, at any distance."),
    Fault("PF-ours-03", HERE, "A fact of a device comes late, also after the campaign's end."),
    Fault("PF-ours-04", HERE, "The device activates and its response is lost."),
    Fault(
        "PF-ours-05",
        HERE,
        "A device says that it verified an image with another hash (0x8F72).",
    ),
    Fault(
        "PF-ours-06",
        HERE,
        "A device says that it activated what nobody asked it to (0x8F66).",
    ),
    Fault("PF-ours-07", HERE, "A device that told of success is read to run the old version."),
    Fault(
        "PF-ours-08",
        HERE,
        "Devices fall back to the old version, or are never read, after they told of success.",
    ),
    Fault("PF-ours-09", HERE, "Clocks differ at the edge of a window."),
    Fault("PF-ours-10", HERE, "The hour from 01:00 to 02:00 comes twice in October."),
    Fault("PF-ours-11", HERE, "The hour from 01:00 to 02:00 is missing in March."),
    Fault("PF-ours-12", HERE, "An approval is for another plan than the one that stands."),
    Fault("PF-ours-13", HERE, "A command expects a version that is past."),
    Fault("PF-ours-14", HERE, "Two operators hold and resume at the same time."),
    Fault("PF-ours-15", HERE, "A request names 50,001 devices."),
    Fault("PF-ours-16", HERE, "A threshold is no number, negative or above 100 %."),
    Fault("PF-ours-17", HERE, "A wave has no device."),
    Fault("PF-ours-18", HERE, "A process dies at any line while a campaign starts."),
    Fault("PF-ours-19", HERE, "A process dies at any line while a wave is released."),
    Fault("PF-ours-20", HERE, "A process dies at any line while a campaign is aborted."),
    Fault("PF-ours-21", HERE, "A partition goes to another worker in mid-wave."),
    Fault("PF-ours-22", HERE, "Another campaign's request at the device is in progress."),
    Fault("PF-ours-23", HERE, "The hub of a home is exchanged in mid-wave."),
    Fault("PF-ours-24", HERE, "The meter of a home is exchanged in mid-wave."),
    Fault(
        "PF-ours-25",
        HERE,
        "The target is removed from the Central Products List in mid-campaign.",
    ),
    Fault("PF-ours-26", HERE, "A home changes its supplier in mid-wave: in which stratum is it?"),
    Fault("PF-ours-27", HERE, "The gate hears good homes first, and of failures by time-outs."),
    Fault("PF-ours-28", HERE, "A whole region falls silent, or gets no image to its hubs (N61)."),
    Fault("PF-ours-29", HERE, "A forecast is asked for before there is any history."),
    Fault("PF-ours-30", HERE, "A course not taken is asked for, beyond what was ever observed."),
    Fault(
        "PF-ours-31",
        HERE,
        "Two campaigns ask the same device on the same tick.",
    ),
)
