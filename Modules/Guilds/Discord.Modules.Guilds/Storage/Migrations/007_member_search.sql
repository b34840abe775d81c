-- What members are searched by: the upper-cased UTF-8 of their three names. As bytes, because only those have the same order in every engine.
-- username_key is null until the start after this migration has filled it.
ALTER TABLE members ADD COLUMN username_key {blob};
ALTER TABLE members ADD COLUMN global_name_key {blob};
ALTER TABLE members ADD COLUMN nick_key {blob};
CREATE INDEX members_by_username ON members (guild_id, username_key) WHERE username_key IS NOT NULL;
CREATE INDEX members_by_global_name ON members (guild_id, global_name_key) WHERE global_name_key IS NOT NULL;
CREATE INDEX members_by_nick ON members (guild_id, nick_key) WHERE nick_key IS NOT NULL;
CREATE INDEX members_unnamed ON members (guild_id, user_id) WHERE username_key IS NULL;
