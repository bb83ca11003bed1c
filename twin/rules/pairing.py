"""Local pairing: where it is offered and allowed, and when no code is typed again (section 2)."""

from twin.rules.device_logs import HubLog
from twin.rules.marks import rule
from twin.rules.refusal import Answer, first_refusal, unless
from twin.vocabulary import PairingStage, ProgrammeOption


@rule("BR04")
def pairing_allowed(*, hub_capable: bool, meter_capable: bool, option: ProgrammeOption) -> Answer:
    """Whether a consumer can pair at the meter: offered, and meter and hub capable (29 to 31)."""
    return first_refusal(
        unless(
            broken=option is ProgrammeOption.NO_LOCAL_PAIRING,
            rule="BR04",
            why="option 1 offers no local pairing (paragraph 19)",
        ),
        unless(
            broken=not meter_capable,
            rule="BR04",
            why="the electricity meter runs no firmware with local pairing",
        ),
        unless(
            broken=not hub_capable, rule="BR04", why="the hub runs no firmware with local pairing"
        ),
    )


@rule("BR04")
def steps_of(*, option: ProgrammeOption, pin_set: bool) -> tuple[PairingStage, ...]:
    """The consumer's steps at the meter under an option, in their order.

    Option 1 has none (paragraph 19); option 2 confirms the MAC address and types no code
    (paragraphs 17 and 21); option 3 is Annex D's.
    """
    if option is ProgrammeOption.NO_LOCAL_PAIRING:
        return ()
    prompt = (PairingStage.PIN_PROMPT,) if pin_set else ()
    types_code = option is ProgrammeOption.EXISTING_ZIGBEE
    code = (PairingStage.CODE_ENTRY,) if types_code else ()
    return (
        *prompt,
        PairingStage.PAIRING_MODE,
        PairingStage.CAD_CHOICE,
        *code,
        PairingStage.JOIN,
    )


@rule("BR08")
def code_needed(*, log: HubLog, device_id: str) -> bool:
    """Whether a CAD's code must be typed: only the first time it is paired (paragraph 25).

    Loss of power leaves the log as it is, and a new hub gets it restored (8.12.1), so both
    leave a paired CAD paired.
    """
    return device_id not in log.entries
