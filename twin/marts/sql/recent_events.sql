-- The last records of the log, newest first.
SELECT
    logged_at,
    occurred_at,
    topic,
    coalesce(event, refusal, 'dead letter') AS event,
    key,
    device_type,
    epoch,
    "partition",
    "offset"
FROM records
ORDER BY logged_at DESC, epoch DESC, topic, "partition", "offset" DESC
LIMIT 20
