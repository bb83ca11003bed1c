-- Pairing attempts by route, how they ended, and the cause (failed) or the stage (abandoned).
WITH attempts AS (
    SELECT
        attempt_id,
        route,
        CASE event
            WHEN 'pairing.completed' THEN 'completed'
            WHEN 'pairing.failed' THEN 'failed'
            WHEN 'pairing.abandoned' THEN 'abandoned'
            ELSE 'open'
        END AS outcome,
        coalesce(cause, stage) AS cause
    FROM facts
    WHERE family = 'pairing'
    QUALIFY
        row_number() OVER (
            PARTITION BY key, attempt_id
            ORDER BY
                event IN ('pairing.completed', 'pairing.failed', 'pairing.abandoned') DESC,
                occurred_at DESC,
                sequence DESC,
                source DESC
        ) = 1
)
SELECT route, outcome, cause, count(*) AS attempts
FROM attempts
GROUP BY route, outcome, cause
ORDER BY route, outcome, cause
LIMIT 5000
