"""Documents that the tests build: made-up devices, users and values, in the form of the schemas."""

import random
import secrets
from collections.abc import Iterable

from twin.ingest.duis.names import DUIS, MMC, SIGNATURE

USER = "0A-11-22-33-44-55-66-01"
DCC = "0A-11-22-33-44-55-66-02"
HUB = "0B-00-00-00-00-00-00-C1"
OLD_HUB = "0B-00-00-00-00-00-00-C0"
GPF = "0B-00-00-00-00-00-00-F1"
OLD_GPF = "0B-00-00-00-00-00-00-F0"
ESME = "0B-00-00-00-00-00-00-E1"
GSME = "0B-00-00-00-00-00-00-61"
PPMID = "0B-00-00-00-00-00-00-D1"
CAD = "0B-00-00-00-00-00-00-AD"
VERSION = "01F0A234"
OLDER = "01F0A233"
HASH = "5A" * 32
MOMENT = "2017-07-03T10:15:00Z"

CERTIFICATE = f"""<ds:Signature xmlns:ds="{SIGNATURE}"><ds:SignedInfo><ds:CanonicalizationMethod
Algorithm="urn:c14n"/><ds:SignatureMethod Algorithm="urn:ecdsa"/></ds:SignedInfo>
<ds:SignatureValue>c2lnbmVk</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509IssuerSerial>
<ds:X509IssuerName>CN=ISSUER</ds:X509IssuerName></ds:X509IssuerSerial></ds:X509Data></ds:KeyInfo>
</ds:Signature>"""


def request(
    body: str,
    *,
    variant: str,
    target: str = DCC,
    counter: int = 7,
    command_variant: int = 1,
    version: str = "5.4",
    after: str = "",
    reference: str | None = None,
) -> bytes:
    """A service request with this body; `sr:` before every name that has no prefix."""
    head = f"""<Header><RequestID>{USER}:{target}:{counter}</RequestID>
    <CommandVariant>{command_variant}</CommandVariant>
    <ServiceReference>{reference or ".".join(variant.split(".")[:2])}</ServiceReference>
    <ServiceReferenceVariant>{variant}</ServiceReferenceVariant></Header>"""
    return whole("Request", f"{head}<Body>{body}</Body>{after}", space=DUIS, version=version)


def response(
    content: str,
    *,
    variant: str = "11.2",
    code: str = "I0",
    request_id: str = f"{USER}:{ESME}:7",
    response_id: str = f"{ESME}:{USER}:7",
) -> bytes:
    """A response with this content."""
    service = f"""<ServiceReference>{".".join(variant.split(".")[:2])}</ServiceReference>
    <ServiceReferenceVariant>{variant}</ServiceReferenceVariant>"""
    return answer(
        f"<ResponseMessage>{service}{content}</ResponseMessage>",
        code=code,
        request_id=request_id,
        response_id=response_id,
    )


def alert(content: str, *, code: str = "N17") -> bytes:
    """An alert of the DCC with this content."""
    body = f"<DCCAlertCode>{code}</DCCAlertCode><DCCAlert>{content}</DCCAlert>"
    return answer(f"<DCCAlertMessage>{body}</DCCAlertMessage>", request_id="", response_id="")


def answer(body: str, *, code: str = "I0", request_id: str, response_id: str) -> bytes:
    """A response document with this body; an empty id is left out."""
    ids = "".join(
        f"<{name}>{text}</{name}>"
        for name, text in (("RequestID", request_id), ("ResponseID", response_id))
        if text
    )
    head = f"""<Header>{ids}<ResponseCode>{code}</ResponseCode>
    <ResponseDateTime>{MOMENT}</ResponseDateTime></Header>"""
    return whole("Response", f"{head}<Body>{body}</Body>", space=DUIS)


