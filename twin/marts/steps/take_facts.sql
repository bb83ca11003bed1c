-- Facts about premises, each once: of records with one event id the first of the log.
INSERT INTO told BY NAME
WITH repeated AS (
    SELECT event_id
    FROM arrivals
    WHERE topic = 'premises.events'
    GROUP BY event_id
    HAVING count(*) > 1
),
later AS (
    SELECT epoch, "partition", "offset"
    FROM arrivals
    SEMI JOIN repeated USING (event_id)
    WHERE topic = 'premises.events'
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY epoch, "partition", "offset") > 1
)
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
        FROM later
        WHERE later.epoch = arrivals.epoch
            AND later."partition" = arrivals."partition"
            AND later."offset" = arrivals."offset"
    )
