-- The steps that processes are made of: what happened, when, told by whom, about which device. A fact
-- that was sent twice counts once (D3). Words in small letters are put in by the caller.
CREATE OR REPLACE TEMP TABLE told_steps AS
SELECT
    topic,
    key,
    event,
    split_part(event, '.', 2) AS name,
    CAST(occurred_at AS TIMESTAMP) AS moment,
    (epoch, "partition", "offset") AS place,
    split_part(source, ':', 3) AS system,
    correlation_id,
    route,
    device_id,
    device_type,
    replaced_device_id,
    campaign_id,
    attempt,
    minutes,
    "action",
    change,
    reason,
    CASE
        WHEN event IN ('pairing.device-log-update-requested', 'pairing.chf-device-log-changed')
            THEN coalesce(
                json_extract_string(decode(coalesce(rest, data)), '$.subject_device_id'),
                json_extract_string(decode(value), '$.data.subject_device_id')
            )
    END AS subject_device_id,
    CASE
        WHEN event = 'pairing.device-unjoined'
            THEN coalesce(
                json_extract_string(decode(coalesce(rest, data)), '$.partner_device_id'),
                json_extract_string(decode(value), '$.data.partner_device_id')
            )
    END AS partner_device_id
FROM lake_rows
WHERE
    part_holds
    AND event IS NOT NULL
    AND breach IS NULL
    AND (
        (topic = 'premises.events' AND family <> 'programme' AND (premises_hold))
        OR (topic = 'campaign.events' AND (campaigns_hold))
    )
QUALIFY row_number() OVER (
    PARTITION BY coalesce(event_id, source || '|' || sequence || '|' || event || '|' || type_version)
    ORDER BY epoch, "partition", "offset"
) = 1
