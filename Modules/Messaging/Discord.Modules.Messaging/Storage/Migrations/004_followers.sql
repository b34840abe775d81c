-- A channel that gets what is crossposted in another. id is the author of the copies, as a webhook's would be.
CREATE TABLE followers (
    source_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    PRIMARY KEY (source_id, id)
) {clustered};
CREATE INDEX followers_by_target ON followers (target_id);

-- Where the copies of a crossposted message are.
CREATE TABLE crossposts (
    source_message_id BIGINT NOT NULL,
    target_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    PRIMARY KEY (source_message_id, target_id)
) {clustered};
