-- Facts about premises, with the columns that reviews count from; `breach` is the rule that a fact
-- breaks by itself. Named as the marts name them, so that their steps and queries find them here.
CREATE TABLE told (
    epoch INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    event_id VARCHAR,
    type_version INTEGER,
    fingerprint UBIGINT NOT NULL,
    source VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    key VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    breach VARCHAR,
    device_id VARCHAR,
    device_type VARCHAR,
    replaced_device_id VARCHAR,
    partner_device_type VARCHAR,
    premises_type VARCHAR,
    csp_region VARCHAR,
    supplier VARCHAR,
    hub_variant VARCHAR,
    ghz_2_4 BOOLEAN,
    sub_ghz BOOLEAN,
    band VARCHAR,
    reason VARCHAR,
    to_state VARCHAR,
    suspend_minutes BIGINT,
    firmware_version VARCHAR,
    pairing_capable BOOLEAN,
    response_lost BOOLEAN,
    outcome VARCHAR,
    attempt_id VARCHAR,
    route VARCHAR,
    cause VARCHAR,
    stage VARCHAR,
    response VARCHAR,
    pin_class VARCHAR,
    pin_set BOOLEAN
);
-- Those that change the state of a premises: a fact against the rules is counted and no more.
CREATE VIEW facts AS SELECT * EXCLUDE (breach) FROM told WHERE breach IS NULL;
-- How each premises stands at the end of its days.
CREATE TABLE premises_days (
    key VARCHAR NOT NULL,
    day DATE NOT NULL,
    hub_id VARCHAR,
    installed BOOLEAN,
    hub BOOLEAN,
    esme BOOLEAN,
    hub_capable BOOLEAN,
    esme_capable BOOLEAN,
    capable BOOLEAN,
    believed BOOLEAN
);
CREATE TABLE moved (key VARCHAR);
