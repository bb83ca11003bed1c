-- Every wave of each plan, as it was handed in last: when the plan wants it done, and the days on
-- which it was released, wholly out, and over, and how it ended.
WITH done AS (
    SELECT
        campaign_id,
        wave,
        min(occurred_at) FILTER (event = 'programme.wave-released') AS released_at,
        min(occurred_at) FILTER (event = 'programme.wave-released' AND complete) AS complete_at,
        max(occurred_at) FILTER (
            event IN ('programme.wave-passed', 'programme.wave-failed', 'programme.wave-advanced')
        ) AS ended_at,
        arg_max(event, nth) FILTER (
            event IN ('programme.wave-passed', 'programme.wave-failed', 'programme.wave-advanced')
        ) AS ending
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
    CAST(ended_at AS DATE) AS ended_on,
    CASE ending
        WHEN 'programme.wave-passed' THEN 'passed'
        WHEN 'programme.wave-failed' THEN 'failed'
        WHEN 'programme.wave-advanced' THEN 'skipped'
    END AS ending
FROM wave_plans
LEFT JOIN done USING (campaign_id, wave)
ORDER BY planned_from, campaign_id, wave
LIMIT 5000
