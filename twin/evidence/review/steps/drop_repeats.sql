-- Of a fact that was told twice the first of the log stays (D3). What is one fact is decided by all
-- that makes it one; fingerprints only say cheaply where there may be more than one record of it.
DELETE FROM told
WHERE
    rowid IN (
        WITH suspected AS (
            SELECT fingerprint FROM told GROUP BY fingerprint HAVING count(*) > 1
        )
        SELECT told.rowid
        FROM told
        SEMI JOIN suspected ON told.fingerprint = suspected.fingerprint
        QUALIFY
            row_number() OVER (
                PARTITION BY coalesce(
                    event_id, source || '|' || sequence || '|' || event || '|' || type_version
                )
                ORDER BY epoch, "partition", "offset"
            ) > 1
    )
