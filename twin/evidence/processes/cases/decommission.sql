SELECT
    coalesce(subject_device_id, partner_device_id, device_id) AS case_id,
    name AS activity,
    moment,
    place,
    system
FROM told_steps
WHERE
    event = 'pairing.device-unjoined'
    OR (event = 'pairing.device-log-update-requested' AND "action" = 'remove')
    OR (event = 'pairing.chf-device-log-changed' AND change = 'removed')
    OR (event = 'lifecycle.device-status-changed' AND reason = 'unjoined')
