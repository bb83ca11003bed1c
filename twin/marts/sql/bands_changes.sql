-- By how much the premises of each month, region and furthest band changed, by day: the sums up to a
-- day are `bands_monthly` as it was at the end of that day. Of a fleet that has too many days the
-- rows tell `days` days together and stand on the last of them: weeks end on Sundays, and longer
-- spans are of whole weeks.
WITH said AS (
    SELECT
        key,
        device_id,
        CAST(occurred_at AS DATE) AS day,
        list_position(
            ['ghz_2_4', 'sub_ghz', 'alternative_han'],
            arg_max(band, (occurred_at, sequence, source))
        ) AS rank
    FROM facts
    WHERE event = 'bands.band-selected'
    GROUP BY ALL
),
moments AS (SELECT DISTINCT key, day FROM said),
-- every device's band at the end of each day on which some device of the premises got another
held AS (
    SELECT moments.key, moments.day, said.device_id, arg_max(said.rank, said.day) AS rank
    FROM moments
    INNER JOIN said ON moments.key = said.key AND moments.day >= said.day
    GROUP BY ALL
),
homes AS (
    SELECT
        key,
        day,
        max(rank) AS rank,
        CAST(date_trunc('month', min(day) OVER of_premises) AS DATE) AS month,
        lag(max(rank)) OVER of_premises AS before
    FROM held
    GROUP BY key, day
    WINDOW of_premises AS (PARTITION BY key ORDER BY day)
),
moves AS (
    SELECT key, day, month, rank, 1 AS change FROM homes
    UNION ALL
    SELECT key, day, month, before, -1 FROM homes WHERE before IS NOT NULL
),
daily AS (
    SELECT
        day,
        month,
        coalesce(csp_region, 'unknown') AS csp_region,
        ['ghz_2_4', 'sub_ghz', 'alternative_han'][rank] AS band,
        sum(change) AS premises
    FROM moves
    LEFT JOIN places USING (key)
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
    SELECT days, day, month, csp_region, band, CAST(sum(premises) AS BIGINT) AS premises
    FROM spans
    GROUP BY ALL
    HAVING sum(premises) <> 0
)
SELECT day, month, csp_region, band, premises, CAST(days AS BIGINT) AS days
FROM told
WHERE days = (
    SELECT min(days) FROM (SELECT days FROM told GROUP BY days HAVING count(*) <= 5000)
)
ORDER BY day DESC, month DESC, csp_region, band
LIMIT 5000
