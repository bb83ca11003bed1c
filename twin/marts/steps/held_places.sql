-- Rows that are held already, or stand in the new files more than once: a compacted file may overlap
-- with those that it replaces. The few that there are are picked out of the many that are held.
CREATE OR REPLACE TEMP TABLE held_places AS
WITH repeated AS (
    SELECT topic, epoch, "partition", "offset"
    FROM new_places
    GROUP BY topic, epoch, "partition", "offset"
    HAVING count(*) > 1
),
later AS (
    SELECT filename, nth
    FROM new_places
    SEMI JOIN repeated USING (topic, epoch, "partition", "offset")
    QUALIFY row_number() OVER (
        PARTITION BY topic, epoch, "partition", "offset" ORDER BY filename, nth
    ) > 1
)
SELECT filename, nth
FROM records
INNER JOIN new_places USING (topic, epoch, "partition", "offset")
UNION ALL
FROM later
