-- Premises installed, capable (truth) and believed capable, by communications region and supplier.
-- A row a day and group for as many of the newest days as 5,000 rows carry; of those before them the
-- Sundays. The days begin with the first installation.
SELECT
    day,
    csp_region,
    supplier,
    installed_premises,
    capable_premises,
    believed_premises
FROM place_days
WHERE parted_by = 'csp_region, supplier'
ORDER BY day DESC, csp_region, supplier
LIMIT 5000
