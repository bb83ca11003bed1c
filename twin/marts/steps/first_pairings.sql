-- The first completed pairing of each premises that has one, and whether a PIN was set by then.
CREATE OR REPLACE TEMP TABLE first_pairings AS
WITH paired AS (
    SELECT key, min(occurred_at) AS paired_at
    FROM facts
    WHERE event = 'pairing.completed'
    GROUP BY key
),
before AS (
    SELECT key, arg_max(is_set, (occurred_at, sequence, source)) AS is_set
    FROM pin_words
    INNER JOIN paired USING (key)
    WHERE occurred_at <= paired_at
    GROUP BY key
)
SELECT key, paired_at, coalesce(before.is_set, false) AS set_before
FROM paired
LEFT JOIN before USING (key)
