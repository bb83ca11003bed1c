"""Built service requests about hubs, with the bodies that have to be read of them."""

from tests.ingest.duis.duis_documents import (
    ADDRESS,
    ESME,
    GPF,
    HUB,
    METER_POINT,
    MOMENT,
    OLD_GPF,
    OLD_HUB,
    elements,
    request,
)
from tests.ingest.duis.duis_values import (
    AT,
)
from twin.ingest.duis import requests
from twin.ingest.duis.values import (
    FaultFound,
    HubFault,
    HubReturn,
)
from twin.vocabulary import (
    ChfLocation,
    HubInstallType,
    PremisesType,
)

_HUB = elements(
    DeviceID=HUB,
    CHFInstallType="New CHF Install",
    InstallDateTime=MOMENT,
    UserRefID=ADDRESS,
    MPxN=METER_POINT,
    GISData=ADDRESS,
    AerialInstall="1",
    CHFLocation="Deep indoors",
)

HUB_REQUESTS = {
    "8.12.1": (
        request(
            elements(RestoreHANDeviceLog=elements(OldCHFID=OLD_HUB)), variant="8.12.1", target=HUB
        ),
        requests.RestoreHanDeviceLog(OLD_HUB),
    ),
    "8.12.2": (
        request(
            elements(RestoreGPFDeviceLog=elements(OldGPFID=OLD_GPF)), variant="8.12.2", target=GPF
        ),
        requests.RestoreGpfDeviceLog(OLD_GPF),
    ),
    "8.14.1": (
        request(
            elements(CHFInstallSuccessSMWAN=_HUB + elements(AdditionalInformation=ADDRESS)),
            variant="8.14.1",
            command_variant=8,
        ),
        requests.HubInstalled(
            device_id=HUB,
            install_type=HubInstallType.NEW,
            installed_at=AT,
            aerial=True,
            location=ChfLocation.DEEP_INDOORS,
        ),
    ),
    "8.14.2": (
        request(
            elements(
                CHFInstallSuccessNoSMWAN=_HUB
                + elements(
                    PremiseType="High Rise Apartment (MDU &gt; 5 floors)",
                    MetalObstructionCheck="true",
                    ConnectivityObstructionCheck="false",
                    SharedObstructionCheck="0",
                )
            ),
            variant="8.14.2",
            command_variant=8,
        ),
        requests.HubInstalled(
            device_id=HUB,
            install_type=HubInstallType.NEW,
            installed_at=AT,
            aerial=True,
            location=ChfLocation.DEEP_INDOORS,
            premises_type=PremisesType.HIGH_RISE,
            metal=True,
            connectivity=False,
            shared=False,
        ),
    ),
    "8.14.3": (
        request(
            elements(
                CHFFaultReturn=elements(
                    DeviceID=OLD_HUB,
                    CHFFaultReturnType="Fault identified post installation",
                    UserRefDateTime=MOMENT,
                    OtherDeviceID=ESME,
                    IncidentReference=ADDRESS,
                    CHFConnectionMethod="Hot-shoe",
                    CHFFaultReason="SM WAN Fault",
                )
            ),
            variant="8.14.3",
            command_variant=8,
        ),
        requests.HubFaultReturned(
            device_id=OLD_HUB,
            found=FaultFound.AFTER_INSTALLATION,
            returned_at=AT,
            other_device_id=ESME,
            fault=HubFault.SM_WAN,
        ),
    ),
    "8.14.4": (
        request(
            elements(
                CHFNoFaultReturn=elements(
                    DeviceID=OLD_HUB,
                    CHFNoFaultReturnType=(
                        "No Fault Return (dual supplier HAN variant replacement)"
                    ),
                )
            ),
            variant="8.14.4",
            command_variant=8,
        ),
        requests.HubReturned(device_id=OLD_HUB, reason=HubReturn.HAN_VARIANT),
    ),
}
