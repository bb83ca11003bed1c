INSERT INTO records BY NAME
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    logged_at,
    key,
    refusal,
    event,
    family,
    occurred_at,
    device_type
FROM arrivals
