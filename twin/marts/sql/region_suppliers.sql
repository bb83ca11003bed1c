-- Premises installed, capable (truth) and believed capable, by communications region and supplier.
-- A row a day and group for as many of the newest days as 5,000 rows carry; of those before them the
-- Sundays. The days begin with the first installation.
WITH bounds AS (
    SELECT
        (SELECT min(day) FROM place_changes) AS starts,
        CAST(params.as_at AS DATE) AS ends,
        (SELECT count(DISTINCT (csp_region, supplier)) FROM place_changes) AS groups
    FROM params
),
calendar AS (
    SELECT
        CAST(unnest(generate_series(starts, ends, INTERVAL 1 DAY)) AS DATE) AS day,
        -- so many whole days beside the Sundays of all others
        ends - greatest(1, CAST(floor(
            (5000 / groups - (date_diff('day', starts, ends) + 1) / 7 - 1) * 7 / 6
        ) AS INTEGER)) AS daily_after
    FROM bounds
    WHERE starts IS NOT NULL
),
grouped AS (
    SELECT
        day,
        csp_region,
        supplier,
        sum(installed) AS installed,
        sum(capable) AS capable,
        sum(believed) AS believed
    FROM place_changes
    GROUP BY ALL
),
running AS (
    SELECT
        calendar.*,
        groups.csp_region,
        groups.supplier,
        sum(coalesce(installed, 0)) OVER so_far AS installed,
        sum(coalesce(capable, 0)) OVER so_far AS capable,
        sum(coalesce(believed, 0)) OVER so_far AS believed
    FROM calendar
    CROSS JOIN (SELECT DISTINCT csp_region, supplier FROM place_changes) AS groups
    LEFT JOIN grouped USING (day, csp_region, supplier)
    WINDOW so_far AS (PARTITION BY groups.csp_region, groups.supplier ORDER BY calendar.day)
)
SELECT
    day,
    csp_region,
    supplier,
    CAST(installed AS BIGINT) AS installed_premises,
    CAST(capable AS BIGINT) AS capable_premises,
    CAST(believed AS BIGINT) AS believed_premises
FROM running
WHERE day > daily_after OR isodow(day) = 7
ORDER BY day DESC, csp_region, supplier
LIMIT 5000
