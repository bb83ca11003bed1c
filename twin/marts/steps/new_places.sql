-- Where the rows of new lake files stand, and of the facts about premises a number of what they say
-- they are. Coordinates name a record, so order and repetition of files do not matter.
CREATE OR REPLACE TEMP TABLE new_places AS
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    filename,
    file_row_number AS nth,
    CASE
        WHEN topic = 'premises.events' AND event IS NOT NULL AND family <> 'programme'
            THEN fact_number(source, sequence, event, type_version, event_id)
    END AS fact
FROM new_rows($files)
WHERE topic IN (
    'premises.events', 'premises.dead-letters', 'campaign.events', 'programme.events'
)
