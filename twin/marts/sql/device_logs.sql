-- What happened to device logs: asked for (8.11, by the role that asked), changed at the hub (alert
-- 0x8F12) or at the gas proxy (0x8071), brought over to a new hub or not (8.12; BR08, BR22 to BR24).
SELECT
    CASE event
        WHEN 'pairing.device-log-update-requested' THEN 'requested'
        WHEN 'pairing.chf-device-log-changed' THEN 'hub'
        WHEN 'pairing.gpf-device-log-changed' THEN 'gas_proxy'
        ELSE 'hub_exchange'
    END AS told_by,
    CASE event
        WHEN 'pairing.gpf-device-log-changed' THEN 'changed'
        WHEN 'lifecycle.hub-replaced'
            THEN CASE WHEN device_log_restored THEN 'restored' ELSE 'not_restored' END
        ELSE coalesce("action", change)
    END AS change,
    role,
    count(*) AS changes
FROM facts
WHERE
    event IN (
        'pairing.device-log-update-requested',
        'pairing.chf-device-log-changed',
        'pairing.gpf-device-log-changed',
        'lifecycle.hub-replaced'
    )
GROUP BY ALL
ORDER BY ALL
LIMIT 5000
