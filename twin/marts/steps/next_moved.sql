-- So many of the premises that are to be made anew, the first by their ids.
CREATE OR REPLACE TEMP TABLE moving AS
SELECT DISTINCT key FROM moved ORDER BY key LIMIT $most
