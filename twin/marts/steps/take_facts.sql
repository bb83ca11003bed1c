-- Facts about premises, each once.
INSERT INTO told BY NAME
SELECT
    epoch,
    "partition",
    "offset",
    event_id,
    source,
    sequence,
    key,
    event,
    family,
    occurred_at,
    recorded_at,
    breach,
    device_id,
    CASE
        WHEN event IN ('lifecycle.hub-installed', 'lifecycle.hub-replaced') THEN 'CHF'
        ELSE device_type
    END AS device_type,
    replaced_device_id,
    partner_device_type,
    region,
    csp_region,
    gsp_group,
    supplier,
    shared_meter_space,
    model,
    hub_variant,
    ghz_2_4,
    band,
    reason,
    to_state,
    suspend_minutes,
    "trigger",
    answer,
    minutes,
    campaign_id,
    wave,
    attempt,
    firmware_version,
    pairing_capable,
    response_lost,
    outcome,
    warning,
    transfer,
    attempt_id,
    route,
    channel,
    code_length,
    cause,
    stage,
    "method",
    response,
    role,
    "action",
    change,
    key_source,
    device_log_restored,
    pin_class,
    pin_set,
    guesses
FROM arrivals
WHERE
    topic = 'premises.events'
    AND event IS NOT NULL
    AND family <> 'programme'
    AND NOT EXISTS (FROM told AS held WHERE held.event_id = arrivals.event_id)
    AND NOT EXISTS (
        FROM arrivals AS earlier
        WHERE earlier.topic = 'premises.events'
            AND earlier.event_id = arrivals.event_id
            AND (earlier.epoch, earlier."partition", earlier."offset")
            < (arrivals.epoch, arrivals."partition", arrivals."offset")
    )
