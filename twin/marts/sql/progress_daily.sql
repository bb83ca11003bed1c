-- Premises and devices with local pairing, at the end of every day of virtual time; the plan goes
-- on beyond the newest event, where the counts are null. One row a day.
WITH bounds AS (
    SELECT
        CAST(params.as_at AS DATE) AS as_at,
        greatest(CAST(params.as_at AS DATE), (SELECT max(day) FROM plan_curve)) AS ends,
        (SELECT min(day) FROM premises_days) AS starts
    FROM params
),
calendar AS (
    SELECT CAST(unnest(generate_series(
        greatest(starts, ends - 4999),
        ends,
        INTERVAL 1 DAY
    )) AS DATE) AS day
    FROM bounds
    WHERE starts IS NOT NULL
),
changes AS (
    SELECT
        greatest(day, (SELECT min(day) FROM calendar)) AS day,
        CAST(installed AS INTEGER) - lag(CAST(installed AS INTEGER), 1, 0) OVER by_premises AS installed,
        CAST(hub_capable AS INTEGER) - lag(CAST(hub_capable AS INTEGER), 1, 0) OVER by_premises AS hubs,
        CAST(esme_capable AS INTEGER) - lag(CAST(esme_capable AS INTEGER), 1, 0) OVER by_premises AS esmes,
        CAST(capable AS INTEGER) - lag(CAST(capable AS INTEGER), 1, 0) OVER by_premises AS capable,
        CAST(believed AS INTEGER) - lag(CAST(believed AS INTEGER), 1, 0) OVER by_premises AS believed,
        CAST(capable AND NOT believed AS INTEGER)
        - lag(CAST(capable AND NOT believed AS INTEGER), 1, 0) OVER by_premises AS behind
    FROM premises_days
    WINDOW by_premises AS (PARTITION BY key ORDER BY day)
),
daily AS (
    SELECT
        day,
        sum(installed) AS installed,
        sum(hubs) AS hubs,
        sum(esmes) AS esmes,
        sum(capable) AS capable,
        sum(believed) AS believed,
        sum(behind) AS behind
    FROM changes
    GROUP BY day
),
running AS (
    SELECT
        calendar.day,
        sum(coalesce(installed, 0)) OVER so_far AS installed,
        sum(coalesce(hubs, 0)) OVER so_far AS hubs,
        sum(coalesce(esmes, 0)) OVER so_far AS esmes,
        sum(coalesce(capable, 0)) OVER so_far AS capable,
        sum(coalesce(believed, 0)) OVER so_far AS believed,
        sum(coalesce(behind, 0)) OVER so_far AS behind
    FROM calendar
    LEFT JOIN daily USING (day)
    WINDOW so_far AS (ORDER BY calendar.day)
)
SELECT
    running.day,
    CAST(CASE WHEN running.day <= bounds.as_at THEN installed END AS BIGINT) AS installed_premises,
    CAST(CASE WHEN running.day <= bounds.as_at THEN hubs END AS BIGINT) AS capable_hubs,
    CAST(CASE WHEN running.day <= bounds.as_at THEN esmes END AS BIGINT) AS capable_esmes,
    CAST(CASE WHEN running.day <= bounds.as_at THEN capable END AS BIGINT) AS capable_premises,
    CAST(CASE WHEN running.day <= bounds.as_at THEN believed END AS BIGINT) AS believed_premises,
    CAST(CASE WHEN running.day <= bounds.as_at THEN behind END AS BIGINT) AS belief_behind_premises,
    coalesce(
        CAST(planned_premises AS DOUBLE), planned_share * params.premises
    ) AS planned_premises
FROM running
CROSS JOIN bounds
CROSS JOIN params
LEFT JOIN plan_curve ON plan_curve.day = running.day
ORDER BY running.day
LIMIT 5000
