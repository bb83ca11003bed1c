-- How far each stage has come in each partition and how much it has still to do; records a second in
-- the minute before publishing, as far as they are archived; and when the oldest record arrived that
-- the stage has before it. Where that one is not archived yet, the newest archived one of the
-- partition stands for it (`oldest_is_bound`): the true one is no older.
WITH heard AS (
    SELECT
        topic,
        "partition",
        count(*) FILTER (
            logged_at > published_at - INTERVAL 60 SECOND AND logged_at <= published_at
        ) / 60.0 AS per_second,
        max(logged_at) AS newest_at
    FROM records
    CROSS JOIN params
    GROUP BY topic, "partition"
),
behind AS (
    SELECT
        health.topic,
        health."partition",
        health.stage,
        min(records.logged_at) AS oldest_at
    FROM health
    INNER JOIN records
        ON
            records.topic = health.topic
            AND records."partition" = health."partition"
            AND records."offset" >= health.position
    WHERE health.position < health.end_offset
    GROUP BY ALL
)
SELECT
    health.topic,
    health."partition",
    health.stage,
    health.end_offset,
    health.position,
    greatest(health.end_offset - health.position, 0) AS lag,
    coalesce(heard.per_second, 0) AS per_second,
    CASE WHEN health.position < health.end_offset THEN coalesce(behind.oldest_at, heard.newest_at) END
        AS oldest_at,
    health.position < health.end_offset AND behind.oldest_at IS NULL AS oldest_is_bound
FROM health
LEFT JOIN heard USING (topic, "partition")
LEFT JOIN behind USING (topic, "partition", stage)
ORDER BY health.topic, health."partition", health.stage
LIMIT 5000
