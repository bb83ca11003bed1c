-- Hubs by the duty cycle state that they are in now (normal until they tell of another), how often
-- hubs changed to each state and suspended a device then, and the messages to suspended devices
-- that were discarded while a hub was in it (BR18; alerts 0x8F20 to 0x8F25 and 0x8F2C). A suspension
-- counts where its length was told; the alerts of real hubs tell none.
WITH changes AS (
    SELECT
        key,
        to_state,
        suspend_minutes IS NOT NULL AS suspends,
        occurred_at,
        row_number() OVER (PARTITION BY key ORDER BY occurred_at DESC, sequence DESC, source DESC)
            AS back
    FROM facts
    WHERE event IN ('bands.duty-cycle-state-changed', 'bands.duty-cycle-alerted')
),
newest AS (SELECT key, to_state FROM changes WHERE back = 1),
hubs AS (
    SELECT coalesce(newest.to_state, 'normal') AS state
    FROM (SELECT key FROM premises_now WHERE hub_variant = 'dual_band') AS dual
    FULL JOIN newest USING (key)
),
discards AS (
    SELECT coalesce(moved.to_state, 'normal') AS state
    FROM (FROM facts WHERE event = 'bands.message-discarded') AS discarded
    ASOF LEFT JOIN (
        SELECT key, occurred_at, arg_min(to_state, back) AS to_state
        FROM changes
        GROUP BY key, occurred_at
    ) AS moved
        ON discarded.key = moved.key AND discarded.occurred_at >= moved.occurred_at
),
counted AS (
    SELECT unnest(['normal', 'limited', 'critical', 'regulated']) AS state, 0 AS hubs,
        0 AS changes, 0 AS suspensions, 0 AS discards
    UNION ALL
    SELECT state, 1, 0, 0, 0 FROM hubs
    UNION ALL
    SELECT to_state, 0, 1, CAST(suspends AS INTEGER), 0 FROM changes
    UNION ALL
    SELECT state, 0, 0, 0, 1 FROM discards
)
SELECT
    state,
    CAST(sum(hubs) AS BIGINT) AS hubs,
    CAST(sum(changes) AS BIGINT) AS changes,
    CAST(sum(suspensions) AS BIGINT) AS suspensions,
    CAST(sum(discards) AS BIGINT) AS discards
FROM counted
GROUP BY state
ORDER BY list_position(['normal', 'limited', 'critical', 'regulated'], state)
LIMIT 5000
