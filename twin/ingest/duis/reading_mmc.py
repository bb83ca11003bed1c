"""A device's message in MMC from its elements."""

from msgspec.structs import replace

from twin.ingest.duis import mmc, names
from twin.ingest.duis.converting import as_struct, branch
from twin.ingest.duis.documents import MmcMessage
from twin.ingest.duis.folds import Node, only
from twin.ingest.duis.headers import MmcAlertHead, MmcHeader
from twin.ingest.duis.refusals import Cause, Unfit
from twin.ingest.duis.tree import Parsed


def message(parsed: Parsed) -> MmcMessage:
    """The device's response or alert; raises Unfit where its elements make none."""
    header = as_struct(MmcHeader, branch(parsed.node, "Header"))
    name, held = only("Body", branch(parsed.node, "Body"))
    plain = MmcMessage(
        schema_version=parsed.schema_version,
        device_id=header.device_id,
        target=header.target,
        counter=header.counter,
        message_code=header.message_code,
        reference=header.reference,
        variant=header.variant,
        at=header.at,
        name=name,
        unread=parsed.unread,
    )
    if not isinstance(held, dict) or name not in {"ResponseMessage", "DeviceAlertMessage"}:
        raise Unfit(Cause.UNKNOWN_ELEMENT, "the body is none of a device's message", "Body")
    if name == "DeviceAlertMessage":
        return _alert(plain, held)
    return _answer(plain, held)


def _answer(plain: MmcMessage, held: Node) -> MmcMessage:
    """With what the device answers; without it, all of the message is closed."""
    if "SMETSData" not in held:
        return plain
    name, found = only("SMETSData", branch(held, "SMETSData"))
    if name in names.ANSWERS:
        return replace(plain, name=name, content=as_struct(names.ANSWERS[name], found))
    if name in names.OTHER_ANSWERS:
        return replace(plain, name=name)
    raise Unfit(Cause.UNKNOWN_ELEMENT, "the message is none of the schema's", "SMETSData")


def _alert(plain: MmcMessage, held: Node) -> MmcMessage:
    """With the alert's code, its time and what it says besides."""
    if "DeviceAlertContent" not in held:
        return plain
    inside = branch(held, "DeviceAlertContent")
    head = as_struct(MmcAlertHead, inside)
    said = replace(plain, alert_code=head.alert_code, at=head.at)
    if "Payload" not in inside:
        return said
    name, _ = only("Payload", branch(inside, "Payload"))
    if name in names.OTHER_ALERT_DETAILS:
        return replace(said, name=name)
    return replace(said, name=name, content=as_struct(mmc.AlertDetails, inside["Payload"]))
