-- Each pairing attempt: its way in, how far it came, and how it ended. Many steps of an attempt name
-- no route; one that no fact names is null. `reached` is the furthest step: 1 started, 2 hub open to
-- joining, 3 CAD chosen at the meter, 4 install code accepted at the meter, 5 paired.
CREATE OR REPLACE TEMP TABLE pairing_attempts AS
WITH steps AS (
    SELECT
        key,
        attempt_id,
        max(route) AS route,
        max(channel) AS channel,
        min(occurred_at) AS began,
        max(code_length) FILTER (event = 'pairing.install-code-transferred') AS code_length,
        max(
            CASE event
                WHEN 'pairing.completed' THEN 5
                WHEN 'pairing.install-code-entered' THEN 4
                WHEN 'pairing.install-code-transferred' THEN 4
                WHEN 'pairing.cad-selected' THEN 3
                WHEN 'pairing.mode-opened' THEN 2
                ELSE 1
            END
        ) AS reached
    FROM facts
    WHERE attempt_id IS NOT NULL
    GROUP BY key, attempt_id
),
ends AS (
    SELECT
        key,
        attempt_id,
        split_part(event, '.', 2) AS outcome,
        coalesce(cause, stage) AS cause,
        occurred_at AS ended
    FROM facts
    WHERE event IN ('pairing.completed', 'pairing.failed', 'pairing.abandoned')
    QUALIFY
        row_number() OVER (
            PARTITION BY key, attempt_id
            ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) = 1
)
SELECT
    steps.*,
    coalesce(ends.outcome, 'open') AS outcome,
    ends.cause,
    ends.ended
FROM steps
LEFT JOIN ends USING (key, attempt_id)
