-- The UUIDv5 of a fact by its source, number and type, as `twin.ids.event_id` makes it: the lake
-- leaves out an id that is just that.
CREATE MACRO named_digest(name) AS sha1(
    '\x6F\x1D\x3C\x52\x0F\x7E\x5B\x0E\x9D\x43\x15\xD5\x36\x20\x15\x12'::BLOB || encode(name)
);
CREATE MACRO named_id(hex) AS CAST(
    substr(hex, 1, 12)
    || '5' || substr(hex, 14, 3)
    || substr('89ab89ab89ab89ab', CAST('0x' || substr(hex, 17, 1) AS INTEGER) + 1, 1)
    || substr(hex, 18, 15) AS UUID
);
CREATE MACRO fact_id(source, sequence, event, type_version) AS named_id(
    named_digest(
        source || '|' || sequence || '|uk.gb.smart.' || event || '.v' || type_version
    )
);
-- The id of a fact that is not made of its source, number and type, as only others' records have.
CREATE MACRO own_id(source, sequence, event, type_version, event_id) AS CASE
    WHEN event_id IS NOT NULL
        THEN nullif(CAST(event_id AS UUID), fact_id(source, sequence, event, type_version))
END;
-- A number of what makes a fact's id: the same for the same fact, and hardly ever for two. To hash
-- an id in full costs fifty times as much (decision 0063).
CREATE MACRO fact_number(source, sequence, event, type_version, event_id) AS CASE
    WHEN own_id(source, sequence, event, type_version, event_id) IS NULL
        THEN hash(source, sequence, event, type_version)
    ELSE hash(CAST(event_id AS UUID))
END;
-- The columns of today's lake, without a row (`no_rows`).
CREATE TABLE lake_columns AS FROM no_rows;
-- Rows of lake files. A file of an older lake may lack columns that today's has (`lake_columns`):
-- they are null. Ticks, orders, requests and commands are no facts: the lake has them so that a
-- lost log can be restored.
CREATE MACRO new_rows(paths) AS TABLE
FROM lake_columns
UNION ALL BY NAME
FROM read_parquet(paths, union_by_name = true, filename = true, file_row_number = true);
-- Days that a row may tell together, and on which of its days such a row stands: the last of them,
-- a Sunday, or the newest day of all.
CREATE MACRO span_lengths() AS [1, 7, 28, 91, 364];
CREATE MACRO end_of_span(day, days, newest) AS least(
    DATE '2017-01-01'
    + CAST(days * ceil(date_diff('day', DATE '2017-01-01', day) / days) AS INTEGER),
    newest
);
-- What the builder keeps of the lake: every record with few columns.
CREATE TABLE records (
    topic VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    logged_at TIMESTAMP NOT NULL,
    key VARCHAR,
    refusal VARCHAR,
    event VARCHAR,
    family VARCHAR,
    occurred_at TIMESTAMP,
    device_type VARCHAR
);
-- Facts about premises, each once, with the columns that marts use; `fact` is its number, and
-- `breach` the rule that it breaks by itself.
CREATE TABLE told (
    epoch INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    fact UBIGINT NOT NULL,
    own_id UUID,
    type_version INTEGER,
    source VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    key VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    family VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    breach VARCHAR,
    device_id VARCHAR,
    device_type VARCHAR,
    replaced_device_id VARCHAR,
    partner_device_type VARCHAR,
    region VARCHAR,
    csp_region VARCHAR,
    gsp_group VARCHAR,
    supplier VARCHAR,
    shared_meter_space BOOLEAN,
    model VARCHAR,
    hub_variant VARCHAR,
    ghz_2_4 BOOLEAN,
    band VARCHAR,
    reason VARCHAR,
    to_state VARCHAR,
    suspend_minutes BIGINT,
    "trigger" VARCHAR,
    answer VARCHAR,
    minutes BIGINT,
    campaign_id VARCHAR,
    wave BIGINT,
    attempt BIGINT,
    firmware_version VARCHAR,
    pairing_capable BOOLEAN,
    response_lost BOOLEAN,
    outcome VARCHAR,
    warning VARCHAR,
    transfer VARCHAR,
    attempt_id UUID,
    route VARCHAR,
    channel VARCHAR,
    code_length BIGINT,
    cause VARCHAR,
    stage VARCHAR,
    "method" VARCHAR,
    response VARCHAR,
    role VARCHAR,
    "action" VARCHAR,
    change VARCHAR,
    key_source VARCHAR,
    device_log_restored BOOLEAN,
    pin_class VARCHAR,
    pin_set BOOLEAN,
    guesses BIGINT
);
-- Those that change the state of a premises: a fact against the rules is counted and no more.
CREATE VIEW facts AS SELECT * EXCLUDE (breach) FROM told WHERE breach IS NULL;
-- How each premises stands at the end of its days, and the premises to be made anew.
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
-- Records of the campaigns and of the programme as a whole.
CREATE TABLE programme_records (
    topic VARCHAR NOT NULL,
    epoch INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    event_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    sequence BIGINT NOT NULL,
    event VARCHAR NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    campaign_id VARCHAR,
    wave INTEGER,
    decision VARCHAR,
    why VARCHAR,
    reason VARCHAR,
    outcome VARCHAR,
    command VARCHAR,
    answer VARCHAR,
    members BIGINT,
    settled BIGINT,
    confirmed BIGINT,
    errors BIGINT,
    shortfall BIGINT,
    complete BOOLEAN,
    tick BIGINT,
    milestone VARCHAR,
    planned DATE,
    expected DATE,
    actual DATE,
    party VARCHAR,
    subject VARCHAR,
    on_time BOOLEAN,
    recommendation VARCHAR,
    objective VARCHAR,
    framework_change BOOLEAN,
    role VARCHAR,
    cause VARCHAR,
    model VARCHAR,
    gate VARCHAR,
    stratum VARCHAR,
    actor VARCHAR,
    author VARCHAR,
    timer VARCHAR,
    "by" VARCHAR,
    n BIGINT,
    k BIGINT,
    statistic DOUBLE,
    bound DOUBLE,
    "version" BIGINT,
    plan_version BIGINT,
    in_flight BIGINT,
    cancelled BIGINT,
    recalled BIGINT,
    exposed BIGINT,
    upto DOUBLE
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
