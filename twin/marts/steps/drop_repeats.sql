-- Files may overlap, a compacted one with those that it replaces: a record comes in once.
DELETE FROM arrivals
USING (
    SELECT topic, epoch, "partition", "offset", min(rowid) AS kept
    FROM arrivals
    GROUP BY topic, epoch, "partition", "offset"
    HAVING count(*) > 1
) AS repeated
WHERE
    arrivals.topic = repeated.topic
    AND arrivals.epoch = repeated.epoch
    AND arrivals."partition" = repeated."partition"
    AND arrivals."offset" = repeated."offset"
    AND arrivals.rowid > repeated.kept
