using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Onboarding;

/// <summary>What members answered.</summary>
internal sealed class OnboardingStore(Database database)
{
    /// <returns>The options that a member chose; empty before the first answer.</returns>
    public async ValueTask<IReadOnlyList<Snowflake>> FindAsync(Snowflake guildId, Snowflake userId) => await database.FirstAsync(
        "SELECT options FROM onboarding_responses WHERE guild_id = $1 AND user_id = $2",
        row => row.GetString(0).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => Snowflake.TryParse(id, out var option) ? option : default).ToList(), guildId, userId) ?? [];

    public static WriteUnit Save(WriteUnit unit, Snowflake guildId, Snowflake userId, IEnumerable<Snowflake> options) => unit.Add(
        "INSERT INTO onboarding_responses (guild_id, user_id, options) VALUES ($1, $2, $3) ON CONFLICT (guild_id, user_id) DO UPDATE SET options = excluded.options", guildId, userId, string.Join(',', options));

    public static WriteUnit Delete(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("DELETE FROM onboarding_responses WHERE guild_id = $1 AND user_id = $2", guildId, userId);
}
