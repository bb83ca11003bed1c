-- The latest refused records: where they stand, why, and what was done; never their content.
WITH known AS (
    FROM letters
    QUALIFY
        row_number() OVER (PARTITION BY topic, epoch, "partition", "offset" ORDER BY logged_at) = 1
),
answers AS (
    SELECT "partition", "offset", max(resolution) AS resolution
    FROM resolutions
    GROUP BY "partition", "offset"
)
SELECT
    known.logged_at,
    known.premises_id,
    known.cause,
    known.why,
    coalesce(answers.resolution, 'open') AS standing,
    known.topic,
    known.epoch,
    known."partition",
    known."offset",
    known.code_version
FROM known
LEFT JOIN answers
    ON known."partition" = answers."partition" AND known."offset" = answers."offset"
ORDER BY known.logged_at DESC, known.topic, known."partition", known."offset" DESC
LIMIT 200
