-- Facts about the programme as a whole, as the marts keep them; a repeated one is told apart later.
INSERT INTO programme_records BY NAME
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    CAST(event_id AS UUID) AS event_id,
    source,
    sequence,
    event,
    CAST(occurred_at AS TIMESTAMP) AS occurred_at,
    campaign_id,
    milestone,
    planned,
    expected,
    actual,
    party,
    subject,
    on_time,
    recommendation,
    objective,
    framework_change
FROM lake_rows
WHERE
    topic = 'programme.events'
    AND family = 'programme'
    AND CAST(occurred_at AS TIMESTAMP) < $until
    AND basis_holds
