using System.Data.Common;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Users.Storage;

/// <summary>What a member shows of themselves in one guild; empty: what they show everywhere.</summary>
internal sealed record GuildProfile(string Bio, string Pronouns, int? AccentColor)
{
    public static readonly GuildProfile None = new("", "", null);
}

internal sealed class ProfileStore(Database database)
{
    public async ValueTask<GuildProfile> FindAsync(Snowflake guildId, Snowflake userId) =>
        await database.FirstAsync("SELECT bio, pronouns, accent_color FROM guild_profiles WHERE guild_id = $1 AND user_id = $2", Read, guildId, userId) ?? GuildProfile.None;

    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, Snowflake userId, GuildProfile profile) => unit.Add("""
        INSERT INTO guild_profiles (guild_id, user_id, bio, pronouns, accent_color) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (guild_id, user_id) DO UPDATE SET bio = excluded.bio, pronouns = excluded.pronouns, accent_color = excluded.accent_color
        """, guildId, userId, profile.Bio, profile.Pronouns, profile.AccentColor);

    public static WriteUnit DeleteIn(WriteUnit unit, Snowflake guildId) => unit.Add("DELETE FROM guild_profiles WHERE guild_id = $1", guildId);

    public static WriteUnit DeleteOf(WriteUnit unit, Snowflake userId) => unit.Add("DELETE FROM guild_profiles WHERE user_id = $1", userId);

    private static GuildProfile Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : (int)row.GetInt64(2));
}
