-- Premises installed, capable (truth) and believed capable, by communications region and day.
-- A row a day and group for as many of the newest days as 5,000 rows carry; of those before them the
-- Sundays. The days begin with the first installation.
SELECT
    day,
    csp_region,
    installed_premises,
    capable_premises,
    believed_premises
FROM place_days
WHERE parted_by = 'csp_region'
ORDER BY day DESC, csp_region
LIMIT 5000
