-- What the last proofs of the rebuild came to, newest first: the digest of the live tables beside
-- that of the fold, and the positions that it stands on.
SELECT made_at, made_by, code_version, premises, records, basis, digest, live_digest, equal, differing
FROM proofs
ORDER BY made_at DESC, made_by
LIMIT 100
