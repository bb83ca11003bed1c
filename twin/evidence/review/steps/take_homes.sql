-- What is known of each premises beside its devices, as it was told last.
CREATE TABLE homes AS
WITH told_of AS (
    SELECT key, event, premises_type, csp_region, supplier, ghz_2_4, sub_ghz,
        row_number() OVER (
            PARTITION BY key, event ORDER BY occurred_at DESC, sequence DESC, source DESC
        ) AS back
    FROM facts
    WHERE event IN ('lifecycle.premises-registered', 'bands.coverage-measured')
)
SELECT
    key,
    any_value(premises_type) AS premises_type,
    any_value(csp_region) AS csp_region,
    any_value(supplier) AS supplier,
    bool_or(event = 'lifecycle.premises-registered') AS registered,
    bool_or(ghz_2_4) AS ghz_2_4,
    bool_or(sub_ghz) AS sub_ghz
FROM told_of
WHERE back = 1
GROUP BY key
