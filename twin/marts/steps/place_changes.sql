-- By how much the premises of each place and supplier changed on each day; what is known of no
-- place counts under `unknown`. The sums up to a day are how they stood at its end.
CREATE OR REPLACE TEMP TABLE place_changes AS
WITH changes AS (
    SELECT
        key,
        day,
        CAST(installed AS INTEGER) - lag(CAST(installed AS INTEGER), 1, 0) OVER by_premises
            AS installed,
        CAST(capable AS INTEGER) - lag(CAST(capable AS INTEGER), 1, 0) OVER by_premises AS capable,
        CAST(believed AS INTEGER) - lag(CAST(believed AS INTEGER), 1, 0) OVER by_premises
            AS believed
    FROM premises_days
    WINDOW by_premises AS (PARTITION BY key ORDER BY day)
)
SELECT
    day,
    coalesce(csp_region, 'unknown') AS csp_region,
    coalesce(gsp_group, 'unknown') AS gsp_group,
    coalesce(supplier, 'unknown') AS supplier,
    CAST(sum(installed) AS BIGINT) AS installed,
    CAST(sum(capable) AS BIGINT) AS capable,
    CAST(sum(believed) AS BIGINT) AS believed
FROM changes
LEFT JOIN places USING (key)
GROUP BY ALL
