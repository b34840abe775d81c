-- guild_id 0: what holds in direct messages. data: the settings in Discord's form.
CREATE TABLE user_guild_settings (
    user_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (user_id, guild_id)
) {clustered};

CREATE TABLE notification_settings (
    user_id BIGINT NOT NULL PRIMARY KEY,
    flags BIGINT NOT NULL
);
