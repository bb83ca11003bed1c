-- Premises by what reaches them, as measured last (page 6: 70% by 2.4 GHz, 96.5% by either band):
-- of all, and by premises type, region, hub variant and supplier.
WITH seen AS (
    SELECT
        homes.*,
        coalesce(hub_variant, 'no hub') AS hub_variant,
        CASE
            WHEN ghz_2_4 THEN 'ghz_2_4'
            WHEN sub_ghz THEN 'sub_ghz'
            WHEN NOT ghz_2_4 AND NOT sub_ghz THEN 'neither'
        END AS reached_by
    FROM homes
    LEFT JOIN premises_now USING (key)
),
parts AS (
    SELECT 1 AS place, 'all' AS part, 'all premises' AS name, reached_by FROM seen
    UNION ALL
    SELECT 2, 'premises type', coalesce(premises_type, 'not known'), reached_by FROM seen
    UNION ALL
    SELECT 3, 'region', coalesce(csp_region, 'not known'), reached_by FROM seen
    UNION ALL
    SELECT 4, 'hub variant', hub_variant, reached_by FROM seen
    UNION ALL
    SELECT 5, 'supplier', coalesce(supplier, 'not known'), reached_by FROM seen
)
SELECT
    part,
    name,
    count(reached_by) AS measured,
    count(*) FILTER (reached_by = 'ghz_2_4') AS ghz_2_4,
    count(*) FILTER (reached_by = 'sub_ghz') AS sub_ghz,
    count(*) FILTER (reached_by = 'neither') AS neither,
    count(*) - count(reached_by) AS not_measured
FROM parts
GROUP BY place, part, name
ORDER BY place, name
