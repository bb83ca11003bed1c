-- Premises whose days must be made anew: those of the facts that come in, and of those that give
-- way to them. Which events count is for `premises_days` to say; here they are only fewer.
INSERT INTO moved
SELECT key
FROM new_rows($files) AS new
ANTI JOIN held_places AS known
    ON known.filename = new.filename AND known.nth = new.file_row_number
WHERE topic = 'premises.events' AND family IN ('lifecycle', 'firmware')
UNION
SELECT key FROM repeats
