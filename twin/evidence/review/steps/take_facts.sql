-- Facts about premises that a review needs, each once (D3), as the marts keep them. The words in
-- small letters are put in by the caller: the lake's rows, the positions of the basis, the events.
INSERT INTO told BY NAME
SELECT
    epoch,
    "partition",
    "offset",
    coalesce(CAST(event_id AS UUID), fact_id(source, sequence, event, type_version)) AS event_id,
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
    supplier,
    hub_variant,
    ghz_2_4,
    band,
    reason,
    to_state,
    suspend_minutes,
    firmware_version,
    pairing_capable,
    response_lost,
    outcome,
    CAST(attempt_id AS UUID) AS attempt_id,
    route,
    cause,
    stage,
    "method",
    response,
    pin_class,
    pin_set,
    guesses
FROM lake_rows
WHERE
    topic = 'premises.events'
    AND family <> 'programme'
    AND (event IN (wanted_events) OR breach IS NOT NULL)
    AND CAST(occurred_at AS TIMESTAMP) < $until
    AND basis_holds
QUALIFY row_number() OVER (
    PARTITION BY coalesce(event_id, source || '|' || sequence || '|' || event || '|' || type_version)
    ORDER BY epoch, "partition", "offset"
) = 1
