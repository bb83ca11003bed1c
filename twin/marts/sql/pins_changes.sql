-- By how much the counts of `pins_by_area` changed, by day: the sums up to a day are how they stood
-- at its end. Of a fleet that has too many days the rows tell `days` days together and stand on the
-- last of them: weeks end on Sundays, and longer spans are of whole weeks.
WITH marks AS (
    SELECT key, day, installed, NULL::BOOLEAN AS set_before, NULL::INTEGER AS pin FROM premises_days
    UNION ALL
    SELECT key, CAST(paired_at AS DATE), NULL, set_before, NULL FROM first_pairings
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
    FROM pin_words
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
        end_of_span(day, span.days, CAST(params.as_at AS DATE)) AS day
    FROM daily
    CROSS JOIN (SELECT unnest(span_lengths()) AS days) AS span
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
