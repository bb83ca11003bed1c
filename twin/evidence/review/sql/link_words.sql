-- High bandwidth links on 868 MHz taken, given back and refused within the period (paragraph 3, BR15).
SELECT
    device_type,
    count(*) FILTER (event = 'bands.high-bandwidth-link-opened') AS opened,
    count(*) FILTER (event = 'bands.high-bandwidth-link-closed') AS closed,
    count(*) FILTER (event = 'bands.high-bandwidth-link-refused') AS refused
FROM facts
CROSS JOIN period
WHERE
    event IN (
        'bands.high-bandwidth-link-opened',
        'bands.high-bandwidth-link-closed',
        'bands.high-bandwidth-link-refused'
    )
    AND occurred_at >= begins
GROUP BY device_type
ORDER BY device_type
