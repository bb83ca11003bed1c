-- Where each premises lies and who supplies it, as it was registered last.
CREATE OR REPLACE TEMP TABLE places AS
SELECT
    key,
    coalesce(arg_max(csp_region, (occurred_at, sequence, source)), 'unknown') AS csp_region,
    coalesce(arg_max(gsp_group, (occurred_at, sequence, source)), 'unknown') AS gsp_group,
    coalesce(arg_max(supplier, (occurred_at, sequence, source)), 'unknown') AS supplier,
    coalesce(arg_max(shared_meter_space, (occurred_at, sequence, source)), false)
        AS shared_meter_space
FROM facts
WHERE event = 'lifecycle.premises-registered'
GROUP BY key
