-- Facts about premises, each once (`repeats`).
INSERT INTO told BY NAME
SELECT
    new.epoch,
    new."partition",
    new."offset",
    fact_number(source, sequence, event, type_version, event_id) AS fact,
    own_id(source, sequence, event, type_version, event_id) AS own_id,
    type_version,
    source,
    sequence,
    key,
    event,
    family,
    CAST(occurred_at AS TIMESTAMP) AS occurred_at,
    CAST(coalesce(recorded_at, occurred_at + to_microseconds(delay_us)) AS TIMESTAMP)
        AS recorded_at,
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
    CAST(attempt_id AS UUID) AS attempt_id,
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
FROM new_rows($files) AS new
ANTI JOIN held_places AS known
    ON known.filename = new.filename AND known.nth = new.file_row_number
ANTI JOIN repeats
    ON repeats.filename = new.filename AND repeats.nth = new.file_row_number
WHERE
    topic = 'premises.events'
    AND event IS NOT NULL
    AND family <> 'programme'
