-- Applications of people. data is the document of what the owner may change.
CREATE TABLE applications (
    id BIGINT NOT NULL PRIMARY KEY,
    owner_id BIGINT NOT NULL,
    bot_id BIGINT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX applications_by_owner ON applications (owner_id);
