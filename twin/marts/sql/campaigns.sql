-- Every campaign as its facts have made it (`folded`), with exact counts of its devices from the
-- tallies, and the newest forecast of its end.
WITH counted AS (
    SELECT
        campaign_id,
        CAST(sum(devices) AS BIGINT) AS members,
        CAST(coalesce(sum(devices) FILTER (state = 'AWAITING'), 0) AS BIGINT) AS awaiting,
        CAST(coalesce(sum(devices) FILTER (state IN ('REQUESTED', 'AT_HUB')), 0) AS BIGINT)
            AS in_transfer,
        CAST(coalesce(sum(devices) FILTER (state = 'VERIFIED'), 0) AS BIGINT) AS verified,
        CAST(coalesce(sum(devices) FILTER (state = 'ACTIVATION_REQUESTED'), 0) AS BIGINT)
            AS activation_requested,
        CAST(
            coalesce(sum(devices) FILTER (state IN ('ACTIVATED', 'ACTIVATED_UNCONFIRMED')), 0)
            AS BIGINT
        ) AS activated,
        CAST(coalesce(sum(devices) FILTER (state = 'RETRYING'), 0) AS BIGINT) AS retrying,
        CAST(coalesce(sum(devices) FILTER (state = 'CONFIRMED'), 0) AS BIGINT) AS confirmed,
        CAST(coalesce(sum(devices) FILTER (state IN ('FAILED', 'TIMED_OUT')), 0) AS BIGINT)
            AS errors
    FROM tallies
    WHERE wave > 0
    GROUP BY campaign_id
),
foreseen AS (
    SELECT campaign_id, day AS forecast_on, p10, p50, p90, chance, actual
    FROM forecasts
    WHERE scope = 'campaign'
    QUALIFY row_number() OVER (PARTITION BY campaign_id ORDER BY day DESC) = 1
)
SELECT
    folded.*,
    coalesce(counted.members, 0) AS members,
    coalesce(awaiting, 0) AS awaiting,
    coalesce(in_transfer, 0) AS in_transfer,
    coalesce(verified, 0) AS verified,
    coalesce(activation_requested, 0) AS activation_requested,
    coalesce(activated, 0) AS activated,
    coalesce(retrying, 0) AS retrying,
    coalesce(confirmed, 0) AS confirmed,
    coalesce(errors, 0) AS errors,
    forecast_on,
    p10,
    p50,
    p90,
    chance,
    actual
FROM folded
LEFT JOIN counted USING (campaign_id)
LEFT JOIN foreseen USING (campaign_id)
ORDER BY folded.campaign_id
LIMIT 5000
