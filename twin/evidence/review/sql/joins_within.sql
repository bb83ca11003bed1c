-- Joins that were told within the period, by the two kinds of device and the response (BR20 to BR26).
SELECT
    device_type,
    partner_device_type,
    CASE event WHEN 'pairing.join-succeeded' THEN 'success' ELSE response END AS response,
    count(*) AS joins
FROM facts
CROSS JOIN period
WHERE
    event IN ('pairing.join-succeeded', 'pairing.join-failed')
    AND occurred_at >= begins
GROUP BY ALL
ORDER BY ALL
