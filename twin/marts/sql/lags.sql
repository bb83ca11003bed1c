-- Records that waited before each stage at the moments of the last sets, oldest first.
SELECT seen_at, stage, lag
FROM lags
ORDER BY seen_at, stage
LIMIT 5000
