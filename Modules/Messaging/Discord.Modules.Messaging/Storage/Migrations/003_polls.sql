-- Polls that take votes: what a start has to wait for. The poll itself is in its message.
CREATE TABLE open_polls (
    message_id BIGINT NOT NULL PRIMARY KEY,
    channel_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE poll_votes (
    message_id BIGINT NOT NULL,
    answer_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (message_id, answer_id, user_id)
) {clustered};
