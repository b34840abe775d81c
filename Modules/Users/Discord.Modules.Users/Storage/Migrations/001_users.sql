-- Accounts of people and bots. username_key and email_key are the lower-cased forms that must be unique; bots have neither.
CREATE TABLE users (
    id BIGINT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT UNIQUE,
    discriminator TEXT NOT NULL,
    global_name TEXT,
    avatar TEXT,
    banner TEXT,
    accent_color BIGINT,
    bot BIGINT NOT NULL,
    email TEXT,
    email_key TEXT UNIQUE,
    verified BIGINT NOT NULL,
    password TEXT,
    locale TEXT NOT NULL,
    flags BIGINT NOT NULL,
    premium_type BIGINT NOT NULL
);

-- Login sessions and bot tokens. Only the SHA-256 of a token is kept.
CREATE TABLE tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    application_id BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX tokens_by_user ON tokens (user_id);

-- A user's client settings, one JSON document.
CREATE TABLE user_settings (
    user_id BIGINT NOT NULL PRIMARY KEY,
    data TEXT NOT NULL
);

-- Facts about the instance itself: who owns it.
CREATE TABLE instance (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
