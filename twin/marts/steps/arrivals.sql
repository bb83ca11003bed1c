-- Rows of new lake files that are not held yet; coordinates name a record, so order and
-- repetition of files do not matter. No payload is taken along. A file of an older lake may lack
-- columns that today's has (`lake_columns`): they are null.
CREATE OR REPLACE TEMP TABLE arrivals AS
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    CAST(new.logged_at AS TIMESTAMP) AS logged_at,
    key,
    refusal,
    event,
    family,
    CAST(new.occurred_at AS TIMESTAMP) AS occurred_at,
    device_type,
    CAST(event_id AS UUID) AS event_id,
    source,
    sequence,
    breach,
    device_id,
    replaced_device_id,
    partner_device_type,
    supplier,
    hub_variant,
    ghz_2_4,
    band,
    reason,
    to_state,
    suspend_minutes,
    "trigger",
    answer,
    minutes,
    campaign_id,
    firmware_version,
    pairing_capable,
    response_lost,
    outcome,
    warning,
    transfer,
    CAST(attempt_id AS UUID) AS attempt_id,
    route,
    cause,
    stage,
    "method",
    response,
    role,
    "action",
    change,
    key_source,
    device_log_restored,
    pin_class,
    pin_set,
    guesses,
    wave,
    decision,
    why,
    command,
    members,
    settled,
    confirmed,
    errors,
    shortfall,
    complete,
    tick,
    milestone,
    planned,
    expected,
    actual,
    party,
    subject,
    on_time,
    recommendation,
    objective,
    framework_change
FROM (
    FROM lake_columns
    UNION ALL BY NAME
    FROM read_parquet($files, union_by_name = true)
) AS new
WHERE NOT EXISTS (
    FROM records AS held
    WHERE held.topic = new.topic
        AND held.epoch = new.epoch
        AND held."partition" = new."partition"
        AND held."offset" = new."offset"
)
