"""python-tuf and Uptane: attacks on what is sent, as far as they reach a twin without images."""

from typing import Final

from tests.peers.fault import Fault, Place, absent

_NO_KEYS: Final = (
    "The twin carries no image and holds no key: signatures are made and checked by suppliers, "
    "the DCC and the devices."
)

TRUST: Final = (
    absent("PF-tuf-01", Place.TUF, "What is sent has no signature.", because=_NO_KEYS),
    absent("PF-tuf-02", Place.TUF, "Fewer have signed it than must.", because=_NO_KEYS),
    absent("PF-tuf-03", Place.TUF, "What was signed has expired.", because=_NO_KEYS),
    Fault("PF-tuf-04", Place.TUF, "Something older comes after something newer and takes over."),
    Fault("PF-tuf-05", Place.TUF, "A number is left out in a series."),
    Fault("PF-tuf-06", Place.TUF, "A number far ahead makes all that follows look old."),
    Fault("PF-tuf-07", Place.TUF, "The hash or length of an image is not the one that was named."),
    Fault("PF-tuf-08", Place.TUF, "What is read has no end."),
    Fault("PF-tuf-09", Place.TUF, "A name holds a path, a blank or a sign that nobody sees."),
    Fault("PF-tuf-10", Place.TUF, "A text is no JSON."),
    Fault("PF-tuf-11", Place.TUF, "Steps are taken in an order in which they make no sense."),
    Fault("PF-uptane-01", Place.UPTANE, "A device is sent an image that is not meant for it."),
    Fault("PF-uptane-02", Place.UPTANE, "Something old and once true is sent again."),
    absent("PF-uptane-03", Place.UPTANE, "The key of who directs is stolen.", because=_NO_KEYS),
    absent("PF-uptane-04", Place.UPTANE, "Both repositories are taken over.", because=_NO_KEYS),
    absent("PF-uptane-05", Place.UPTANE, "Keys that were revoked are used.", because=_NO_KEYS),
)
