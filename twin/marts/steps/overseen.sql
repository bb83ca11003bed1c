-- Facts about the programme as a whole, each once, numbered in the order in which they happened.
CREATE OR REPLACE TEMP TABLE overseen AS
SELECT
    *,
    row_number() OVER (ORDER BY occurred_at, sequence, source) AS nth
FROM (
    FROM programme_records
    WHERE topic = 'programme.events' AND campaign_id IS NULL
    QUALIFY
        row_number() OVER (PARTITION BY event_id ORDER BY epoch, "partition", "offset") = 1
)
