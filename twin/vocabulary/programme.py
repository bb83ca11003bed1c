"""The programme: who may ask, what was promised, who reviews it (sections 1 to 3)."""

from enum import StrEnum


class Role(StrEnum):
    """User roles of the DCC (request matrix)."""

    IMPORT_SUPPLIER = "IS"
    EXPORT_SUPPLIER = "ES"
    GAS_SUPPLIER = "GS"
    REGISTERED_SUPPLIER_AGENT = "RSA"
    ELECTRICITY_DISTRIBUTOR = "ED"
    GAS_TRANSPORTER = "GT"
    OTHER_USER = "OU"


class ProgrammeOption(StrEnum):
    """The three options of the consultation for local CAD pairing (paragraphs 19 to 26)."""

    NO_LOCAL_PAIRING = "option_1"
    GB_SPECIFIC_CADS = "option_2"
    EXISTING_ZIGBEE = "option_3"


class Milestone(StrEnum):
    """Dates that the source sets or expects."""

    LEGAL_TEXT = "legal_text"
    DCC_LIVE = "dcc_live"
    NEW_INSTALLATIONS_CAPABLE = "new_installations_capable"
    LOCAL_PAIRING_AVAILABLE = "local_pairing_available"
    ALL_INSTALLED_UPGRADED = "all_installed_upgraded"
    ALL_PREMISES = "all_premises"


class InformationSubject(StrEnum):
    """What the Technical Sub-Committee asks parties for (F1.6, paragraph 10)."""

    HAN_DEPLOYMENT = "han_deployment"
    USE_OF_868 = "use_of_868"
    LINK_OCCUPANCY = "link_occupancy"
    DUTY_CYCLE = "duty_cycle"
    PAIRING_OUTCOMES = "pairing_outcomes"


class SecObjective(StrEnum):
    """General SEC Objectives C1.1(a) to (f)."""

    A = "C1.1(a)"
    B = "C1.1(b)"
    C = "C1.1(c)"
    D = "C1.1(d)"
    E = "C1.1(e)"
    F = "C1.1(f)"


class Addressee(StrEnum):
    """Whom a recommendation on the HAN arrangements goes to (F1.4(g))."""

    SEC_PANEL = "sec_panel"
    OFGEM = "ofgem"


class Recommendation(StrEnum):
    """What is recommended: a closed list, since free text may name people."""

    NO_CHANGE = "no_change"
    IMPROVE_2_4_GHZ_EVIDENCE = "improve_2_4_ghz_evidence"
    RAISE_LINK_CAPACITY = "raise_link_capacity"
    ENCOURAGE_PRIVACY_PIN = "encourage_privacy_pin"
    SPEED_UP_FIRMWARE = "speed_up_firmware"
