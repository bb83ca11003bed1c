-- Power outage alerts (AD1) by how long the power was away, and the campaign that caused them. An
-- alert is told of more than three minutes and says whole ones.
SELECT
    CASE
        WHEN minutes <= 15 THEN 3
        WHEN minutes <= 60 THEN 16
        WHEN minutes <= 240 THEN 61
        ELSE 241
    END AS minutes_from,
    CASE
        WHEN minutes <= 15 THEN 15
        WHEN minutes <= 60 THEN 60
        WHEN minutes <= 240 THEN 240
    END AS minutes_to,
    campaign_id,
    count(*) AS outages,
    count(DISTINCT key) AS premises
FROM outages_caused
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
