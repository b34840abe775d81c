ALTER TABLE users ADD COLUMN bio TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN pronouns TEXT NOT NULL DEFAULT '';

-- What a member shows in one guild instead.
CREATE TABLE guild_profiles (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    bio TEXT NOT NULL,
    pronouns TEXT NOT NULL,
    accent_color BIGINT,
    PRIMARY KEY (guild_id, user_id)
) {clustered};
CREATE INDEX guild_profiles_by_user ON guild_profiles (user_id);
