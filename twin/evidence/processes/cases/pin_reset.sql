SELECT key AS case_id, name AS activity, moment, place, system
FROM told_steps
WHERE
    event IN (
        'pins.pin-set',
        'pins.pin-changed',
        'pins.pin-cleared',
        'pins.pin-disabled',
        'pins.pin-entered'
    )
