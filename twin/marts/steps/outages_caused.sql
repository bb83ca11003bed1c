-- Each power outage alert (AD1) with the campaign that caused it: one that lies within 60 minutes
-- (ASSUMED) of an activation of an electricity meter in the same premises; the nearest activation
-- counts (BR36, MP102).
CREATE OR REPLACE TEMP TABLE outages_caused AS
WITH outages AS MATERIALIZED (
    SELECT
        row_number() OVER () AS nth,
        key,
        minutes,
        occurred_at - to_minutes(minutes) AS began,
        occurred_at AS ended
    FROM facts
    WHERE event = 'lifecycle.power-outage-alerted'
),
near AS (
    SELECT
        outages.nth,
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
    SELECT nth, campaign_id
    FROM near
    QUALIFY row_number() OVER (PARTITION BY nth ORDER BY distance, campaign_id) = 1
)
SELECT key, minutes, ended, campaign_id
FROM outages
LEFT JOIN caused USING (nth)
