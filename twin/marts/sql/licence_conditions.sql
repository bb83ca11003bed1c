-- Premises of each supplier by licence condition: an IHD at 2.4 GHz unless that is technically
-- impracticable (40.1 / 34.1, said again in 40.4 / 34.4), and a 2.4 GHz IHD connected at 2.4 GHz
-- (49.4(d) / 43.4(d); paragraphs 5 to 7, BR12, BR13). As `twin.rules.judged_licence` judges: the
-- display installed last, the band selected for it last, the coverage measured last as evidence.
-- Not judged: no display, no band, no measurement; and, where 2.4 GHz does not work, whether all
-- reasonable steps were taken to connect by it.
WITH homes AS (
    SELECT key, arg_max(supplier, (occurred_at, sequence, source)) AS supplier
    FROM facts
    WHERE event = 'lifecycle.premises-registered'
    GROUP BY key
),
coverage AS (
    SELECT key, arg_max(ghz_2_4, (occurred_at, sequence, source)) AS works
    FROM facts
    WHERE event = 'bands.coverage-measured'
    GROUP BY key
),
displays AS (
    SELECT key, arg_max(device_id, (occurred_at, sequence, source)) AS device_id
    FROM facts
    WHERE event = 'lifecycle.device-installed' AND device_type = 'IHD'
    GROUP BY key
),
selected AS (
    SELECT key, device_id, arg_max(band, (occurred_at, sequence, source)) AS band
    FROM facts
    WHERE event = 'bands.band-selected' AND device_type = 'IHD'
    GROUP BY key, device_id
),
judged AS (
    SELECT
        homes.supplier,
        CASE
            WHEN band = 'ghz_2_4' THEN true
            WHEN band = 'sub_ghz' AND hub_variant = 'single_band' THEN false
            WHEN band IS NOT NULL THEN NOT works
        END AS provided,
        CASE WHEN band = 'ghz_2_4' THEN true WHEN band IS NOT NULL AND works THEN false END
            AS connected
    FROM homes
    LEFT JOIN displays USING (key)
    LEFT JOIN selected USING (key, device_id)
    LEFT JOIN coverage USING (key)
    LEFT JOIN premises_now USING (key)
),
verdicts AS (
    SELECT
        supplier,
        unnest(['40.1/34.1', '40.4/34.4', '49.4(d)/43.4(d)']) AS condition,
        unnest([provided, provided, connected]) AS passes
    FROM judged
)
SELECT
    supplier,
    condition,
    count(*) FILTER (passes) AS passed,
    count(*) FILTER (NOT passes) AS failed,
    count(*) FILTER (passes IS NULL) AS not_judged
FROM verdicts
GROUP BY supplier, condition
ORDER BY supplier, condition
LIMIT 5000
