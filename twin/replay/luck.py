"""Chance of a replay: a hash of seed, device and purpose, so that no order of asking matters."""

from hashlib import blake2b


def luck(*, seed: int, device_id: str, purpose: str, attempt: int) -> float:
    """A uniform number in [0, 1) that depends on the four arguments and on nothing else."""
    digest = blake2b(f"{seed}|{device_id}|{purpose}|{attempt}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53
