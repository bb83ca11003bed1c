-- By how much the counts of `pins_by_area` changed, by day: the sums up to a day are how they stood
-- at its end. Of a fleet that has too many days the rows tell `days` days together and stand on the
-- last of them: weeks end on Sundays, and longer spans are of whole weeks.
WITH words AS (
    SELECT
        key,
        CAST(occurred_at AS DATE) AS day,
        occurred_at,
        sequence,
        source,
        event IN ('pins.pin-set', 'pins.pin-changed') AS is_set,
        pin_class
    FROM facts
    WHERE
        event IN ('pins.pin-set', 'pins.pin-changed', 'pins.pin-cleared', 'pins.pin-disabled')
),
paired AS (
    SELECT key, min(occurred_at) AS paired_at
    FROM facts
    WHERE event = 'pairing.completed'
    GROUP BY key
),
before AS (
    SELECT key, arg_max(is_set, (occurred_at, sequence, source)) AS is_set
    FROM words
    INNER JOIN paired USING (key)
    WHERE occurred_at <= paired_at
    GROUP BY key
),
marks AS (
    SELECT key, day, installed, NULL::BOOLEAN AS set_before, NULL::INTEGER AS pin FROM premises_days
    UNION ALL
    SELECT key, CAST(paired_at AS DATE), NULL, coalesce(before.is_set, false), NULL
    FROM paired
    LEFT JOIN before USING (key)
    UNION ALL
    -- no PIN, one that is not weak, one of the 20 most common, the most common
    SELECT
        key,
        day,
        NULL,
        NULL,
        arg_max(
            CASE
                WHEN NOT is_set THEN 0
                WHEN pin_class = 'top_1' THEN 3
                WHEN pin_class = 'top_20' THEN 2
                ELSE 1
            END,
            (occurred_at, sequence, source)
        )
    FROM words
    GROUP BY key, day
),
stood AS (
    SELECT
        key,
        day,
        coalesce(last_value(max(installed) IGNORE NULLS) OVER so_far, false) AS installed,
        last_value(max(set_before) IGNORE NULLS) OVER so_far AS set_before,
        coalesce(last_value(max(pin) IGNORE NULLS) OVER so_far, 0) AS pin
    FROM marks
    GROUP BY key, day
    WINDOW so_far AS (PARTITION BY key ORDER BY day ROWS UNBOUNDED PRECEDING)
),
moves AS (
    SELECT key, day, 1 AS change, installed, set_before, pin FROM stood
    UNION ALL
    SELECT
        key,
        day,
        -1,
        lag(installed) OVER by_day,
        lag(set_before) OVER by_day,
        lag(pin) OVER by_day
    FROM stood
    WINDOW by_day AS (PARTITION BY key ORDER BY day)
),
daily AS (
    SELECT
        day,
        coalesce(gsp_group, 'unknown') AS gsp_group,
        coalesce(csp_region, 'unknown') AS csp_region,
        coalesce(shared_meter_space, false) AS shared_meter_space,
        set_before IS NOT NULL AS paired,
        sum(change) AS premises,
        sum(change) FILTER (set_before) AS set_before,
        sum(change) FILTER (pin > 0) AS set_now,
        sum(change) FILTER (pin = 3) AS most_common_pin,
        sum(change) FILTER (pin > 1) AS weak_pin
    FROM moves
    LEFT JOIN places USING (key)
    WHERE installed
    GROUP BY ALL
),
spans AS (
    SELECT
        daily.* EXCLUDE (day),
        span.days,
        least(
            DATE '2017-01-01' + CAST(
                span.days * ceil(date_diff('day', DATE '2017-01-01', day) / span.days) AS INTEGER
            ),
            CAST(params.as_at AS DATE)
        ) AS day
    FROM daily
    CROSS JOIN (SELECT unnest([1, 7, 28, 91, 364]) AS days) AS span
    CROSS JOIN params
),
told AS (
    SELECT
        days,
        day,
        gsp_group,
        csp_region,
        shared_meter_space,
        paired,
        CAST(coalesce(sum(premises), 0) AS BIGINT) AS premises,
        CAST(coalesce(sum(set_before), 0) AS BIGINT) AS set_before,
        CAST(coalesce(sum(set_now), 0) AS BIGINT) AS set_now,
        CAST(coalesce(sum(most_common_pin), 0) AS BIGINT) AS most_common_pin,
        CAST(coalesce(sum(weak_pin), 0) AS BIGINT) AS weak_pin
    FROM spans
    GROUP BY ALL
)
SELECT * EXCLUDE (days), CAST(days AS BIGINT) AS days
FROM told
WHERE
    days = (SELECT min(days) FROM (SELECT days FROM told GROUP BY days HAVING count(*) <= 5000))
    AND (
        premises <> 0 OR set_before <> 0 OR set_now <> 0 OR most_common_pin <> 0 OR weak_pin <> 0
    )
ORDER BY day DESC, gsp_group, csp_region, shared_meter_space, paired
LIMIT 5000
