-- How far a user has read. type 0: a channel; others: a guild's events and the like, by the guild's id. Mentions above counted_from count; mention_count is what a client that marked as unread counted below it. own_id: the user's newest message that is in it.
CREATE TABLE read_states (
    user_id BIGINT NOT NULL,
    type BIGINT NOT NULL,
    id BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    counted_from BIGINT NOT NULL,
    mention_count BIGINT NOT NULL,
    own_id BIGINT NOT NULL,
    pins_at BIGINT NOT NULL,
    flags BIGINT,
    last_viewed BIGINT,
    PRIMARY KEY (user_id, type, id)
) {clustered};

-- Who was named in a message. direct 0: only remembered as dismissed from the inbox.
CREATE TABLE user_mentions (
    user_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    direct BIGINT NOT NULL,
    dismissed BIGINT NOT NULL,
    PRIMARY KEY (user_id, message_id)
) {clustered};
CREATE INDEX user_mentions_by_message ON user_mentions (message_id);

-- Which roles were mentioned in a message: one row whoever holds them, now or later. @everyone is the guild's id.
CREATE TABLE channel_mentions (
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    role_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    PRIMARY KEY (channel_id, message_id, role_id)
) {clustered};
CREATE INDEX channel_mentions_by_role ON channel_mentions (role_id, message_id);
