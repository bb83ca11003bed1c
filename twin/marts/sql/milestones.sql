-- Dates of the source with what became of them: met, late, slipped (the day has passed) or open, seen
-- on the newest day of virtual time (BR42).
WITH known AS (
    SELECT
        milestone,
        min_by(planned, nth) AS planned,
        max_by(expected, nth) AS expected,
        max_by(actual, nth) AS actual,
        bool_or(event = 'programme.milestone-slipped') AS slipped
    FROM overseen
    WHERE milestone IS NOT NULL
    GROUP BY milestone
)
SELECT
    milestone,
    planned,
    expected,
    actual,
    CASE
        WHEN actual <= planned THEN 'met'
        WHEN actual IS NOT NULL THEN 'late'
        WHEN slipped OR CAST(params.as_at AS DATE) > planned THEN 'slipped'
        ELSE 'open'
    END AS state
FROM known
CROSS JOIN params
ORDER BY planned, milestone
LIMIT 5000
