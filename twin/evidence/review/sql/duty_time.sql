-- Hours that dual band hubs spent in each duty cycle state within the period, changes to it,
-- suspensions with their minutes, and messages discarded meanwhile (BR18). A hub is in Normal from
-- its installation until it tells of another state. Times are summed as whole microseconds, so that
-- the sum does not hang on the order in which they are added up.
WITH hubs AS (
    SELECT key, greatest(min(occurred_at), any_value(begins)) AS since, any_value(upto) AS upto
    FROM facts
    CROSS JOIN period
    WHERE event = 'lifecycle.hub-installed' AND hub_variant = 'dual_band'
    GROUP BY key
),
changes AS (
    SELECT
        key,
        occurred_at,
        to_state,
        suspend_minutes,
        row_number() OVER (PARTITION BY key ORDER BY occurred_at, sequence, source) AS nth
    FROM facts
    WHERE event IN ('bands.duty-cycle-state-changed', 'bands.duty-cycle-alerted')
),
points AS (
    SELECT
        hubs.key,
        since AS moment,
        coalesce(
            (
                SELECT arg_max(to_state, nth)
                FROM changes
                WHERE changes.key = hubs.key AND changes.occurred_at <= since
            ),
            'normal'
        ) AS state,
        0 AS nth
    FROM hubs
    WHERE since < upto
    UNION ALL
    SELECT key, occurred_at, to_state, nth
    FROM changes
    INNER JOIN hubs USING (key)
    WHERE occurred_at > since
),
spans AS (
    SELECT
        state,
        epoch_us(lead(moment, 1, upto) OVER (PARTITION BY key ORDER BY moment, nth))
        - epoch_us(moment) AS microseconds
    FROM points
    INNER JOIN hubs USING (key)
),
discards AS (
    SELECT coalesce(moved.to_state, 'normal') AS state
    FROM (
        SELECT key, occurred_at
        FROM facts
        CROSS JOIN period
        WHERE event = 'bands.message-discarded' AND occurred_at >= begins
    ) AS discarded
    ASOF LEFT JOIN (
        SELECT key, occurred_at, arg_max(to_state, nth) AS to_state
        FROM changes
        GROUP BY key, occurred_at
    ) AS moved
        ON discarded.key = moved.key AND discarded.occurred_at >= moved.occurred_at
),
counted AS (
    SELECT unnest(['normal', 'limited', 'critical', 'regulated']) AS state, 0 AS microseconds,
        0 AS changes, 0 AS suspensions, 0 AS minutes, 0 AS discards
    UNION ALL
    SELECT state, microseconds, 0, 0, 0, 0 FROM spans
    UNION ALL
    SELECT to_state, 0, 1, CAST(suspend_minutes IS NOT NULL AS INTEGER),
        coalesce(suspend_minutes, 0), 0
    FROM changes
    CROSS JOIN period
    WHERE occurred_at >= begins
    UNION ALL
    SELECT state, 0, 0, 0, 0, 1 FROM discards
)
SELECT
    state,
    CAST(sum(microseconds) AS DOUBLE) / 3_600_000_000 AS hours,
    CAST(sum(changes) AS BIGINT) AS changes,
    CAST(sum(suspensions) AS BIGINT) AS suspensions,
    CAST(sum(minutes) AS BIGINT) AS minutes,
    CAST(sum(discards) AS BIGINT) AS discards
FROM counted
GROUP BY state
ORDER BY list_position(['normal', 'limited', 'critical', 'regulated'], state)
