"""The twin's own word of a device in a campaign, made into the event that the log gets. Pure."""

from datetime import datetime
from sys import intern

from twin.campaign.executions import Word
from twin.events.envelope import Event, new_event
from twin.state.premises import Premises


def said(premises: Premises, word: Word, *, nth: int, now: datetime) -> Event:
    """The twin's own fact, the `nth` (from 1) of a tick at a premises.

    Its number follows those folded, so a repeat gets the same number.
    """
    source = intern(f"urn:gb:twin:{premises.premises_id}")
    return new_event(
        fact=word,
        source=source,
        sequence=premises.sequences.get(source, 0) + nth,
        key=premises.premises_id,
        occurred_at=now,
        provenance="twin",
        correlation_id=f"campaign:{word.campaign_id}",
    )
