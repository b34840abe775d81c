-- Emojis that an application alone may use, wherever it is.
CREATE TABLE application_emojis (
    application_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    animated BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    PRIMARY KEY (application_id, id)
) {clustered};
