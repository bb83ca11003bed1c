-- Pairing attempts by route, how they ended, and the cause (failed) or the stage (abandoned).
-- Many steps of an attempt name no route; one that no fact names is null.
WITH routes AS (
    SELECT key, attempt_id, max(route) AS route
    FROM facts
    WHERE attempt_id IS NOT NULL
    GROUP BY key, attempt_id
),
ends AS (
    SELECT
        key,
        attempt_id,
        split_part(event, '.', 2) AS outcome,
        coalesce(cause, stage) AS cause
    FROM facts
    WHERE event IN ('pairing.completed', 'pairing.failed', 'pairing.abandoned')
    QUALIFY
        row_number() OVER (
            PARTITION BY key, attempt_id
            ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) = 1
)
SELECT
    routes.route,
    coalesce(ends.outcome, 'open') AS outcome,
    ends.cause,
    count(*) AS attempts
FROM routes
LEFT JOIN ends USING (key, attempt_id)
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
