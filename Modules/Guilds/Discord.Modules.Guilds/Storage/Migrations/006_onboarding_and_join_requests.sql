-- What a member answered to the guild's questions: option ids, with commas between.
CREATE TABLE onboarding_responses (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    options TEXT NOT NULL,
    PRIMARY KEY (guild_id, user_id)
) {clustered};

-- Who asked to be let in; one for each user and guild.
CREATE TABLE join_requests (
    guild_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (guild_id, id),
    UNIQUE (guild_id, user_id)
) {clustered};
