-- Facts that were told before, or are told again here: of records of one fact (D3) the first of the
-- log counts, so that one which was taken in before an earlier one gives way. Those of one number
-- (`suspects`) are held against each other by all that they are.
CREATE OR REPLACE TEMP TABLE repeats AS
WITH claims AS (
    SELECT
        key, epoch, "partition", "offset", own_id, source, sequence, event, type_version,
        rowid AS held, NULL AS filename, NULL AS nth
    FROM told
    SEMI JOIN suspects USING (fact)
    UNION ALL
    SELECT
        key, new.epoch, new."partition", new."offset",
        own_id(source, sequence, event, type_version, event_id),
        source, sequence, event, type_version,
        NULL, new.filename, new.file_row_number
    FROM new_rows($files) AS new
    SEMI JOIN suspects
        ON suspects.nth = new.file_row_number AND suspects.filename = new.filename
    ANTI JOIN held_places AS known
        ON known.filename = new.filename AND known.nth = new.file_row_number
)
SELECT key, held, filename, nth
FROM claims
QUALIFY row_number() OVER (
    PARTITION BY
        own_id,
        CASE WHEN own_id IS NULL THEN row(source, sequence, event, type_version) END
    ORDER BY epoch, "partition", "offset"
) > 1
