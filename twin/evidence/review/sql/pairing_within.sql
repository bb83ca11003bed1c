-- Pairing attempts that began within the period, by route, how they ended, and the cause (failed)
-- or the stage (abandoned); open is one that has not ended by the end of the period.
WITH began AS (
    SELECT key, attempt_id, any_value(route) AS route
    FROM facts
    CROSS JOIN period
    WHERE event = 'pairing.started' AND occurred_at >= begins
    GROUP BY key, attempt_id
),
ends AS (
    SELECT key, attempt_id, split_part(event, '.', 2) AS outcome, coalesce(cause, stage) AS cause
    FROM facts
    WHERE event IN ('pairing.completed', 'pairing.failed', 'pairing.abandoned')
    QUALIFY
        row_number() OVER (
            PARTITION BY key, attempt_id
            ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) = 1
)
SELECT route, coalesce(outcome, 'open') AS outcome, cause, count(*) AS attempts
FROM began
LEFT JOIN ends USING (key, attempt_id)
GROUP BY ALL
ORDER BY ALL
