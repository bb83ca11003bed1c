-- Premises in shares of neighbours, whose days are made at a time.
CREATE TEMP TABLE shares AS
SELECT key, (row_number() OVER (ORDER BY key) - 1) // $most AS share
FROM (SELECT DISTINCT key FROM told)
