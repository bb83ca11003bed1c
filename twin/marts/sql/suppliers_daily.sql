-- Premises installed, capable (truth) and believed capable, by supplier, at the end of each day.
-- A row a day and group for as many of the newest days as 5,000 rows carry; of those before them the
-- Sundays. The days begin with the first installation.
SELECT
    day,
    supplier,
    installed_premises,
    capable_premises,
    believed_premises
FROM place_days
WHERE parted_by = 'supplier'
ORDER BY day DESC, supplier
LIMIT 5000
