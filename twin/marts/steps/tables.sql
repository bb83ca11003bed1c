-- What the builder keeps of the lake: one row a record.
CREATE TABLE records (
    topic VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    key VARCHAR,
    logged_at TIMESTAMP NOT NULL,
    refusal VARCHAR,
    event_id UUID,
    source VARCHAR,
    sequence BIGINT,
    event VARCHAR,
    family VARCHAR,
    occurred_at TIMESTAMP,
    device_id VARCHAR,
    device_type VARCHAR,
    campaign_id VARCHAR,
    wave INTEGER,
    firmware_version VARCHAR,
    pairing_capable BOOLEAN,
    response_lost BOOLEAN,
    outcome VARCHAR,
    band VARCHAR,
    reason VARCHAR,
    attempt_id VARCHAR,
    route VARCHAR,
    cause VARCHAR,
    stage VARCHAR,
    pin_class VARCHAR,
    "by" VARCHAR,
    decision VARCHAR,
    why VARCHAR,
    command VARCHAR,
    answer VARCHAR,
    members BIGINT,
    settled BIGINT,
    confirmed BIGINT,
    errors BIGINT,
    shortfall BIGINT,
    complete BOOLEAN,
    tick BIGINT
);
-- Dead letters, read from their own records.
CREATE TABLE letters (
    topic VARCHAR,
    epoch INTEGER,
    "partition" INTEGER,
    "offset" BIGINT,
    premises_id VARCHAR,
    cause VARCHAR NOT NULL,
    why VARCHAR,
    code_version VARCHAR,
    logged_at TIMESTAMP NOT NULL
);
-- What operators did about them.
CREATE TABLE resolutions (
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    resolution VARCHAR NOT NULL
);
