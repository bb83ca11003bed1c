-- Rows of new lake files that are not held yet; coordinates name a record, so order and
-- repetition of files do not matter. No payload is taken along.
INSERT INTO records BY NAME
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    key,
    CAST(new.logged_at AS TIMESTAMP) AS logged_at,
    refusal,
    CAST(event_id AS UUID) AS event_id,
    source,
    sequence,
    event,
    family,
    CAST(new.occurred_at AS TIMESTAMP) AS occurred_at,
    device_id,
    device_type,
    campaign_id,
    wave,
    firmware_version,
    pairing_capable,
    response_lost,
    outcome,
    band,
    reason,
    attempt_id,
    route,
    cause,
    stage,
    pin_class,
    "by",
    decision,
    why,
    command,
    answer,
    members,
    settled,
    confirmed,
    errors,
    shortfall,
    complete,
    tick
FROM read_parquet($files) AS new
WHERE NOT EXISTS (
    FROM records AS held
    WHERE held.topic = new.topic
        AND held.epoch = new.epoch
        AND held."partition" = new."partition"
        AND held."offset" = new."offset"
)
QUALIFY row_number() OVER (PARTITION BY topic, epoch, "partition", "offset") = 1
