"""Each rule in one sentence with its sources, and the code outside this room that keeps it."""

from typing import Final

from msgspec import Struct


class Rule(Struct, frozen=True):
    """A rule: its id, where it comes from, what it says, and code elsewhere that keeps it.

    `sources` are citations (`twin.rules.citations`), `elsewhere` dotted names.
    """

    id: str
    sources: tuple[str, ...]
    says: str
    elsewhere: tuple[str, ...] = ()


_JUDGED: Final = "twin.state.legality.breach_of"
_TABLE: Final = (
    Rule(
        "BR01",
        ("§24", "ZigBee"),
        "An install code is 6, 8, 12 or 16 bytes and a CRC-16/X-25, low byte first; typed it has "
        "20, 25, 34 or 44 digits (the decimal form is ASSUMED).",
        ("twin.events.pairing.CodeLength", "infra.commands.install_code.check"),
    ),
    Rule("BR02", ("§24",), "The longer code may not be required: all four lengths are accepted."),
    Rule(
        "BR03",
        ("Annex D",),
        "An install code stands in no event, log or page, and the twin never holds a key.",
        ("twin.events.codec.safe_text", "infra.commands.install_code.check"),
    ),
    Rule(
        "BR04",
        ("§29", "§31"),
        "Local pairing needs capable firmware on hub and electricity meter; from mid-2017 all "
        "newly installed ones have it.",
        ("twin.state.premises.is_capable",),
    ),
    Rule(
        "BR05",
        ("§31",),
        "All installed hubs and electricity meters are to be upgraded: they are counted apart, "
        "and a premises where both are capable.",
        ("twin.state.premises.is_capable", "twin.campaign.decide.decide_tick"),
    ),
    Rule(
        "BR06",
        ("§13", "§14", "§15", "Annex C", "request matrix"),
        "Local pairing needs no DCC User; remote pairing needs 8.11 by a supplier or other user, "
        "and no supplier's intervention.",
        (_JUDGED,),
    ),
    Rule(
        "BR07",
        ("§24",),
        "A paired CAD gets read access and no other.",
        ("twin.events.pairing.PairingCompleted",),
    ),
    Rule(
        "BR08",
        ("§25", "DUIS"),
        "A pairing survives loss of power and exchange of the hub: the code is typed once.",
        ("twin.events.lifecycle.CommsHubReplaced",),
    ),
    Rule(
        "BR09",
        ("§32", "§33", "E470 manual"),
        "If a Privacy PIN of four digits is set, the right PIN comes before pairing; if none is "
        "set, none is asked for; to set one is the consumer's choice.",
        (_JUDGED,),
    ),
    Rule(
        "BR10",
        ("§32", "request matrix"),
        "No PIN leaves the meter; the DCC can only disable it (3.5), by a supplier.",
        ("twin.events.pins.PrivacyPinDisabled", _JUDGED),
    ),
    Rule("BR11", ("§3", "§5"), "An electricity meter always uses 2.4 GHz.", (_JUDGED,)),
    Rule(
        "BR12",
        ("licence condition 40.1", "licence condition 34.1", "§5", "§6", "§7"),
        "An IHD uses 2.4 GHz unless that is technically impracticable: not without additional "
        "equipment or moving a part of the system.",
        (_JUDGED,),
    ),
    Rule(
        "BR13",
        ("licence condition 49.4(d)", "licence condition 43.4(d)"),
        "A 2.4 GHz IHD is connected at 2.4 GHz where reasonable.",
    ),
    Rule(
        "BR14",
        ("§3", "§7"),
        "868 MHz needs a dual band hub and a device for it; where neither band works there is "
        "the Alternative HAN.",
        (_JUDGED,),
    ),
    Rule(
        "BR15",
        ("§3",),
        "A hub has at most four high bandwidth links at 868 MHz; the fifth is refused (0x8F2D).",
        ("twin.events.bands.HighBandwidthLinkRefused", _JUDGED),
    ),
    Rule("BR16", ("§3",), "The transmit power is at most 25 mW; high power is refused."),
    Rule(
        "BR17",
        ("DUIS",),
        "The eleven sub GHz settings lie in their ranges, and the Normal-Limited threshold is "
        "not above the Limited-Critical one (that order is ASSUMED).",
        ("twin.events.sub_ghz.SubGhzConfigurationChanged",),
    ),
    Rule(
        "BR18",
        ("SiLabs", "RTDS"),
        "Duty cycle states change one at a time by threshold; a suspended device gets nothing "
        "but firmware in Limited; it is suspended for 1 to 255 minutes.",
        (_JUDGED,),
    ),
    Rule(
        "BR19",
        ("DUIS",),
        "Channel changes keep to the week's limit of 1 to 7; there is no scan during a gas "
        "meter's firmware, joining or a hand held terminal, and each refusal has its word.",
        ("twin.events.sub_ghz.ChannelScanAssessed", _JUDGED),
    ),
    Rule(
        "BR20",
        ("DUIS",),
        "A join window lasts 1 to 3,600 s, and joining outside it fails.",
        ("twin.events.pairing.JoinWindow", _JUDGED),
    ),
    Rule(
        "BR21",
        ("GBCS",),
        "A device of the historic log joins by its earlier key in the first half of the window "
        "and by its install code in the second.",
        (_JUDGED,),
    ),
    Rule(
        "BR22",
        ("GBCS",),
        "The historic log holds fifteen, the oldest goes first; hand held terminals and gas "
        "proxy functions are never in it.",
        ("twin.events.joining.HistoricEntries",),
    ),
    Rule(
        "BR23",
        ("GBCS",),
        "A device that is not in the hub's device log cannot communicate on the network.",
    ),
    Rule(
        "BR24",
        ("GBCS",),
        "Each change of a hub's log yields one alert 0x8F12.",
        ("twin.events.joining.ChfDeviceLogChanged", _JUDGED),
    ),
    Rule(
        "BR25",
        ("AS302P manual", "DUIS"),
        "An electricity meter's log holds 5 HCALCS, 7 Type 1 and 4 Type 2 devices; more is "
        "DeviceLogFull (4).",
    ),
    Rule(
        "BR26",
        ("GBCS", "RTDS"),
        "Method A joins an electricity meter with HCALCS and PPMID, B with Type 2 devices and "
        "gas meter with gas proxy, C gas meter with PPMID and a certificate.",
        ("twin.vocabulary.join_methods.method_of", _JUDGED),
    ),
    Rule(
        "BR27",
        ("request matrix",),
        "Critical requests (8.7.1, 11.3, 8.1.1) are sent by suppliers only.",
        ("twin.vocabulary.service_requests.may_send", _JUDGED),
    ),
    Rule(
        "BR28",
        ("DUIS",),
        "Update Firmware names 1 to 50,000 commissioned devices without another request, an "
        "image of at most 10,240,000 octets and a version of at most 8 characters; devices that "
        "it does not reach are on one of five lists.",
        ("twin.events.firmware.FirmwareUpdateWarned",),
    ),
    Rule(
        "BR29",
        ("GBCS",),
        "Only the image held is activated, by one device and an equal 32-byte hash; no image is "
        "outcome 1, another hash outcome 2.",
        ("twin.events.firmware.ImageHash",),
    ),
    Rule("BR30", ("GBCS",), "Distribution never changes the running firmware."),
    Rule(
        "BR31",
        ("AS302P manual",),
        "Exactly one of 0x8F72 and 0x8F1C follows each complete transfer, and a failed "
        "verification bars activation.",
        ("twin.state.devices.held_image",),
    ),
    Rule(
        "BR32",
        ("AS302P manual",),
        "A device has one active image and at most one held; a newer download replaces it.",
        ("twin.state.devices.held_image",),
    ),
    Rule(
        "BR33",
        ("RTDS", "DUIS"),
        "A future-dated activation is accepted now, can be cancelled before its time, and "
        "yields one 0x8F66 or 0x8F67 at or after it.",
        (_JUDGED,),
    ),
    Rule(
        "BR34",
        ("Central Products List", "DUIS", "MP105"),
        "A target is Current on the products list for model and hardware; a device that runs a "
        "removed version is suspended.",
        ("twin.ingest.catalogue.Catalogue", _JUDGED),
    ),
    Rule(
        "BR35",
        ("MP105",),
        "The inventory's version changes on a response, an alert or a read only; what the "
        "device runs may differ, which is a mismatch.",
        ("twin.state.premises.standing", _JUDGED),
    ),
    Rule(
        "BR36",
        ("MP102",),
        "An outage over 3 minutes by an activation yields AD1, and is traced to its campaign.",
        (_JUDGED,),
    ),
    Rule(
        "BR37",
        ("SECMP0015", "GBCS"),
        "Nothing is pushed to a gas meter; its messages wait for its next wake, about 30 minutes.",
    ),
    Rule(
        "BR38",
        ("Central Products List", "SECMP0007"),
        "CADs and IHDs are on no products list and get no firmware by the DCC.",
        (_JUDGED,),
    ),
    Rule(
        "BR39",
        ("page 6",),
        "2.4 GHz works in 70 % and either band in 96.5 % of the synthetic premises, within "
        "sampling error; the other 3.5 % get neither.",
        ("twin.fleet.population.sample.sampled",),
    ),
    Rule(
        "BR40",
        ("§10", "SEC F1.4(g)", "SEC F1.6", "SEC objectives"),
        "A recommendation on the HAN names a SEC objective and goes to Panel and Ofgem; parties "
        "that are asked must answer.",
        ("twin.events.oversight.RecommendationMade",),
    ),
    Rule(
        "BR41",
        ("event sourcing",),
        "Events are never altered; state is their fold, a replay gives the same, a duplicate "
        "changes nothing, a gap in a source's numbers is reported.",
        ("twin.state.step.step", "twin.state.replay.replay", "twin.ids.event_id"),
    ),
    Rule(
        "BR42",
        ("§27", "§31", "page 6"),
        "Milestones are held against the source's dates: legal text mid-2016, capable from "
        "mid-2017, available in the second half of 2017, all premises by the end of 2020.",
        ("twin.events.oversight.MilestoneSlipped",),
    ),
    Rule(
        "BR43",
        ("DUIS",),
        "An MPAN has 13 digits, an MPRN up to 10, a device id 16 hex digits; one hub is active "
        "in a premises at a time.",
        ("twin.ids.Eui64", "twin.state.premises.active_device", _JUDGED),
    ),
)
RULES: Final = {rule.id: rule for rule in _TABLE}
"""The 43 rules by id, in order."""
