-- Firmware facts by campaign and what they say more: the list (update-warned), the transfer code,
-- the outcome of an activation, a response that was lost (BR28 to BR35).
SELECT
    campaign_id,
    device_type,
    event,
    coalesce(warning, transfer, outcome, CASE WHEN response_lost THEN 'response_lost' END)
        AS detail,
    count(*) AS facts
FROM facts
WHERE family = 'firmware'
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
