-- Threads, apart from the other channels: of 100,000 that a guild may have, the active ones (archived_at is null) are in memory and the others are read when somebody asks.
-- Counters and newest ids are columns: each message changes them, and the document stays as it is. name_key and tags are what posts are searched by.
CREATE TABLE threads (
    id BIGINT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    type BIGINT NOT NULL,
    archived_at BIGINT,
    last_message_id BIGINT,
    last_pin_at BIGINT,
    message_count BIGINT NOT NULL,
    total_message_sent BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    tags TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX threads_by_guild ON threads (guild_id, archived_at);
CREATE INDEX threads_by_parent ON threads (parent_id, archived_at);

CREATE TABLE thread_members (
    thread_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (thread_id, user_id)
) {clustered};
CREATE INDEX thread_members_by_user ON thread_members (user_id);
