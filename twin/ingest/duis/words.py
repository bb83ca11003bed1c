"""The enumerations of DUIS and the words of this domain for their values (schemas V5.4)."""

from typing import Final

from twin.ingest.duis.values import FaultFound, HubFault, HubReturn
from twin.vocabulary import (
    ChfLocation,
    CspRegion,
    HubInstallType,
    HubVariant,
    LogAction,
    PremisesType,
    ScanAnswer,
    ScanTrigger,
    TransferOutcome,
)

PREMISES_TYPES: Final = {
    "Detached / Semi Detached": PremisesType.DETACHED_SEMI,
    "Terraced": PremisesType.TERRACED,
    "Low Rise Apartment (MDU <= 5 floors)": PremisesType.LOW_RISE,
    "High Rise Apartment (MDU > 5 floors)": PremisesType.HIGH_RISE,
}
LOCATIONS: Final = {
    "Outside Premises": ChfLocation.OUTSIDE,
    "Indoors on external wall": ChfLocation.EXTERNAL_WALL,
    "Deep indoors": ChfLocation.DEEP_INDOORS,
    "Basement or Cellar": ChfLocation.BASEMENT,
}
INSTALL_TYPES: Final = {
    "New CHF Install": HubInstallType.NEW,
    "Replacement CHF Install": HubInstallType.REPLACEMENT,
    "CHF Install - no SM WAN": HubInstallType.NO_SM_WAN,
}
REGIONS: Final = {
    f"{prefix}{region.value}": region for region in CspRegion for prefix in ("", "4G ")
}
"""The region of a hub of the fourth generation is the region; the technology is not kept."""
HAN_VARIANTS: Final = {
    "Single Band": HubVariant.SINGLE_BAND,
    "Dual Band": HubVariant.DUAL_BAND,
}
LOG_ACTIONS: Final = {"Add": LogAction.ADD, "Remove": LogAction.REMOVE}
TRIGGERS: Final = dict(
    zip(
        (
            "RemotePartyCommand",
            "GSMERequest",
            "GSMEMissedItsCurfew",
            "GSMEMissingForTheLastDay",
            "CHDetectedMessageFailureProblems",
            "CHDetectedMessageRetryProblems",
            "SubGHzNon-GSMEDeviceRequest",
            "SMHANFormation",
        ),
        ScanTrigger,
        strict=True,
    )
)
ANSWERS: Final = dict(
    zip(
        (
            "ScanRequestAccepted",
            "HHTConnected",
            "DutyCycleUsageIsTooHigh",
            "JoiningIsCurrentlyPermitted",
            "GSMEOTADistributionUnderway",
            "TooManyScansToday",
            "TooManyCommandsToday",
            "TooManyScansThisWeek",
        ),
        ScanAnswer,
        strict=True,
    )
)
TRANSFERS: Final = {
    "FileTransferSuccess": TransferOutcome.SUCCESS,
    "FirmwareImageDiscarded": TransferOutcome.IMAGE_DISCARDED,
    "HardwareVersionMismatch": TransferOutcome.HARDWARE_VERSION_MISMATCH,
    "FileTransferFailure": TransferOutcome.FILE_TRANSFER_FAILURE,
}
FAULTS_FOUND: Final = {
    "Fault identified prior to installation": FaultFound.BEFORE_INSTALLATION,
    "Fault identified post installation": FaultFound.AFTER_INSTALLATION,
}
HUB_FAULTS: Final = {
    "Damaged case": HubFault.DAMAGED_CASE,
    "Damaged Connector": HubFault.DAMAGED_CONNECTOR,
    "Illegal interference or missing seals": HubFault.INTERFERENCE,
    "Environmental conditions exceeded": HubFault.ENVIRONMENT,
    "SM WAN Fault": HubFault.SM_WAN,
    "SMHAN Interface Fault": HubFault.HAN_INTERFACE,
    "LED Fault": HubFault.LED,
    "Aerial fault": HubFault.AERIAL,
    "Manufacturing defect": HubFault.MANUFACTURING_DEFECT,
}
HUB_RETURNS: Final = {
    "No Fault Return (general)": HubReturn.GENERAL,
    "No Fault Return (non-dom opt out)": HubReturn.NON_DOMESTIC_OPT_OUT,
    "No Fault Return (dual supplier HAN variant replacement)": HubReturn.HAN_VARIANT,
    "No Fault Return (SM WAN variant replacement requested by DCC)": HubReturn.SM_WAN_VARIANT,
    "Lost or Stolen Hub": HubReturn.LOST_OR_STOLEN,
}
