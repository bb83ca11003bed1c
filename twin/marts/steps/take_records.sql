-- Every record with few columns; no payload is taken along.
INSERT INTO records BY NAME
SELECT
    topic,
    epoch,
    "partition",
    "offset",
    CAST(logged_at AS TIMESTAMP) AS logged_at,
    key,
    refusal,
    event,
    family,
    CAST(occurred_at AS TIMESTAMP) AS occurred_at,
    device_type
FROM new_rows($files) AS new
ANTI JOIN held_places AS known
    ON known.filename = new.filename AND known.nth = new.file_row_number
WHERE topic IN (
    'premises.events', 'premises.dead-letters', 'campaign.events', 'programme.events'
)
