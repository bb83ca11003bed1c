-- What campaigns and operators decided, newest first.
SELECT
    occurred_at,
    event,
    campaign_id,
    wave,
    decision,
    why,
    reason,
    outcome,
    command,
    answer,
    members,
    settled,
    confirmed,
    errors,
    shortfall,
    tick,
    epoch,
    "partition",
    "offset"
FROM decided
ORDER BY n DESC
LIMIT 200
