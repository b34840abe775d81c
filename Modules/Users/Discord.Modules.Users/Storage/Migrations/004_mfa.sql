-- The second factor of a login. step is the time step of the newest code that was taken: no code is taken twice.
CREATE TABLE mfa (
    user_id BIGINT NOT NULL PRIMARY KEY,
    secret {blob} NOT NULL,
    step BIGINT NOT NULL
);

-- Only hashes; used ones are deleted.
CREATE TABLE backup_codes (
    user_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
) {clustered};

-- By its owner, who comes back by logging in. A deleted account has no row.
ALTER TABLE users ADD COLUMN disabled BIGINT NOT NULL DEFAULT 0;

-- The User-Agent that logged in, so that people recognise their sessions.
ALTER TABLE tokens ADD COLUMN agent TEXT;
