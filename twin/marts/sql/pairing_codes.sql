-- Attempts whose install code was accepted at the meter, by its digits (20, 25, 34 or 44, paragraph
-- 24), and how many ended without pairing. Of a code that was refused nobody knows the length.
SELECT
    CASE code_length WHEN 6 THEN 20 WHEN 8 THEN 25 WHEN 12 THEN 34 WHEN 16 THEN 44 END AS digits,
    count(*) AS attempts,
    count(*) FILTER (outcome IN ('failed', 'abandoned')) AS unpaired
FROM pairing_attempts
WHERE code_length IS NOT NULL AND outcome <> 'open'
GROUP BY code_length
ORDER BY digits
LIMIT 5000
