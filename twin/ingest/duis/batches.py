"""The requests of a campaign as documents: updates in files of many devices, the rest one each.

The same requests make the same documents, in whatever order they come.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import count, groupby
from typing import Final, TypeAlias

from msgspec import Struct

from twin.events.requests import FieldRequest, RequestKind
from twin.ids import Eui64, FirmwareVersion, Sha256, Uuid
from twin.ingest.duis.values import DEVICES_MAX, RequestId, Variant
from twin.ingest.duis.writing import write_activate, write_read, write_update
from twin.vocabulary import DeviceType
from twin.vocabulary.join_methods import TYPE_2

_ORDER: Final = {
    RequestKind.UPDATE: 0,
    RequestKind.ACTIVATE: 1,
    RequestKind.READ: 2,
    RequestKind.CANCEL: 3,
}
"""Image, activation, read: the order in which a campaign asks."""
_HUB: Final = frozenset({DeviceType.CHF, DeviceType.GPF})


class WrittenDocument(Struct, frozen=True, kw_only=True):
    """A document to be signed and sent by a DCC User, and the requests that it carries.

    `file_name` sorts as the counters do. `needs_image` where an image has to be put in first.
    """

    file_name: str
    variant: Variant
    request: RequestId
    request_ids: tuple[Uuid, ...]
    written_at: datetime
    needs_image: bool
    octets: bytes


class Unwritable(Struct, frozen=True, kw_only=True):
    """A request that no document can carry, and why."""

    request_id: Uuid
    device_id: Eui64
    why: str


HashOf: TypeAlias = Callable[[FieldRequest], Sha256 | None]
ImageOf: TypeAlias = Callable[[FieldRequest], bytes]


def no_image(_: FieldRequest) -> bytes:
    """The twin holds no images: their elements stay empty, to be filled in."""
    return b""


def documents_of(
    requests: Iterable[FieldRequest],
    *,
    originator: Eui64,
    target: Eui64,
    now: datetime,
    first_counter: int,
    hash_of: HashOf,
    image_of: ImageOf = no_image,
    batch_max: int = DEVICES_MAX,
) -> Iterator[WrittenDocument | Unwritable]:
    """What cannot be written; then 11.1 (11.4 for PPMIDs), then 11.3, then 11.2.

    `originator` is the DCC User, `target` the DCC, which updates are addressed to; the others go
    to their devices, and what is asked for later than `now` is future-dated. Counters run on from
    `first_counter`, one a document. `hash_of` gives the SHA-256 of the image that a request is
    about, by the device's model, and `image_of` its octets where they are at hand: updates with
    different images never share a document.

    Raises:
        ValueError: `batch_max` is not 1 to 50,000, or an id is malformed.
    """
    if not 1 <= batch_max <= DEVICES_MAX:
        raise ValueError(f"a document is for 1 to {DEVICES_MAX:,} devices (BR28)")
    counters = count(first_counter)
    desk = _Desk(originator=originator, target=target, now=now, image_of=image_of)
    placed = sorted(((_place(one, hash_of), one) for one in requests), key=lambda two: two[0])
    for place, one in placed:
        if (why := _hindrance(one, place.shared.image_hash)) is not None:
            yield Unwritable(request_id=one.request_id, device_id=one.device_id, why=why)
    writable = (two for two in placed if _hindrance(two[1], two[0].shared.image_hash) is None)
    for shared, group in groupby(writable, key=lambda two: two[0].shared):
        several = [one for _, one in group]
        size = batch_max if shared.order == _ORDER[RequestKind.UPDATE] else 1
        for start in range(0, len(several), size):
            batch = several[start : start + size]
            yield desk.document(batch, image_hash=shared.image_hash, counter=next(counters))


def _hindrance(request: FieldRequest, image_hash: str) -> str | None:
    """Why a request cannot be written, or None (fact sheet 1.1, BR29, BR38)."""
    if request.kind is RequestKind.READ:
        return None
    if request.kind is RequestKind.CANCEL:
        return "no source says how DUIS asks for the cancellation of an activation (BR33)"
    if request.device_type in _HUB:
        return "the DCC upgrades hubs itself, and takes no request for them from its users"
    if request.device_type in TYPE_2:
        return "a Type 2 device has no firmware through the DCC (BR38)"
    if not image_hash:
        return "the products list has no hash of this image, without which none is activated (BR29)"
    return None


class _Shared(Struct, frozen=True, order=True):
    """What requests have in common that may share a document."""

    order: int
    device_type: str
    version: FirmwareVersion
    image_hash: str


class _Place(Struct, frozen=True, order=True):
    """Where a request stands among the documents."""

    shared: _Shared
    device_id: Eui64
    request_id: Uuid


def _place(request: FieldRequest, hash_of: HashOf) -> _Place:
    order, reads = _ORDER[request.kind], request.kind is RequestKind.READ
    image_hash = "" if reads else hash_of(request) or ""
    shared = _Shared(order, request.device_type, request.target_version, image_hash)
    return _Place(shared, request.device_id, request.request_id)


class _Desk(Struct, frozen=True, kw_only=True):
    """Who asks whom, and when."""

    originator: Eui64
    target: Eui64
    now: datetime
    image_of: ImageOf

    def document(
        self, batch: list[FieldRequest], *, image_hash: str, counter: int
    ) -> WrittenDocument:
        """One document for requests that may share one."""
        first = batch[0]
        if first.kind is RequestKind.UPDATE:
            return self._update(batch, counter)
        request = RequestId(self.originator, first.device_id, counter)
        execute_at = first.execute_at or (first.asked_at if first.asked_at > self.now else None)
        if first.kind is RequestKind.READ:
            octets = write_read(request=request, execute_at=execute_at)
        else:
            octets = write_activate(request=request, image_hash=image_hash, execute_at=execute_at)
        return self._written(first.kind.value, request, batch, octets)

    def _update(self, batch: list[FieldRequest], counter: int) -> WrittenDocument:
        request = RequestId(self.originator, self.target, counter)
        ppmid = batch[0].device_type is DeviceType.PPMID
        image = self.image_of(batch[0])
        octets = write_update(
            request=request,
            firmware_version=batch[0].target_version,
            device_ids=[one.device_id for one in batch],
            image=image,
            ppmid=ppmid,
        )
        variant = "11.4" if ppmid else "11.1"
        return self._written(variant, request, batch, octets, needs_image=not image)

    def _written(
        self,
        variant: str,
        request: RequestId,
        batch: list[FieldRequest],
        octets: bytes,
        *,
        needs_image: bool = False,
    ) -> WrittenDocument:
        return WrittenDocument(
            file_name=f"{request.counter:020d}-{variant}.xml",
            variant=variant,
            request=request,
            request_ids=tuple(one.request_id for one in batch),
            written_at=self.now,
            needs_image=needs_image,
            octets=octets,
        )
