-- Facts that give way to an earlier record of the same.
DELETE FROM told WHERE rowid IN (SELECT held FROM repeats WHERE held IS NOT NULL)
