"""`python -m infra.contract DOCS`: write schemas, reference pages and AsyncAPI file into DOCS."""

import sys
from pathlib import Path

import msgspec

from infra.contract.asyncapi import encoded
from infra.contract.campaign_page import campaign_page
from infra.contract.events_page import events_page
from twin.events.schemas import export
from twin.ingest.duis.page import duis_page
from twin.ingest.gbcs.page import gbcs_page
from twin.whatif.scenario import schema


def write(docs: Path) -> None:
    """Write everything into the folder of the documents."""
    (docs / "reference").mkdir(parents=True, exist_ok=True)
    (docs / "reference" / "events.md").write_text(events_page(), encoding="utf-8")
    (docs / "reference" / "campaign.md").write_text(campaign_page(), encoding="utf-8")
    (docs / "reference" / "duis.md").write_text(duis_page(), encoding="utf-8")
    (docs / "reference" / "gbcs.md").write_text(gbcs_page(), encoding="utf-8")
    (docs / "reference" / "whatif-scenario.schema.json").write_bytes(scenario_schema())
    (docs / "asyncapi.json").write_bytes(encoded())
    export(docs / "schemas")


def scenario_schema() -> bytes:
    """The JSON schema of a what-if scenario file, for editors of TOML and YAML."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"


def main(arguments: list[str]) -> int:
    """Write into the one folder named on the command line; 2 where the usage is wrong."""
    if len(arguments) != 1:
        print("usage: python -m infra.contract FOLDER", file=sys.stderr)
        return 2
    write(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
