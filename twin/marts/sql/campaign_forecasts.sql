-- When each campaign, and each region and supplier in it, would end, as forecast on each day by
-- what was known before it; `chance` is that of ending by the day that the plan wants, `planned`.
-- Newest days first; `actual` is the end, once it is known.
SELECT
    campaign_id,
    day,
    scope,
    name,
    p10,
    p50,
    p90,
    planned,
    chance,
    basis,
    condition,
    members,
    settled,
    censored,
    actual
FROM forecasts
ORDER BY day DESC, campaign_id, scope, name
LIMIT 5000
