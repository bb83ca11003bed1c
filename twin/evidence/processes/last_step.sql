-- The moment of the last step that a basis holds, whatever process it is of. Words in small letters
-- are put in by the caller.
SELECT CAST(max(occurred_at) AS TIMESTAMP)
FROM lake_rows
WHERE
    event IS NOT NULL
    AND breach IS NULL
    AND (
        (topic = 'premises.events' AND family <> 'programme' AND (premises_hold))
        OR (topic = 'campaign.events' AND (campaigns_hold))
    )
