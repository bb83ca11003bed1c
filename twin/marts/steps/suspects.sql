-- Rows of the new files whose fact has the number of another's there, or of one that is held.
CREATE OR REPLACE TEMP TABLE suspects AS
WITH come AS (FROM new_places ANTI JOIN held_places USING (filename, nth))
SELECT fact, filename, nth
FROM come
WHERE fact IN (
    SELECT fact FROM come WHERE fact IS NOT NULL GROUP BY fact HAVING count(*) > 1
    UNION ALL
    SELECT told.fact FROM told SEMI JOIN come USING (fact)
)
