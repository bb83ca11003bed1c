"""What a products list says of the versions that a way back names."""

from collections.abc import Iterator

from twin.campaign.plan import Plan
from twin.ingest.catalogue import Catalogue

UNVERIFIED = (
    "whether a device takes an image older than the one it runs (anti-rollback) is UNVERIFIED: no "
    "source says it; one that does not fails its activation and counts as failed"
)


def target_faults(plan: Plan, catalogue: Catalogue) -> Iterator[str]:
    """Why the DCC would send a named version to nobody, or why it is no way back (BR34)."""
    for model, version in sorted((plan.targets or {}).items()):
        current = catalogue.versions(model)
        if version not in current:
            yield (
                f"{version} is not Current on the products list for {model}, and the DCC sends "
                "nothing else (BR34)"
            )
        elif version == current[-1]:
            yield f"{version} is the newest firmware of {model}, which is no way back"
