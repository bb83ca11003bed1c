"""Names of the schemas' elements: what each body is read as, and bodies of which only the name is.

A name that is in none of these tables is refused, so that nothing can be said by a name (D32).
Source: DUIS and MMC schemas V5.4, and the request matrix for the references.
"""

from typing import Final

from msgspec import Struct

from twin.ingest.duis import alerts, mmc, requests, responses, sub_ghz

DUIS: Final = "http://www.dccinterface.co.uk/ServiceUserGateway"
MMC: Final = "http://www.dccinterface.co.uk/ResponseAndAlert"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"
SIGNED: Final = "SignedPreCommand"
"""The body of a critical request after signing, whatever its reference."""


def words_of(text: str) -> frozenset[str]:
    """The names in a text, one or more to a line."""
    return frozenset(text.split())


class Asked(Struct, frozen=True):
    """A service request by its element: its variant of the reference, and its body."""

    variant: str
    body: type[requests.RequestBody]


REQUESTS: Final[dict[str, Asked]] = {
    "DisablePrivacyPIN": Asked("3.5", requests.DisablePrivacyPin),
    "SetCHFSubGHzConfiguration": Asked("6.28", sub_ghz.SubGhzSettings),
    "RequestCHFSubGHzChannelScan": Asked("6.29", sub_ghz.RequestChannelScan),
    "ReadCHFSubGHzConfiguration": Asked("6.30", sub_ghz.ReadSubGhzConfiguration),
    "ReadCHFSubGHzChannel": Asked("6.31", sub_ghz.ReadSubGhzChannel),
    "ReadCHFSubGHzChannelLog": Asked("6.32", sub_ghz.ReadSubGhzChannelLog),
    "CommissionDeviceSynchroniseClock": Asked("8.1.1", requests.CommissionDevice),
    "UpdateInventory": Asked("8.4", requests.UpdateInventory),
    "JoinServiceCritical": Asked("8.7.1", requests.JoinService),
    "JoinServiceNonCritical": Asked("8.7.2", requests.JoinService),
    "UnjoinServiceCritical": Asked("8.8.1", requests.UnjoinService),
    "UnjoinServiceNonCritical": Asked("8.8.2", requests.UnjoinService),
    "ReadDeviceLog": Asked("8.9", requests.ReadDeviceLog),
    "UpdateHANDeviceLog": Asked("8.11", requests.UpdateHanDeviceLog),
    "RestoreHANDeviceLog": Asked("8.12.1", requests.RestoreHanDeviceLog),
    "RestoreGPFDeviceLog": Asked("8.12.2", requests.RestoreGpfDeviceLog),
    "CHFInstallSuccessSMWAN": Asked("8.14.1", requests.HubInstalled),
    "CHFInstallSuccessNoSMWAN": Asked("8.14.2", requests.HubInstalled),
    "CHFFaultReturn": Asked("8.14.3", requests.HubFaultReturned),
    "CHFNoFaultReturn": Asked("8.14.4", requests.HubReturned),
    "UpdateFirmware": Asked("11.1", requests.UpdateFirmware),
    "ReadFirmwareVersion": Asked("11.2", requests.ReadFirmwareVersion),
    "ActivateFirmware": Asked("11.3", requests.ActivateFirmware),
    "UpdatePPMIDFirmware": Asked("11.4", requests.UpdateFirmware),
    "DevicePrenotification": Asked("12.2", requests.PreNotification),
}
RESPONSES: Final[dict[str, type[responses.ResponseContent]]] = {
    "GBCSPayload": responses.DeviceAnswer,
    "DSPScheduledMessage": responses.ScheduledAnswer,
    "PreCommand": responses.CommandToSign,
    "LocalCommand": responses.CommandToDeliver,
    "FutureDatedDeviceAlertMessage": responses.FutureDatedOutcome,
    "DSPInventory": responses.Inventory,
    "DSPUpdateFirmwareWarning": responses.UpdateWarning,
    "DSPUpdatePPMIDFirmwareWarning": responses.UpdateWarning,
}
ALERTS: Final[dict[str, type[alerts.AlertContent]]] = {
    "PowerOutageEvent": alerts.PowerOutage,
    "DeviceStatusChangeEvent": alerts.DeviceStatusEvent,
    "CommandFailure": alerts.CommandFailure,
    "FirmwareDistributionFailure": alerts.DistributionFailure,
    "UpdateHANDeviceLogResult": alerts.LogUpdateResult,
    "DeviceLogRestored": alerts.LogRestored,
    "PPMIDAlert": alerts.PpmidAlert,
    "PPMIDRemoval": alerts.PpmidRemoval,
    "FirmwareVersionMismatch": alerts.VersionMismatch,
    "DualBandCHAlert": alerts.DualBandAlert,
    "FirmwareUpgradeRequested": alerts.UpgradeRequested,
    "CSPFirmwareDeliveryStatus": alerts.DeliveryStatus,
    "CommsHubAlert": alerts.HubAlert,
    "CommsHubFirmwareActivation": alerts.HubActivation,
}
ANSWERS: Final[dict[str, type[mmc.MmcContent]]] = {
    "DisablePrivacyPINRsp": mmc.PrivacyPinAnswer,
    "SetCHFSubGHzConfigurationRsp": mmc.Done,
    "RequestCHFSubGHzChannelScanRsp": mmc.Done,
    "ReadCHFSubGHzChannelRsp": mmc.ChannelAnswer,
    "JoinServiceCriticalRsp": mmc.JoinAnswer,
    "JoinServiceNonCriticalRsp": mmc.JoinAnswer,
    "UnjoinServiceCriticalRsp": mmc.UnjoinAnswer,
    "UnjoinServiceNonCriticalRsp": mmc.UnjoinAnswer,
    "ReadDeviceLogRsp": mmc.DeviceLogAnswer,
    "UpdateHANDeviceLogRsp": mmc.Done,
    "RestoreHANDeviceLogRsp": mmc.Done,
    "RestoreGPFDeviceLogRsp": mmc.GpfLogAnswer,
    "ReadFirmwareVersionRsp": mmc.FirmwareVersionAnswer,
    "ActivateFirmwareRsp": mmc.ActivationAnswer,
}

