-- Premises by the furthest band that any of their devices uses (2.4 GHz, then 868 MHz, then the
-- Alternative HAN), and the month in which their first band was selected: the shares that the
-- source expects are of premises, 70% by 2.4 GHz and 96.5% with 868 MHz (executive summary).
WITH selected AS (
    SELECT
        key,
        arg_max(band, (occurred_at, sequence, source)) AS band,
        min(occurred_at) AS first_at
    FROM facts
    WHERE event = 'bands.band-selected'
    GROUP BY key, device_id
),
homes AS (
    SELECT
        key,
        CAST(date_trunc('month', min(first_at)) AS DATE) AS month,
        CASE max(list_position(['ghz_2_4', 'sub_ghz', 'alternative_han'], band))
            WHEN 1 THEN 'ghz_2_4'
            WHEN 2 THEN 'sub_ghz'
            ELSE 'alternative_han'
        END AS band
    FROM selected
    GROUP BY key
)
SELECT month, coalesce(csp_region, 'unknown') AS csp_region, band, count(*) AS premises
FROM homes
LEFT JOIN places USING (key)
GROUP BY month, coalesce(csp_region, 'unknown'), band
ORDER BY month DESC, csp_region, band
LIMIT 5000
