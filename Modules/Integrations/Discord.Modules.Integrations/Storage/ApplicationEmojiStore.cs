using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Integrations.Storage;

/// <summary>An emoji of an application.</summary>
/// <param name="UserId">Who made it: the application's owner or its bot.</param>
internal sealed record ApplicationEmoji(Snowflake ApplicationId, Snowflake Id, string Name, bool Animated, Snowflake UserId)
{
    public EmojiDetails ToWire(User? maker) => new(Id, Name, [], Animated) { User = maker };
}

internal sealed class ApplicationEmojiStore(Database database)
{
    private const string Columns = "application_id, id, name, animated, user_id";

    public ValueTask<List<ApplicationEmoji>> AllAsync(Snowflake applicationId) =>
        database.QueryAsync($"SELECT {Columns} FROM application_emojis WHERE application_id = $1 ORDER BY id", Read, applicationId);

    public async ValueTask<ApplicationEmoji?> FindAsync(Snowflake applicationId, Snowflake id) =>
        await database.FirstAsync($"SELECT {Columns} FROM application_emojis WHERE application_id = $1 AND id = $2", Read, applicationId, id);

    public async ValueTask<int> CountAsync(Snowflake applicationId) =>
        (int)await database.FirstAsync("SELECT count(*) FROM application_emojis WHERE application_id = $1", row => row.GetInt64(0), applicationId);

    public static WriteUnit Save(WriteUnit unit, ApplicationEmoji emoji) => unit.Add(
        $"INSERT INTO application_emojis ({Columns}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (application_id, id) DO UPDATE SET name = excluded.name",
        emoji.ApplicationId, emoji.Id, emoji.Name, emoji.Animated, emoji.UserId);

    public static WriteUnit Delete(WriteUnit unit, Snowflake applicationId, Snowflake id) =>
        unit.Add("DELETE FROM application_emojis WHERE application_id = $1 AND id = $2", applicationId, id);

    private static ApplicationEmoji Read(DbDataReader row) =>
        new(Snowflake.FromStored(row.GetInt64(0)), Snowflake.FromStored(row.GetInt64(1)), row.GetString(2), row.GetInt64(3) != 0, Snowflake.FromStored(row.GetInt64(4)));
}
