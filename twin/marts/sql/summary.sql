-- One row of totals.
WITH premises AS (
    SELECT
        count(*) FILTER (installed) AS installed_premises,
        count(*) FILTER (hub_capable) AS capable_hubs,
        count(*) FILTER (esme_capable) AS capable_esmes,
        count(*) FILTER (hub) AS installed_hubs,
        count(*) FILTER (esme) AS installed_esmes,
        count(*) FILTER (capable) AS capable_premises,
        count(*) FILTER (believed) AS believed_premises,
        count(*) FILTER (capable AND NOT believed) AS belief_behind_premises
    FROM premises_now
),
happened AS (
    SELECT
        count(*) AS facts,
        count(breach) AS breaches,
        count(DISTINCT key) AS known_premises,
        count(DISTINCT key) FILTER (event = 'lifecycle.premises-registered') AS registered_premises,
        count(DISTINCT attempt_id) AS pairing_attempts,
        count(DISTINCT attempt_id) FILTER (event = 'pairing.completed') AS pairings_completed,
        count(*) FILTER (event = 'firmware.activation-failed') AS activations_failed
    FROM told
),
refused AS (
    SELECT
        count(*) AS dead_letters,
        count(*) FILTER (NOT EXISTS (
            FROM resolutions
            WHERE
                resolutions."partition" = known."partition"
                AND resolutions."offset" = known."offset"
        )) AS open_dead_letters
    FROM (SELECT DISTINCT topic, epoch, "partition", "offset" FROM letters) AS known
),
log AS (
    SELECT
        count(*) AS records,
        count(*) FILTER (topic = 'premises.events' AND refusal IS NOT NULL) AS unreadable_records,
        count(*) FILTER (topic = 'premises.events' AND event IS NOT NULL AND family <> 'programme')
            AS premises_records,
        count(DISTINCT event) AS event_types
    FROM records
)
SELECT
    premises.*,
    happened.*,
    refused.*,
    log.records,
    log.unreadable_records,
    log.event_types,
    log.premises_records - happened.facts AS repeated_records
FROM premises
CROSS JOIN happened
CROSS JOIN refused
CROSS JOIN log
ORDER BY ALL
