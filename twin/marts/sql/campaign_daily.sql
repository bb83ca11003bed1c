-- Burn-up of each campaign by day of virtual time: devices asked, confirmed, and failed at their
-- newest attempt so far, and the power outages (AD1) of the day that it caused (BR36).
WITH told AS (
    SELECT campaign_id, asked_on AS day, 1 AS asked, 0 AS confirmed, 0 AS failed, 0 AS outages
    FROM campaign_courses
    UNION ALL
    SELECT campaign_id, confirmed_on, 0, 1, 0, 0 FROM campaign_courses WHERE confirmed_on IS NOT NULL
    UNION ALL
    SELECT campaign_id, failed_on, 0, 0, 1, 0 FROM campaign_courses WHERE failed_on IS NOT NULL
    UNION ALL
    SELECT campaign_id, CAST(ended AS DATE), 0, 0, 0, 1
    FROM outages_caused
    WHERE campaign_id IS NOT NULL
),
days AS (
    SELECT
        campaign_id,
        day,
        sum(asked) AS asked,
        sum(confirmed) AS confirmed,
        sum(failed) AS failed,
        sum(outages) AS outages
    FROM told
    GROUP BY campaign_id, day
)
SELECT
    campaign_id,
    day,
    CAST(sum(asked) OVER so_far AS BIGINT) AS asked,
    CAST(sum(confirmed) OVER so_far AS BIGINT) AS confirmed,
    CAST(sum(failed) OVER so_far AS BIGINT) AS failed,
    CAST(outages AS BIGINT) AS outages
FROM days
WINDOW so_far AS (PARTITION BY campaign_id ORDER BY day)
ORDER BY day DESC, campaign_id
LIMIT 5000
