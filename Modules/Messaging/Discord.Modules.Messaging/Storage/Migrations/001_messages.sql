-- Clustered by channel and id: a page of history is one range. extras: mentions, embeds, components and whatever a plain message lacks, as JSON.
CREATE TABLE messages (
    channel_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    type BIGINT NOT NULL,
    flags BIGINT NOT NULL,
    content TEXT NOT NULL,
    edited_at BIGINT,
    pinned_at BIGINT,
    has_reactions BIGINT NOT NULL,
    nonce TEXT,
    reference_id BIGINT,
    extras TEXT,
    PRIMARY KEY (channel_id, id)
) {clustered};
CREATE INDEX messages_pinned ON messages (channel_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- emoji is the characters, or "name:id". id orders who came first.
CREATE TABLE reactions (
    message_id BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (message_id, emoji, user_id)
) {clustered};
