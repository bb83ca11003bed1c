-- Who belongs to which wave, by region, supplier and model at enrolment, and how far they are; wave
-- 0 counts the devices that have no place in the campaign, by reason. Each device stands once.
SELECT
    campaign_id,
    wave,
    region,
    supplier,
    model,
    reason,
    CAST(sum(devices) AS BIGINT) AS members,
    CAST(coalesce(sum(devices) FILTER (state = 'AWAITING'), 0) AS BIGINT) AS awaiting,
    CAST(coalesce(sum(devices) FILTER (state = 'CONFIRMED'), 0) AS BIGINT) AS confirmed,
    CAST(coalesce(sum(devices) FILTER (state IN ('FAILED', 'TIMED_OUT')), 0) AS BIGINT) AS errors,
    CAST(
        coalesce(sum(devices) FILTER (state IN ('DECOMMISSIONED', 'ALREADY_AT_TARGET', 'CANCELLED')), 0)
        AS BIGINT
    ) AS gone,
    CAST(sum(devices) AS BIGINT) * (wave > 0)::BIGINT
    - awaiting - confirmed - errors - gone AS in_flight
FROM tallies
GROUP BY campaign_id, wave, region, supplier, model, reason
ORDER BY campaign_id, wave, region, supplier, model, reason
LIMIT 5000
