using System.Data.Common;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Media.Storage;

/// <summary>A file as a path of the CDN finds it.</summary>
internal sealed record StoredFile(string Blob, string? ContentType, string? Filename = null, Snowflake ChannelId = default);

/// <summary>A file that is uploaded before its message.</summary>
/// <param name="Size">Bytes it was announced with: it may have no more.</param>
/// <param name="Blob">Null until the bytes are there.</param>
internal sealed record PendingUpload(string Name, Snowflake UserId, Snowflake ChannelId, string Filename, long Size, Timestamp CreatedAt, string? Blob);

/// <summary>Who refers to which blob.</summary>
internal sealed class MediaStore(Database database)
{
    private const string UploadColumns = "name, user_id, channel_id, filename, size, created_at, content";

    private static readonly string[] s_referring = ["media_attachments", "media_images", "media_uploads"];

    /// <summary>Notes that nothing may refer to a blob.</summary>
    public static WriteUnit Doubt(WriteUnit unit, string blob) => unit.Add("INSERT INTO media_doubtful (content) VALUES ($1) ON CONFLICT (content) DO NOTHING", blob);

    /// <summary>The blob was deleted.</summary>
    public static WriteUnit Forget(WriteUnit unit, string blob) => unit.Add("DELETE FROM media_doubtful WHERE content = $1", blob);

    /// <summary>The blob was found to be referred to. If it is no longer when this is written, the doubt stays: the release that came between counts on it.</summary>
    public static WriteUnit Trust(WriteUnit unit, string blob) =>
        unit.Add($"DELETE FROM media_doubtful WHERE content = $1 AND ({string.Join(" OR ", s_referring.Select(table => $"EXISTS (SELECT 1 FROM {table} WHERE content = $1)"))})", blob);

    public ValueTask<List<string>> DoubtfulAsync(string after, int limit) =>
        database.QueryAsync("SELECT content FROM media_doubtful WHERE content > $1 ORDER BY content LIMIT $2", row => row.GetString(0), after, limit);

    public async ValueTask<bool> IsReferredToAsync(string blob)
    {
        foreach (var table in s_referring)
        {
            if (await database.FirstAsync($"SELECT 1 FROM {table} WHERE content = $1 LIMIT 1", _ => true, blob))
                return true;
        }

        return false;
    }

    public static WriteUnit InsertAttachment(WriteUnit unit, Snowflake messageId, Snowflake id, Snowflake channelId, string filename, string? contentType, string blob) => unit.Add(
        "INSERT INTO media_attachments (message_id, id, channel_id, filename, content_type, content) VALUES ($1, $2, $3, $4, $5, $6)", messageId, id, channelId, filename, contentType, blob);

    public static WriteUnit CopyAttachments(WriteUnit unit, Snowflake fromMessageId, Snowflake toMessageId) => unit.Add("""
        INSERT INTO media_attachments (message_id, id, channel_id, filename, content_type, content)
        SELECT $2, id, channel_id, filename, content_type, content FROM media_attachments WHERE message_id = $1
        """, fromMessageId, toMessageId);

    public static WriteUnit DeleteAttachments(WriteUnit unit, Snowflake messageId, IEnumerable<Snowflake> ids) =>
        Delete(unit, "media_attachments", $"message_id = $1 AND id IN ({List(ids)})", messageId);

    public static WriteUnit DeleteAttachmentsOf(WriteUnit unit, IEnumerable<Snowflake> messageIds) => Delete(unit, "media_attachments", $"message_id IN ({List(messageIds)})");

    public async ValueTask<StoredFile?> FindAttachmentAsync(Snowflake id) => await database.FirstAsync(
        "SELECT content, content_type, filename, channel_id FROM media_attachments WHERE id = $1 LIMIT 1",
        row => new StoredFile(row.GetString(0), Text(row, 1), row.GetString(2), Snowflake.FromStored(row.GetInt64(3))), id);

    public static WriteUnit SaveImage(WriteUnit unit, ImageKind kind, Snowflake ownerId, Snowflake guildId, string hash, string contentType, string blob) => unit.Add("""
        INSERT INTO media_images (kind, owner_id, guild_id, hash, content_type, content) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (kind, owner_id, guild_id, hash) DO NOTHING
        """, kind, ownerId, guildId, hash, contentType, blob);

