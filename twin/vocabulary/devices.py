"""Devices and premises: what stands where (DUIS, service requests 8.4, 8.14)."""

from enum import StrEnum


class DeviceType(StrEnum):
    """Kinds of device on the home area network (DUIS DeviceType)."""

    CHF = "CHF"
    GPF = "GPF"
    ESME = "ESME"
    GSME = "GSME"
    IHD = "IHD"
    PPMID = "PPMID"
    HCALCS = "HCALCS"
    CAD = "CAD"


class DeviceStatus(StrEnum):
    """Inventory status of a device (DUIS DeviceStatus)."""

    PENDING = "Pending"
    WHITELISTED = "Whitelisted"
    INSTALLED_NOT_COMMISSIONED = "InstalledNotCommissioned"
    COMMISSIONED = "Commissioned"
    DECOMMISSIONED = "Decommissioned"
    WITHDRAWN = "Withdrawn"
    SUSPENDED = "Suspended"
    RECOVERY = "Recovery"
    RECOVERED = "Recovered"


class HubVariant(StrEnum):
    """Single band (2.4 GHz) or dual band (2.4 GHz and 868 MHz) hub (seed paragraph 3)."""

    SINGLE_BAND = "single_band"
    DUAL_BAND = "dual_band"


class PremisesType(StrEnum):
    """Premises types of the install message (service request 8.14.2)."""

    DETACHED_SEMI = "detached_semi"
    TERRACED = "terraced"
    LOW_RISE = "low_rise"
    HIGH_RISE = "high_rise"


class CspRegion(StrEnum):
    """Communications regions (DUIS CSPRegion)."""

    NORTH = "North"
    CENTRAL = "Central"
    SOUTH = "South"


class GspGroup(StrEnum):
    """The 14 electricity distribution areas, by GSP group letter."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    P = "P"


class StatusReason(StrEnum):
    """Why the inventory status of a device changed."""

    PRE_NOTIFIED = "pre_notified"
    DEVICE_LOG_UPDATED = "device_log_updated"
    COMMISSIONED = "commissioned"
    FIRMWARE_REMOVED_FROM_CPL = "firmware_removed_from_cpl"
    FIRMWARE_NOT_CONFIRMED = "firmware_not_confirmed"
    FIRMWARE_READ = "firmware_read"
    HUB_EXCHANGED = "hub_exchanged"
    UNJOINED = "unjoined"


class ChfLocation(StrEnum):
    """Where the hub was put (CHFLocation of service request 8.14.2)."""

    OUTSIDE = "outside"
    EXTERNAL_WALL = "external_wall"
    DEEP_INDOORS = "deep_indoors"
    BASEMENT = "basement"


class HubInstallType(StrEnum):
    """What kind of hub installation it was (CHFInstallType of service request 8.14.2)."""

    NEW = "new"
    REPLACEMENT = "replacement"
    NO_SM_WAN = "no_sm_wan"


class Obstruction(StrEnum):
    """What stood in the way of the wide area network (flags of service request 8.14.2)."""

    AERIAL = "aerial"
    METAL = "metal"
    CONNECTIVITY = "connectivity"
    SHARED = "shared"


class ReturnReason(StrEnum):
    """Why a hub was exchanged and returned (service requests 8.14.3 and 8.14.4)."""

    FAULT = "fault"
    DUAL_SUPPLIER_VARIANT = "dual_supplier_han_variant_replacement"
    DAMAGED = "damaged"
