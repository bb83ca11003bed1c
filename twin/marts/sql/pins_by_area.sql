-- Privacy PINs by GSP group and meter space (shared or private): of premises where a device was
-- paired, whether a PIN was set when the first pairing was completed and whether one is set now; of
-- the others whether one is set now; and how guessable those are (paragraphs 32 to 34, BR10).
WITH latest AS (
    SELECT
        key,
        arg_max(is_set, (occurred_at, sequence, source)) AS is_set,
        arg_max(coalesce(pin_class, ''), (occurred_at, sequence, source)) AS pin_class
    FROM pin_words
    GROUP BY key
)
SELECT
    coalesce(gsp_group, 'unknown') AS gsp_group,
    coalesce(csp_region, 'unknown') AS csp_region,
    coalesce(shared_meter_space, false) AS shared_meter_space,
    paired_at IS NOT NULL AS paired,
    count(*) AS premises,
    count(*) FILTER (set_before) AS set_before,
    count(*) FILTER (latest.is_set) AS set_now,
    count(*) FILTER (latest.is_set AND latest.pin_class = 'top_1') AS most_common_pin,
    count(*) FILTER (latest.is_set AND latest.pin_class IN ('top_1', 'top_20')) AS weak_pin
FROM premises_now
LEFT JOIN places USING (key)
LEFT JOIN first_pairings USING (key)
LEFT JOIN latest USING (key)
WHERE installed
GROUP BY ALL
ORDER BY gsp_group, csp_region, shared_meter_space, paired
LIMIT 5000