def message(
    body: str, *, device: str = ESME, variant: str = "11.2", code: str = "0059", more: str = ""
) -> bytes:
    """A device's message in MMC with this body."""
    head = f"""<Header><BusinessOriginatorID>{device}</BusinessOriginatorID>
    <BusinessTargetID>{USER}</BusinessTargetID><OriginatorCounter>7</OriginatorCounter>{more}
    <GBCSHexadecimalMessageCode>{code}</GBCSHexadecimalMessageCode>
    <ServiceReference>{".".join(variant.split(".")[:2])}</ServiceReference>
    <ServiceReferenceVariant>{variant}</ServiceReferenceVariant>
    <Timestamp>{MOMENT}</Timestamp></Header>"""
    return whole("GBCSResponse", f"{head}<Body>{body}</Body>", space=MMC)


def device_answer(content: str, **more: str) -> bytes:
    """A device's response in MMC with this content."""
    wrapped = f"<ResponseMessage><SMETSData>{content}</SMETSData></ResponseMessage>"
    return message(wrapped, **more)


def device_alert(payload: str, *, code: str, **more: str) -> bytes:
    """A device's alert in MMC with this payload."""
    content = f"""<DeviceAlertContent><GBCSHexAlertCode>{code}</GBCSHexAlertCode>
    <AlertDescription>words</AlertDescription><Timestamp>{MOMENT}</Timestamp>
    {f"<Payload>{payload}</Payload>" if payload else ""}</DeviceAlertContent>"""
    return message(f"<DeviceAlertMessage>{content}</DeviceAlertMessage>", **more)


def whole(root: str, inside: str, *, space: str, version: str = "5.4") -> bytes:
    """A document with this root and content, in the namespace of its schema."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}" '
    return f'{text}schemaVersion="{version}">{inside}</{root}>\n'.encode()


def elements(**texts: object) -> str:
    """Elements by their names, in this order."""
    return "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())


def admission(code: str, *, window_s: int = 90, more: str = "") -> str:
    """The body of an 8.11 that adds the CAD with an install code in hexadecimal."""
    inside = elements(JoinTimePeriod=window_s, InstallCode=code) + more
    asked = elements(DeviceID=CAD, RequestType="Add", AddDeviceToCHFWhitelist=inside)
    return elements(UpdateHANDeviceLog=asked)


def made_code(octets: int) -> str:
    """An install code drawn for this run: hexadecimal that no file holds."""
    return secrets.token_hex(octets).upper()


_RNG = random.Random(2017)


def drawn(alphabet: str, length: int) -> str:
    """A text that no file holds, the same in each run, for what names a person or a place."""
    return "".join(_RNG.choice(alphabet) for _ in range(length))


METER_POINT = drawn("0123456789", 13)
ADDRESS = drawn("GHJKLMNP", 8)
CHANNELS = {
    "LowerBandSubGHzChannels0To26": (0, 3, 26),
    "LowerBandSubGHzChannels27To34": (27,),
    "LowerBandSubGHzChannels35To61": (),
    "UpperBandSubGHzChannels0To26": (4,),
}
SETTINGS = {
    "NormalLimitedDutyCycleThreshold": "1.2",
    "LimitedCriticalDutyCycleThreshold": "2.1",
    "MaximumSubGHzChannelChangesPerWeek": "4",
    "GSMECurfew": "8",
    "ChannelQuieterThreshold": "9",
    "ChannelNoisierThreshold": "11",
    "NonGSMEPoorCommsPercentageThreshold": "55.50",
    "NonGSMEPoorCommsMeasurementPeriods": "120",
    "LocalCHNoiseMeasurementPeriod": "90",
    "LocalCHFailurePercentage": "35.00",
    "LocalCHRetryPercentage": "25.00",
}


def channels(numbers: Iterable[int]) -> str:
    """Elements of channels."""
    return "".join(f"<Channel{number}/>" for number in numbers)


def settings(**changed: str) -> str:
    """The sub GHz settings, some of them changed."""
    masks = {name: channels(numbers) for name, numbers in CHANNELS.items()}
    return elements(**masks, **{**SETTINGS, **changed})