OTHER_REQUESTS: Final = words_of("""
    UpdateImportTariffPrimaryElement UpdateImportTariffSecondaryElement
    UpdatePricePrimaryElement UpdatePriceSecondaryElement UpdateMeterBalance UpdatePaymentMode
    ResetTariffBlockCounterMatrix UpdatePrepayConfiguration TopUpDevice UpdateDebt
    ActivateEmergencyCredit DisplayMessage RestrictAccessForChangeOfTenancy ClearEventLog
    UpdateSupplierName ReadInstantaneousImportRegisters ReadInstantaneousImportTOUMatrices
    ReadInstantaneousImportTOUWithBlocksMatrices ReadInstantaneousImportBlockCounters
    ReadInstantaneousExportRegisters ReadInstantaneousPrepayValues
    RetrieveCoMOrTariffTriggeredBillingDataLog RetrieveBillingCalendarTriggeredBillingDataLog
    RetrieveBillingDataLogDebtPayments RetrieveBillingDataLogPrepaymentCredits
    RetrieveImportDailyReadLog RetrieveExportDailyReadLog ReadActiveImportProfileData
    ReadReactiveImportProfileData ReadExportProfileData ReadNetworkData
    ReadTariffPrimaryElement ReadTariffSecondaryElement ReadMaximumDemandImportRegisters
    ReadMaximumDemandExportRegisters ReadPrepaymentConfiguration ReadPrepaymentDailyReadLog
    ReadLoadLimitData ReadActivePowerImport RetrieveDailyConsumptionLog ReadMeterBalance
    CreateSchedule ReadSchedule DeleteSchedule ReadDeviceConfigurationVoltage
    ReadDeviceConfigurationRandomisation ReadDeviceConfigurationBillingCalendar
    ReadDeviceConfigurationIdentityExcMPxN
    ReadDeviceConfigurationInstantaneousPowerThresholds ReadDeviceConfigurationMPxN
    ReadDeviceConfigurationGas ReadDeviceConfigurationPaymentMode
    ReadDeviceConfigurationEventAndAlertBehaviours
    UpdateDeviceConfigurationLoadLimitingGeneralSettings
    UpdateDeviceConfigurationLoadLimitingCounterReset UpdateDeviceConfigurationVoltage
    UpdateDeviceConfigurationGasConversion UpdateDeviceConfigurationGasFlow
    UpdateDeviceConfigurationBillingCalendar SynchroniseClock
    UpdateDeviceConfigurationInstantaneousPowerThreshold ReadEventOrSecurityLog
    UpdateDeviceConfigurationALCDescriptions UpdateDeviceConfigurationALCScheduler
    UpdateDeviceConfigurationAuxiliaryControllerScheduler UpdateSecurityCredentialsKRP
    UpdateSecurityCredentialsDevice IssueSecurityCredentials
    SetMaximumDemandConfigurableTimePeriod ResetMaximumDemandRegisters
    SetDeviceConfigurationImportMPxN SetDeviceConfigurationExportMPAN
    RequestHandoverOfDCCControlledDevice ConfigureAlertBehaviour UpdateSecurityCredentialsCoS
    RetrieveDeviceSecurityCredentialsKRP RetrieveDeviceSecurityCredentialsDevice
    SetElectricitySupplyTamperState
    UpdateDeviceConfigurationDailyResettingOfTariffBlockCounterMatrix
    UpdateDeviceConfigurationRMSVoltageCounterReset EnableSupply DisableSupply ArmSupply
    ReadSupplyStatus ActivateAuxiliaryLoad DeactivateAuxiliaryLoad ReadALCSData
    ResetAuxiliaryLoad AddAuxiliaryLoadToBoostButton RemoveAuxiliaryLoadFromBoostButton
    ReadBoostButtonDetails SetRandomisedOffsetLimit SetAuxiliaryControllerState
    ReadAuxiliaryControllerConfigurationData ReadAuxiliaryControllerOperationalData
    LimitAPCLevel ReadInventory DecommissionDevice ServiceOptOut ServiceOptIn
    ReturnLocalCommandResponse RequestCustomerIdentificationNumber RequestWANMatrix
    RecordNetworkDataGAS
    """)
