"""What payloads say: one frozen struct for each use case and kind, without any secret."""

from typing import TypeAlias

from twin.events.gbcs_payloads import device_logs, firmware, joins, plain, privacy_pins, sub_ghz

DeviceLogPayload: TypeAlias = (
    device_logs.AddDevice
    | device_logs.RemoveDevice
    | device_logs.RestoreDeviceLog
    | device_logs.DeviceLogAnswered
    | device_logs.ReadDeviceLog
    | device_logs.DeviceLogRead
    | device_logs.DeviceLogsRead
    | device_logs.ReadJoinDetails
    | device_logs.JoinDetailsRead
    | device_logs.RestoreGpfDeviceLog
    | device_logs.GpfDeviceLogRestored
    | device_logs.ChfDeviceLogBackedUp
    | device_logs.GpfDeviceLogBackedUp
)
JoinPayload: TypeAlias = (
    joins.JoinDevice | joins.JoinAnswered | joins.UnjoinDevice | joins.UnjoinAnswered
)
FirmwarePayload: TypeAlias = (
    firmware.ActivateFirmware
    | firmware.ActivationAccepted
    | firmware.ActivationEnded
    | firmware.FutureActivationEnded
    | firmware.FirmwareReceipt
    | firmware.FirmwareTransferEnded
    | firmware.ReadFirmwareVersion
    | firmware.FirmwareVersionAnswered
    | firmware.FirmwareVersionAlerted
    | firmware.FutureDatedOutcome
)
PrivacyPinPayload: TypeAlias = privacy_pins.DisablePrivacyPin | privacy_pins.PrivacyPinAnswered
SubGhzPayload: TypeAlias = (
    sub_ghz.SetSubGhzConfiguration
    | sub_ghz.SubGhzConfigurationAnswered
    | sub_ghz.ReadSubGhzConfiguration
    | sub_ghz.SubGhzConfigurationRead
    | sub_ghz.RequestChannelScan
    | sub_ghz.ChannelScanAnswered
    | sub_ghz.ReadSubGhzChannel
    | sub_ghz.SubGhzChannelRead
    | sub_ghz.ReadSubGhzChannelLog
    | sub_ghz.SubGhzChannelLogRead
    | sub_ghz.DutyCycleAlerted
    | sub_ghz.ChannelChanged
    | sub_ghz.ChannelScanAssessed
    | sub_ghz.SubGhzConfigurationChanged
    | sub_ghz.MessageDiscarded
    | sub_ghz.CapacityReached
)
ReadPayload: TypeAlias = (
    DeviceLogPayload | JoinPayload | FirmwarePayload | PrivacyPinPayload | SubGhzPayload
)
"""Payloads of which every field was read: those that a fact may carry."""
PlainPayload: TypeAlias = plain.AlertRaised | plain.Closed | plain.Received
Payload: TypeAlias = ReadPayload | PlainPayload
