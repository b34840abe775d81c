-- Guild settings, roles and channels are read whole into the guild's home and written one at a time: a JSON document each, in Discord's own form.
CREATE TABLE guilds (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    data TEXT NOT NULL
);

CREATE TABLE roles (
    guild_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (guild_id, id)
) {clustered};

-- Every channel, direct messages too (guild_id is null there).
CREATE TABLE channels (
    id BIGINT NOT NULL PRIMARY KEY,
    guild_id BIGINT,
    type BIGINT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX channels_by_guild ON channels (guild_id);

-- pair is "lower:higher" for the one channel that two users have; null for groups.
CREATE TABLE direct_messages (
    channel_id BIGINT NOT NULL PRIMARY KEY,
    pair TEXT UNIQUE
);
CREATE TABLE direct_message_recipients (
    user_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    PRIMARY KEY (user_id, channel_id)
) {clustered};
CREATE INDEX recipients_by_channel ON direct_message_recipients (channel_id);

-- roles: 8 bytes an id, big endian, ascending.
CREATE TABLE members (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    nick TEXT,
    roles {blob} NOT NULL,
    joined_at BIGINT NOT NULL,
    timeout_until BIGINT,
    flags BIGINT NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) {clustered};
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE bans (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    reason TEXT,
    PRIMARY KEY (guild_id, user_id)
) {clustered};

CREATE TABLE invites (
    code TEXT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    inviter_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    max_age BIGINT NOT NULL,
    max_uses BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    temporary BIGINT NOT NULL
);
CREATE INDEX invites_by_guild ON invites (guild_id);
