-- Events in commit order. "data" is the gateway's "d"; rows are trimmed once every consumer has passed them.
CREATE TABLE outbox (
    position BIGINT NOT NULL PRIMARY KEY,
    slot BIGINT NOT NULL,
    name TEXT NOT NULL,
    data {blob} NOT NULL
);

-- How far each durable consumer has come.
CREATE TABLE outbox_cursors (
    consumer TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