"""Requests outside this domain: reference and name are read, and nothing inside."""
OTHER_RESPONSES: Final = words_of(
    "CINMessage DSPOptIn DSPSchedulesRead DSPScheduleID DSPWANMatrix SMETS1ResponseMessage"
)
OTHER_ALERTS: Final = words_of("""
    DSPScheduleRemoval ChangeOfSupplier SecurityCredentialsUpdated QuarantinedRequest S1SPAlertDSP
    SMETS1CHFirmwareNotification ALCSHCALCSConfigurationChange ECoSAlert CoSCertificateAlert
    DUISVersionMismatch
    """)
OTHER_ANSWERS: Final = frozenset(
    f"{name}Rsp"
    for name in (*OTHER_REQUESTS, *REQUESTS, "ReadDeviceConfigurationDataBillingCalendar")
    if f"{name}Rsp" not in ANSWERS
)
OTHER_ALERT_DETAILS: Final = words_of("""
    BillingDataLogDeviceAlert SupplyOutageRestoreAlert SmartMeterIntegrityIssueWarningDeviceAlert
    CommandNotSupportedbyDevice OperationalUpdateDeviceAlert
    LimitAPCLevelCommandProcessedDeviceAlert LimitAPCLevelEndedDeviceAlert COSEMFutureDatedAlert
    GBZFutureDatedAlert UpdateSecurityCredentialsDeviceAlert
    """)
NAME_ONLY: Final = (
    OTHER_REQUESTS | OTHER_RESPONSES | OTHER_ALERTS | OTHER_ANSWERS | OTHER_ALERT_DETAILS
)