    public static WriteUnit DeleteImage(WriteUnit unit, ImageKind kind, Snowflake ownerId, Snowflake guildId, string? hash) => hash is null
        ? Delete(unit, "media_images", "kind = $1 AND owner_id = $2 AND guild_id = $3", kind, ownerId, guildId)
        : Delete(unit, "media_images", "kind = $1 AND owner_id = $2 AND guild_id = $3 AND hash = $4", kind, ownerId, guildId, hash);

    public static WriteUnit DeleteImagesOfGuild(WriteUnit unit, Snowflake guildId) => Delete(unit, "media_images", "guild_id = $1 AND guild_id <> 0", guildId);

    /// <param name="hash">Null: whatever the owner has of this kind, where there is but one.</param>
    /// <param name="guildId">Null: wherever.</param>
    public async ValueTask<StoredFile?> FindImageAsync(ImageKind kind, Snowflake ownerId, Snowflake? guildId, string? hash) => await database.FirstAsync(
        "SELECT content, content_type FROM media_images WHERE kind = $1 AND owner_id = $2 AND ($3 = 0 OR guild_id = $3) AND ($4 = '' OR hash = $4) LIMIT 1",
        row => new StoredFile(row.GetString(0), row.GetString(1)), kind, ownerId, guildId ?? default, hash ?? "");

    public async ValueTask<Snowflake?> FindGuildAsync(ImageKind kind, Snowflake ownerId) => await database.FirstAsync<Snowflake?>(
        "SELECT guild_id FROM media_images WHERE kind = $1 AND owner_id = $2 AND guild_id <> 0 LIMIT 1", row => Snowflake.FromStored(row.GetInt64(0)), kind, ownerId);

    public static WriteUnit InsertUpload(WriteUnit unit, PendingUpload upload) => unit.Add(
        $"INSERT INTO media_uploads ({UploadColumns}) VALUES ($1, $2, $3, $4, $5, $6, NULL)", upload.Name, upload.UserId, upload.ChannelId, upload.Filename, upload.Size, upload.CreatedAt);

    public async ValueTask<PendingUpload?> FindUploadAsync(string name) =>
        await database.FirstAsync($"SELECT {UploadColumns} FROM media_uploads WHERE name = $1", ReadUpload, name);

    public async ValueTask<int> CountUploadsAsync(Snowflake userId) =>
        (int)await database.FirstAsync("SELECT count(*) FROM media_uploads WHERE user_id = $1", row => row.GetInt64(0), userId);

    /// <summary>The bytes are there. An upload that was taken back meanwhile stays away.</summary>
    public static WriteUnit FillUpload(WriteUnit unit, string name, string blob) => DoubtWhere(unit, "media_uploads", "name = $1", name)
        .Add("UPDATE media_uploads SET content = $2 WHERE name = $1", name, blob);

    public static WriteUnit DeleteUpload(WriteUnit unit, string name) => Delete(unit, "media_uploads", "name = $1", name);

    public static WriteUnit DeleteUploadsBefore(WriteUnit unit, Timestamp time) => Delete(unit, "media_uploads", "created_at < $1", time);

    public async ValueTask<string?> SecretAsync(string name) => await database.FirstAsync("SELECT value FROM media_secrets WHERE name = $1", row => row.GetString(0), name);

    /// <summary>Keeps a secret, unless another process was first.</summary>
    public static WriteUnit InsertSecret(WriteUnit unit, string name, string value) =>
        unit.Add("INSERT INTO media_secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value);

    private static WriteUnit Delete(WriteUnit unit, string table, string condition, params object?[] arguments) =>
        DoubtWhere(unit, table, condition, arguments).Add($"DELETE FROM {table} WHERE {condition}", arguments);

    private static WriteUnit DoubtWhere(WriteUnit unit, string table, string condition, params object?[] arguments) =>
        unit.Add($"INSERT INTO media_doubtful (content) SELECT DISTINCT content FROM {table} WHERE content IS NOT NULL AND {condition} ON CONFLICT (content) DO NOTHING", arguments);

    // Ids are numbers of our own: nothing that a client wrote gets into a statement.
    private static string List(IEnumerable<Snowflake> ids) => string.Join(',', ids.Select(id => id.Stored));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static PendingUpload ReadUpload(DbDataReader row) => new(row.GetString(0), Snowflake.FromStored(row.GetInt64(1)), Snowflake.FromStored(row.GetInt64(2)), row.GetString(3),
        row.GetInt64(4), new Timestamp(row.GetInt64(5)), Text(row, 6));
}
