-- Every attempt of every member of a campaign at some premises, `$first` up to and without `$after`
-- (a member that was never asked has one row without an attempt), with the moments at which its
-- sources recorded what became of it: whoever asks how it stood on a day takes the moments before
-- that day and no others. The states that follow from them are those of the fold: the further of
-- two findings counts (D11), confirmed is a version that was read (D34), and a device that was
-- exchanged is gone (BR43).
WITH part AS (FROM facts WHERE key >= $first AND key < $after),
words AS (
    SELECT
        campaign_id,
        key,
        device_id,
        device_type,
        event,
        wave,
        region,
        supplier,
        recorded_at AS enrolled_at,
        lead(recorded_at) OVER (
            PARTITION BY campaign_id, key, device_id ORDER BY occurred_at, sequence
        ) AS ended_at
    FROM part
    WHERE event IN ('firmware.device-enrolled', 'firmware.device-excluded')
),
members AS (
    SELECT * EXCLUDE (event), row_number() OVER () AS member
    FROM words
    WHERE event = 'firmware.device-enrolled'
),
fitted AS (
    SELECT key, device_type, device_id, replaced_device_id, model, recorded_at
    FROM part
    WHERE event IN ('lifecycle.hub-installed', 'lifecycle.device-installed', 'lifecycle.hub-replaced')
        AND device_type IN (SELECT device_type FROM members)
),
gone AS (
    SELECT member, min(recorded_at) AS gone_at
    FROM members
    INNER JOIN fitted USING (key, device_type)
    WHERE fitted.device_id <> members.device_id AND recorded_at >= enrolled_at
    GROUP BY member
),
models AS (
    SELECT key, device_id, arg_max(model, recorded_at) AS model
    FROM fitted
    WHERE model IS NOT NULL
    GROUP BY key, device_id
),
-- why an attempt failed, by the fact that says so
named AS (
    SELECT
        *,
        CASE event
            WHEN 'firmware.update-warned' THEN warning
            WHEN 'firmware.transferred' THEN nullif(transfer, 'success')
            WHEN 'firmware.activation-failed' THEN outcome
            WHEN 'firmware.update-conflicted' THEN cause
            WHEN 'firmware.delivery-failed' THEN 'not_delivered'
            WHEN 'firmware.verification-failed' THEN 'verification_failed'
            WHEN 'firmware.activation-cancelled' THEN 'activation_cancelled'
        END AS wrong
    FROM part
    WHERE campaign_id IS NOT NULL AND attempt IS NOT NULL
),
steps AS (
    SELECT
        campaign_id,
        key,
        device_id,
        attempt,
        min(recorded_at) AS begun_at,
        min(recorded_at) FILTER (wrong IS NOT NULL) AS failed_at,
        -- of two causes the one that was told of first, as the fold has it
        arg_min(wrong, row(occurred_at, wrong)) FILTER (wrong IS NOT NULL) AS failure,
        min(recorded_at) FILTER (event = 'firmware.update-timed-out') AS timed_out_at,
        arg_min(cause, row(occurred_at, cause)) FILTER (event = 'firmware.update-timed-out')
            AS time_out,
        min(recorded_at) FILTER (event = 'firmware.confirmation-timed-out') AS unread_at,
        min(recorded_at) FILTER (event = 'firmware.activated' AND NOT response_lost) AS activated_at,
        min(occurred_at) FILTER (event = 'firmware.activated') AS activated_then,
        min(recorded_at) FILTER (event = 'firmware.activated') AS activation_told_at,
        max(firmware_version) FILTER (
            event IN ('firmware.update-requested', 'firmware.update-unanswered')
        ) AS target
    FROM named
    GROUP BY campaign_id, key, device_id, attempt
),
-- who told of an activation and is read afterwards to run something else has fallen back
fallen AS (
    SELECT
        steps.campaign_id,
        steps.key,
        steps.device_id,
        steps.attempt,
        min(greatest(part.recorded_at, activation_told_at)) AS fallen_at
    FROM steps
    INNER JOIN part ON
        part.key = steps.key
        AND part.device_id = steps.device_id
        AND part.event = 'firmware.version-read'
        AND part.occurred_at > activated_then
        AND part.firmware_version <> target
    GROUP BY steps.campaign_id, steps.key, steps.device_id, steps.attempt
),
versions AS (
    SELECT
        key,
        device_id,
        firmware_version,
        min(recorded_at) FILTER (event = 'firmware.version-read') AS read_at,
        min(recorded_at) FILTER (pairing_capable AND event = 'firmware.version-read')
            AS read_capable_at,
        min(recorded_at) FILTER (pairing_capable AND (event <> 'firmware.activated' OR NOT response_lost))
            AS heard_capable_at
    FROM part
    WHERE event IN ('firmware.version-read', 'firmware.executing-changed', 'firmware.activated')
    GROUP BY key, device_id, firmware_version
),
capable AS (
    SELECT
        key,
        device_id,
        min(read_capable_at) AS read_at,
        min(heard_capable_at) AS heard_at
    FROM versions
    GROUP BY key, device_id
)
SELECT
    members.campaign_id,
    member,
    wave,
    region,
    supplier,
    model,
    enrolled_at,
    ended_at,
    gone_at,
    capable.read_at AS read_at,
    capable.heard_at AS heard_at,
    steps.attempt,
    begun_at,
    min(begun_at) OVER (PARTITION BY member) AS released_at,
    least(failed_at, fallen_at) AS failed_at,
    coalesce(failure, CASE WHEN fallen_at IS NOT NULL THEN 'fell_back' END) AS failure,
    timed_out_at,
    time_out,
    unread_at,
    activated_at,
    min(versions.read_at) OVER (PARTITION BY member) AS confirmed_at
FROM members
LEFT JOIN gone USING (member)
LEFT JOIN models USING (key, device_id)
LEFT JOIN capable USING (key, device_id)
LEFT JOIN steps USING (campaign_id, key, device_id)
LEFT JOIN fallen USING (campaign_id, key, device_id, attempt)
LEFT JOIN versions ON
    members.key = versions.key
    AND members.device_id = versions.device_id
    AND versions.firmware_version = steps.target
ORDER BY members.campaign_id, members.key, members.device_id, enrolled_at, steps.attempt
