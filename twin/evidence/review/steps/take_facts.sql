-- Facts about premises that a review needs, as the marts keep them; those told twice are still here
-- twice. The words in small letters are put in by the caller: the lake's rows, the positions of the
-- basis, the events.
INSERT INTO told BY NAME
SELECT
    epoch,
    "partition",
    "offset",
    event_id,
    type_version,
    CASE
        WHEN event_id IS NULL THEN hash(source, sequence, event, type_version)
        ELSE hash(event_id)
    END AS fingerprint,
    source,
    sequence,
    key,
    event,
    CAST(occurred_at AS TIMESTAMP) AS occurred_at,
    breach,
    device_id,
    CASE
        WHEN event IN ('lifecycle.hub-installed', 'lifecycle.hub-replaced') THEN 'CHF'
        ELSE device_type
    END AS device_type,
    replaced_device_id,
    partner_device_type,
    premises_type,
    csp_region,
    supplier,
    hub_variant,
    ghz_2_4,
    sub_ghz,
    band,
    reason,
    to_state,
    suspend_minutes,
    firmware_version,
    pairing_capable,
    response_lost,
    outcome,
    attempt_id,
    route,
    cause,
    stage,
    response,
    pin_class,
    pin_set
FROM lake_rows
WHERE
    topic = 'premises.events'
    AND family <> 'programme'
    AND (event IN (wanted_events) OR breach IS NOT NULL)
    AND CAST(occurred_at AS TIMESTAMP) < $until
    AND basis_holds
