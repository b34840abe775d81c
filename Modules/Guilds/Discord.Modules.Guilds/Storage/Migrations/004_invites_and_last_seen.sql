-- What an invite leads to besides its channel: 1 a stream of a user, 2 an application.
ALTER TABLE invites ADD COLUMN target_type BIGINT;
ALTER TABLE invites ADD COLUMN target_user_id BIGINT;
ALTER TABLE invites ADD COLUMN target_application_id BIGINT;

-- Codes that guilds chose for themselves, lower case. Nobody else's invite has one of them.
CREATE TABLE vanity_urls (
    code TEXT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL UNIQUE,
    uses BIGINT NOT NULL
);

-- When a user was last connected, to the day: written once a day at most.
CREATE TABLE last_seen (
    user_id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Members who leave with their last session unless they got a role.
CREATE TABLE temporary_members (
    user_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    PRIMARY KEY (user_id, guild_id)
) {clustered};

-- The sweep looks for the oldest entries of all guilds.
CREATE INDEX audit_log_by_age ON audit_log (id);
