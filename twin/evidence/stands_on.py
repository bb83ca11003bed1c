"""What an answer stands on, in the words that are printed on each of its pages."""

from twin.lake.basis import Basis


def foot_of(basis: Basis, code_version: str) -> str:
    """On which records, by which code, with which products list."""
    name = "" if basis.name is None else f' "{basis.name}"'
    return (
        f"Basis {basis.id}{name}: {basis.records:,} records, {basis.resolved}. "
        f"Code {code_version}. Products list {basis.reference}. Simulated data."
    )
