-- Facts of the campaigns, each once, numbered in the order of their log.
CREATE OR REPLACE TEMP TABLE decided AS
SELECT
    *,
    row_number() OVER (ORDER BY epoch, "partition", "offset") AS nth
FROM (
    FROM programme_records
    WHERE topic = 'campaign.events' AND campaign_id IS NOT NULL
    QUALIFY
        row_number() OVER (PARTITION BY event_id ORDER BY epoch, "partition", "offset") = 1
)
