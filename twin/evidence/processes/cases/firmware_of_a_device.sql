SELECT
    device_id || ' ' || campaign_id || ' ' || attempt AS case_id,
    name AS activity,
    moment,
    place,
    system
FROM told_steps
WHERE
    campaign_id IS NOT NULL
    AND attempt IS NOT NULL
    AND event IN (
        'firmware.update-requested',
        'firmware.update-unanswered',
        'firmware.update-warned',
        'firmware.update-conflicted',
        'firmware.delivered-to-hub',
        'firmware.delivery-failed',
        'firmware.transferred',
        'firmware.verified',
        'firmware.verification-failed',
        'firmware.activation-requested',
        'firmware.activation-accepted',
        'firmware.activation-cancelled',
        'firmware.activated',
        'firmware.activation-failed',
        'firmware.update-timed-out',
        'firmware.confirmation-timed-out'
    )
