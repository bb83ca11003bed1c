-- Power outage alerts (AD1) by how long the power was away, and the campaign that caused them: one that
-- lies within 60 minutes (ASSUMED) of an activation of an electricity meter in the same premises; the
-- nearest activation counts (BR36, MP102). An alert is told of more than three minutes and says whole
-- ones.
WITH outages AS (
    SELECT
        event_id,
        key,
        minutes,
        occurred_at - to_minutes(minutes) AS began,
        occurred_at AS ended
    FROM facts
    WHERE event = 'lifecycle.power-outage-alerted'
),
near AS (
    SELECT
        outages.event_id,
        activated.campaign_id,
        greatest(began - activated.occurred_at, activated.occurred_at - ended, INTERVAL 0 MINUTE)
            AS distance
    FROM outages
    INNER JOIN facts AS activated
        ON
            outages.key = activated.key
            AND activated.event = 'firmware.activated'
            AND activated.device_type = 'ESME'
            AND activated.occurred_at >= began - INTERVAL 60 MINUTE
            AND activated.occurred_at <= ended + INTERVAL 60 MINUTE
),
caused AS (
    SELECT event_id, campaign_id
    FROM near
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY distance, campaign_id) = 1
)
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
FROM outages
LEFT JOIN caused USING (event_id)
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
