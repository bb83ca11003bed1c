WITH exchanges AS (
    SELECT device_id AS new_hub, replaced_device_id AS old_hub
    FROM told_steps
    WHERE event = 'lifecycle.hub-replaced'
)
SELECT new_hub AS case_id, name AS activity, moment, place, system
FROM told_steps
INNER JOIN exchanges ON told_steps.device_id = exchanges.new_hub
WHERE
    event IN (
        'lifecycle.hub-installed',
        'lifecycle.hub-replaced',
        'lifecycle.device-commissioned'
    )
    OR (event = 'pairing.chf-device-log-changed' AND change = 'restored')
UNION ALL
SELECT new_hub, name, moment, place, system
FROM told_steps
INNER JOIN exchanges ON told_steps.device_id = exchanges.old_hub
WHERE event = 'lifecycle.device-status-changed' AND reason = 'hub_exchanged'
