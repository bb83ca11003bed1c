SELECT device_id AS case_id, name AS activity, moment, place, system
FROM told_steps
WHERE
    event IN (
        'lifecycle.device-pre-notified',
        'lifecycle.hub-installed',
        'lifecycle.device-installed',
        'lifecycle.device-commissioned',
        'bands.band-selected'
    )
    AND coalesce(device_type, '') <> 'CAD'
