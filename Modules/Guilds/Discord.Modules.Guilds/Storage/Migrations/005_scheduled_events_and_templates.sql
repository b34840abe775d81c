-- Who comes to a scheduled event (exception_id 0), or to one occurrence of a series that is otherwise.
CREATE TABLE scheduled_event_users (
    guild_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    exception_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    response BIGINT NOT NULL,
    PRIMARY KEY (guild_id, event_id, exception_id, user_id)
) {clustered};
CREATE INDEX scheduled_event_users_by_user ON scheduled_event_users (guild_id, user_id);

-- When the clock has to look at an event: guilds that nobody uses are not in memory.
CREATE TABLE scheduled_event_times (
    guild_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    due BIGINT NOT NULL,
    PRIMARY KEY (guild_id, event_id)
) {clustered};
CREATE INDEX scheduled_event_times_by_due ON scheduled_event_times (due);

-- One for each guild; found by its code from outside.
CREATE TABLE guild_templates (
    code TEXT NOT NULL PRIMARY KEY,
    guild_id BIGINT NOT NULL UNIQUE,
    usage_count BIGINT NOT NULL,
    data TEXT NOT NULL
);
