-- Calls that are on: what a start after a crash has to end in the history.
CREATE TABLE open_calls (
    channel_id BIGINT NOT NULL PRIMARY KEY,
    message_id BIGINT NOT NULL
);
