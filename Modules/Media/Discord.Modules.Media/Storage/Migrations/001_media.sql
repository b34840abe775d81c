-- A blob is named by the SHA-256 of its bytes, hexadecimal (content); its file is in the blob store. Who shows what, one row for each:

-- A message's attachment. A forward shows those of another message: the same id, another message.
CREATE TABLE media_attachments (
    message_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    filename TEXT NOT NULL,
    content_type TEXT,
    content TEXT NOT NULL,
    PRIMARY KEY (message_id, id)
) {clustered};
CREATE INDEX media_attachments_by_id ON media_attachments (id);
CREATE INDEX media_attachments_by_content ON media_attachments (content);

-- Avatars, icons, emojis and the like. guild_id is 0 outside guilds.
CREATE TABLE media_images (
    kind BIGINT NOT NULL,
    owner_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (kind, owner_id, guild_id, hash)
) {clustered};
CREATE INDEX media_images_by_guild ON media_images (guild_id) WHERE guild_id <> 0;
CREATE INDEX media_images_by_content ON media_images (content);

-- Files that are uploaded before the message that shows them. content is null until the bytes are there.
CREATE TABLE media_uploads (
    name TEXT NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    filename TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    content TEXT
);
CREATE INDEX media_uploads_by_user ON media_uploads (user_id);
CREATE INDEX media_uploads_by_age ON media_uploads (created_at);
CREATE INDEX media_uploads_by_content ON media_uploads (content);

-- Blobs that nothing may refer to: looked at after each release, and all of them at start.
CREATE TABLE media_doubtful (
    content TEXT NOT NULL PRIMARY KEY
);

-- What addresses are signed with.
CREATE TABLE media_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
