-- Outcomes by day of virtual time and how many were failures: activations of firmware that was told
-- of, and pairing attempts that ended. One day is one rational subgroup. Newest days first.
WITH told AS (
    SELECT
        CAST(occurred_at AS DATE) AS day,
        'activations' AS measure,
        event = 'firmware.activation-failed' AS failed
    FROM facts
    WHERE event IN ('firmware.activated', 'firmware.activation-failed')
    UNION ALL
    SELECT CAST(ended AS DATE), 'pairings', outcome <> 'completed'
    FROM pairing_attempts
    WHERE outcome <> 'open'
)
SELECT day, measure, count(*) AS outcomes, count(*) FILTER (failed) AS failures
FROM told
GROUP BY day, measure
ORDER BY day DESC, measure
LIMIT 2000
