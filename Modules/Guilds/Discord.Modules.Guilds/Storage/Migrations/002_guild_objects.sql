-- What a guild keeps besides roles and channels (emojis, stickers, scheduled events, rules, ...): read whole into its home, written one at a time.
CREATE TABLE guild_objects (
    guild_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (guild_id, kind, id)
) {clustered};

-- target_id is text: most are ids, some are codes.
CREATE TABLE audit_log (
    guild_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT,
    target_id TEXT,
    action_type BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (guild_id, id)
) {clustered};
