"""For each paragraph of the source that asks for something: the code that answers it."""

from typing import Final

from msgspec import Struct

_EVENTS: Final = "twin.events."
_RULES: Final = "twin.rules."
_FLEET: Final = "twin.fleet."


class Clause(Struct, frozen=True):
    """A statement of the source, where it stands, the code by dotted name, and assumptions used.

    `assumed` are rows of the fleet's assumption files.
    """

    place: str
    says: str
    code: tuple[str, ...]
    assumed: tuple[str, ...] = ()


def _clause(
    place: str,
    says: str,
    *,
    rules: str = "",
    events: str = "",
    fleet: str = "",
    other: str = "",
    assumed: str = "",
) -> Clause:
    """A clause from names that are written short: each list is parted by spaces."""
    code = (
        *(_RULES + name for name in rules.split()),
        *(_EVENTS + name for name in events.split()),
        *(_FLEET + name for name in fleet.split()),
        *other.split(),
    )
    return Clause(place, says, code, tuple(assumed.split()))


CLAUSES: Final = (
    _clause(
        "§3",
        "Dual and single band hubs; the electricity meter at 2.4 GHz; four high bandwidth links; "
        "low power.",
        rules="bands.select_band bands.open_link bands.is_high_bandwidth "
        "sub_ghz.check_transmit_power judged_radio.judge_links judged_radio.judge_meter_band",
        events="lifecycle.CommsHubInstalled bands.HighBandwidthLinkOpened "
        "bands.HighBandwidthLinkRefused",
        other="twin.vocabulary.HubVariant",
    ),
    _clause(
        "§5",
        "868 MHz is scarce: used only where needed, never by the electricity meter, by the IHD "
        "only where 2.4 GHz is technically impracticable.",
        rules="bands.select_band bands.check_band judged_licence.judge_provision "
        "sub_ghz.duty_state sub_ghz.may_send_in sub_ghz.assess_scan",
        events="sub_ghz.DutyCycleStateChanged sub_ghz.ChannelScanAssessed",
    ),
    _clause(
        "§6",
        "Suppliers install a 2.4 GHz IHD and connect it at 2.4 GHz where that works without "
        "additional equipment.",
        rules="bands.technically_impracticable judged_licence.judge_provision "
        "judged_licence.judge_connection",
        events="bands.CoverageMeasured bands.BandSelected",
        assumed="ghz_2_4_share any_band_share",
    ),
    _clause(
        "§7",
        "Where 2.4 GHz cannot be used: 868 MHz or Alternative HAN.",
        rules="bands.select_band judged_radio.judge_single_band_hub",
        other="twin.vocabulary.Band twin.vocabulary.BandReason",
    ),
    _clause(
        "§13",
        "CADs are paired remotely by a supplier or another DCC User.",
        rules="access.check_request access.needs_dcc_user",
        events="joining.DeviceLogUpdateRequested pairing.PairingStarted",
        other="twin.vocabulary.PairingRoute",
    ),
    _clause(
        "§14",
        "Consumers can pair CADs themselves, without supplier or DCC User.",
        rules="access.needs_dcc_user pairing.pairing_allowed pairing.steps_of",
        events="pairing.PairingStarted pairing.PairingCompleted",
        assumed="cad_local_preference_share",
    ),
    _clause(
        "§15",
        "Several options to pair: at the meter, or by the four ways of Annex C.",
        fleet="pairing.journeys.journey_of",
        other="twin.vocabulary.PairingChannel twin.vocabulary.PairingRoute",
        assumed="remote_channel_share",
    ),
    _clause(
        "§16",
        "Today's specifications have no local pairing: it comes by new firmware.",
        fleet="pairing.journeys.offers_local",
        rules="pairing.pairing_allowed capability.check_new_installation",
        other="twin.ingest.catalogue.Catalogue",
        assumed="pairing_capable_rule",
    ),
    _clause(
        "§17",
        "The original method: the MAC address is shown and confirmed, and no code typed.",
        rules="pairing.steps_of",
        events="pairing.CadAddressDisplayed pairing.CadSelected",
        fleet="pairing.local_exchange.confirmed_journey",
    ),
    _clause(
        "§19",
        "Option 1: no local pairing; remote pairing stays.",
        rules="pairing.pairing_allowed pairing.steps_of",
        fleet="living.policy.Policy pairing.journeys.is_allowed",
        other="twin.vocabulary.ProgrammeOption",
    ),
    _clause(
        "§20",
        "Option 1 takes a choice from consumers: compare it with the others on the same fleet.",
        fleet="living.policy.Policy pairing.journeys.journey_of",
    ),
    _clause(
        "§21",
        "Option 2: CADs made for GB, confirmed by MAC address.",
        rules="pairing.steps_of",
        events="pairing.CadSelected",
        fleet="living.policy.Policy pairing.local_exchange.confirmed_journey",
    ),
    _clause(
        "§22",
        "Option 2 has fewer products to choose from.",
        fleet="pairing.journeys.journey_of numbers.pairing_rows.PairingRows",
        other="twin.vocabulary.ProgrammeOption",
    ),
    _clause(
        "§23",
        "Option 2 takes longest.",
        fleet="pairing.journeys.offers_local numbers.pairing_rows.PairingRows",
        other="twin.vocabulary.ProgrammeOption",
    ),
    _clause(
        "§24",
        "Option 3: a code of 20 to 44 digits typed at the meter; all legal lengths; read access.",
        rules="install_codes.check_install_code install_codes.lengths_accepted "
        "access.check_access pairing.steps_of",
        events="pairing.InstallCodeEntered pairing.InstallCodeRejected",
        fleet="pairing.code_typing.code_at_meter pairing.code_typing.presses_of",
        other="infra.commands.install_code.check",
        assumed="code_length_share code_wrong_share_per_digit",
    ),
    _clause(
        "§25",
        "The lengthy code is typed once: not after loss of power or exchange of the hub.",
        rules="pairing.code_needed device_logs.restore_log",
        events="lifecycle.CommsHubReplaced lifecycle.PowerOutageAlerted",
        fleet="network.hub_exchange.HubExchanges network.power.Supply",
        assumed="code_press_time code_abandoned_share",
    ),
    _clause("§26", "Option 3 is proposed.", fleet="living.policy.PROPOSED"),
    _clause(
        "§27",
        "Legal text mid-2016, local pairing on devices in the second half of 2017, after DCC Live.",
        rules="programme.PLANNED programme.milestone_standing programme.check_milestone_order",
        events="oversight.MilestoneDeclared oversight.MilestoneReached oversight.MilestoneSlipped",
    ),
    _clause(
        "§28",
        "Views are sought on upgrades and on the Privacy PIN: switches and assumptions to vary.",
        fleet="living.policy.Policy numbers.assumptions.Assumptions",
    ),
    _clause(
        "§29",
        "Installed meters and hubs get local pairing over the air, without new hardware.",
        rules="firmware.check_update_request firmware.warning_for firmware.take_image "
        "firmware.check_activation catalogue.check_target",
        events="firmware.FirmwareUpdateRequested firmware.FirmwareActivated",
        fleet="firmware.delivery.Delivery firmware.activation.Activation",
        other="twin.campaign.decide.decide_tick",
    ),
    _clause(
        "§30",
        "No significant cost or timescale is expected: how long campaigns take is measured.",
        events="firmware.FirmwareVersionRead programme.CampaignFinished",
        other="twin.campaign.tallies.tally_of",
        assumed="delivery_delay verification_delay activation_delay",
    ),
    _clause(
        "§31",
        "From mid-2017 new meters and hubs are capable, and all installed ones are upgraded.",
        rules="capability.check_new_installation capability.capability_of programme.PLANNED",
        events="lifecycle.DeviceInstalled oversight.MilestoneSlipped",
        fleet="oversight.milestones.courses",
        other="twin.state.premises.is_capable",
        assumed="pairing_capable_from",
    ),
    _clause(
        "§32",
        "The Privacy PIN protects local pairing; to use it is the consumer's decision.",
        rules="pins.pin_prompt pins.pin_opens pins.check_remote_pin_act",
        events="pins.PrivacyPinSet pins.PrivacyPinChanged pins.PrivacyPinCleared "
        "pins.PrivacyPinEntered pins.PrivacyPinDisabled",
        fleet="people.privacy_pins.PrivacyPins pairing.local_exchange.enter_pin",
        assumed="pin_take_up",
    ),
    _clause(
        "§33",
        "PINs may be unset or generic, so that others pair a device in a shared meter space.",
        rules="pins.check_pin_choice secrecy.fields_open_to_a_secret",
        events="pins.UnauthorisedPairingAttempted",
        fleet="people.intruders.Intruders people.intruders.guesses_to_hit",
        other="twin.vocabulary.PinClass",
        assumed="pin_class_share shared_meter_space_share",
    ),
    _clause(
        "§34",
        "Approaches to encourage the PIN (Q9): deny list, prompt at installation, PIN by default.",
        rules="pins.check_pin_choice",
        fleet="living.policy.Policy people.privacy_pins.PrivacyPins",
        other="twin.vocabulary.PinIntervention",
    ),
    _clause(
        "Annex C",
        "Any DCC User pairs remotely, without a supplier's intervention.",
        rules="access.check_request device_logs.add_device joins.key_for_rejoin",
        events="lifecycle.DevicePreNotified joining.DeviceLogUpdateRequested "
        "joining.ChfDeviceLogChanged joining.DeviceJoined joining.JoinRequested",
        fleet="pairing.remote_exchange.remote_journey pairing.remote_exchange.update_log",
    ),
    _clause(
        "Annex C",
        "Four ways in: pre-paired CAD, website or app, phone, post.",
        fleet="pairing.remote_exchange.ask",
        events="pairing.PairingStarted",
        other="twin.vocabulary.PairingChannel",
        assumed="remote_channel_share remote_delay",
    ),
    _clause(
        "Annex D",
        "GBCS: the code goes from meter to hub in TransferData, never in the clear.",
        rules="secrecy.fields_open_to_a_secret",
        events="pairing.InstallCodeTransferred",
    ),
    _clause(
        "Annex D",
        "Meter to hub: enter pairing mode.",
        rules="joins.check_join_window",
        events="pairing.PairingModeOpened pairing.PairingWindowExpired",
        assumed="join_time_longest",
    ),
    _clause(
        "Annex D",
        "Meter to hub: send the install code.",
        rules="install_codes.check_code_bytes",
        events="pairing.InstallCodeTransferred",
        fleet="pairing.code_typing.code_at_meter",
    ),
    _clause(
        "Annex D",
        "CAD to hub: its MAC address.",
        rules="identity.check_eui64",
        events="pairing.CadAddressReported",
        fleet="pairing.local_exchange.show_cad",
    ),
    _clause(
        "Annex D",
        "Hub to meter: the CAD's MAC address, for device log and display.",
        rules="device_logs.meter_admits",
        events="pairing.CadAddressDisplayed joining.JoinSucceeded",
        fleet="pairing.local_exchange.show_cad pairing.cad_joins.join_meter",
    ),
    _clause(
        "Annex D",
        "At the meter: display the MAC address, select the CAD, enter the code.",
        rules="pairing.steps_of install_codes.check_install_code",
        events="pairing.CadAddressDisplayed pairing.CadSelected pairing.InstallCodeEntered",
        fleet="pairing.local_exchange.choose_cad",
    ),
)
"""In the order of the source; a place may have several clauses."""
PLACES: Final = (
    *(f"§{n}" for n in (3, 5, 6, 7, *range(13, 18), *range(19, 35))),
    "Annex C",
    "Annex D",
)
"""Places that must have an answer (the domain, whole)."""
