-- What somebody is to each side. A block has a row of the blocker alone; everything else one for each of the two.
CREATE TABLE relationships (
    user_id BIGINT NOT NULL,
    other_id BIGINT NOT NULL,
    type BIGINT NOT NULL,
    nickname TEXT,
    since BIGINT NOT NULL,
    PRIMARY KEY (user_id, other_id)
) {clustered};

CREATE TABLE notes (
    user_id BIGINT NOT NULL,
    about_id BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (user_id, about_id)
) {clustered};
