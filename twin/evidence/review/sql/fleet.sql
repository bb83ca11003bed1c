-- The fleet at the end of the period: registered, with hub and electricity meter, hubs by variant,
-- hubs that were installed within the period.
SELECT
    (SELECT count(*) FROM homes WHERE registered) AS registered,
    count(*) FILTER (installed) AS installed,
    count(*) FILTER (hub) AS hubs,
    count(*) FILTER (hub AND hub_variant = 'single_band') AS single_band,
    count(*) FILTER (hub AND hub_variant = 'dual_band') AS dual_band,
    (
        SELECT count(*)
        FROM facts
        CROSS JOIN period
        WHERE event = 'lifecycle.hub-installed' AND occurred_at >= begins
    ) AS hubs_in_period,
    (
        SELECT count(*)
        FROM facts
        CROSS JOIN period
        WHERE event = 'lifecycle.premises-registered' AND occurred_at >= begins
    ) AS registered_in_period
FROM premises_now
