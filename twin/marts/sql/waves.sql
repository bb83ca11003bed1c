-- Every wave of each plan, as it was handed in last: when the plan wants it done, and the days on
-- which it was released, wholly out, and over.
WITH done AS (
    SELECT
        campaign_id,
        wave,
        min(occurred_at) FILTER (event = 'programme.wave-released') AS released_at,
        min(occurred_at) FILTER (event = 'programme.wave-released' AND complete) AS complete_at,
        min(occurred_at) FILTER (event = 'programme.wave-passed') AS passed_at,
        max(occurred_at) FILTER (
            event IN ('programme.wave-failed', 'programme.wave-advanced')
        ) AS left_at
    FROM decided
    WHERE wave IS NOT NULL
    GROUP BY campaign_id, wave
)
SELECT
    campaign_id,
    wave,
    wave_plans.name,
    planned_from,
    planned_to,
    CAST(released_at AS DATE) AS released_on,
    CAST(complete_at AS DATE) AS complete_on,
    CAST(coalesce(passed_at, left_at) AS DATE) AS ended_on
FROM wave_plans
LEFT JOIN done USING (campaign_id, wave)
ORDER BY planned_from, campaign_id, wave
LIMIT 5000
