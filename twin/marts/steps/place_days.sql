-- Premises installed, capable (truth) and believed capable at the end of each day, by GSP group, by
-- communications region, by supplier, and by region and supplier: `parted_by` says by which, and the
-- other columns of place are empty. A row a day and group for as many of the newest days as 5,000
-- rows carry; of those before them the Sundays. The days begin with the first installation.
CREATE OR REPLACE TEMP TABLE place_days AS
WITH changes AS (
    SELECT
        CASE
            WHEN grouping(gsp_group) = 0 THEN 'gsp_group'
            WHEN grouping(supplier) = 1 THEN 'csp_region'
            WHEN grouping(csp_region) = 1 THEN 'supplier'
            ELSE 'csp_region, supplier'
        END AS parted_by,
        day,
        gsp_group,
        csp_region,
        supplier,
        sum(installed) AS installed,
        sum(capable) AS capable,
        sum(believed) AS believed
    FROM place_changes
    GROUP BY GROUPING SETS (
        (day, gsp_group), (day, csp_region), (day, supplier), (day, csp_region, supplier)
    )
),
groups AS (SELECT DISTINCT parted_by, gsp_group, csp_region, supplier FROM changes),
bounds AS (
    SELECT
        parted_by,
        count(*) AS groups,
        (SELECT min(day) FROM place_changes) AS starts,
        (SELECT CAST(as_at AS DATE) FROM params) AS ends
    FROM groups
    GROUP BY parted_by
),
calendar AS (
    SELECT
        parted_by,
        CAST(unnest(generate_series(starts, ends, INTERVAL 1 DAY)) AS DATE) AS day,
        -- so many whole days beside the Sundays of all others
        ends - greatest(1, CAST(floor(
            (5000 / groups - (date_diff('day', starts, ends) + 1) / 7 - 1) * 7 / 6
        ) AS INTEGER)) AS daily_after
    FROM bounds
),
running AS (
    SELECT
        calendar.*,
        groups.gsp_group,
        groups.csp_region,
        groups.supplier,
        sum(coalesce(installed, 0)) OVER so_far AS installed,
        sum(coalesce(capable, 0)) OVER so_far AS capable,
        sum(coalesce(believed, 0)) OVER so_far AS believed
    FROM calendar
    INNER JOIN groups USING (parted_by)
    LEFT JOIN changes
        ON
            calendar.parted_by = changes.parted_by
            AND calendar.day = changes.day
            AND groups.gsp_group IS NOT DISTINCT FROM changes.gsp_group
            AND groups.csp_region IS NOT DISTINCT FROM changes.csp_region
            AND groups.supplier IS NOT DISTINCT FROM changes.supplier
    WINDOW so_far AS (
        PARTITION BY calendar.parted_by, groups.gsp_group, groups.csp_region, groups.supplier
        ORDER BY calendar.day
    )
)
SELECT
    parted_by,
    day,
    gsp_group,
    csp_region,
    supplier,
    CAST(installed AS BIGINT) AS installed_premises,
    CAST(capable AS BIGINT) AS capable_premises,
    CAST(believed AS BIGINT) AS believed_premises
FROM running
WHERE day > daily_after OR isodow(day) = 7
