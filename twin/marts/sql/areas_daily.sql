-- Premises installed, capable (truth) and believed capable, by GSP group, at the end of each day.
-- A row a day and group for as many of the newest days as 5,000 rows carry; of those before them the
-- Sundays. The days begin with the first installation.
SELECT
    day,
    gsp_group,
    installed_premises,
    capable_premises,
    believed_premises
FROM place_days
WHERE parted_by = 'gsp_group'
ORDER BY day DESC, gsp_group
LIMIT 5000
