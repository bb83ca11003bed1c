-- Devices by the band selected for them last, and the reason.
WITH latest AS (
    SELECT device_id, device_type, band, reason
    FROM facts
    WHERE event = 'bands.band-selected'
    QUALIFY
        row_number() OVER (PARTITION BY key, device_id ORDER BY occurred_at DESC, sequence DESC, source DESC) = 1
)
SELECT device_type, band, reason, count(*) AS devices
FROM latest
GROUP BY device_type, band, reason
ORDER BY device_type, band, reason
LIMIT 5000
