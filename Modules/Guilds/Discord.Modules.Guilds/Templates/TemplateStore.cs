using System.Data.Common;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Templates;

/// <summary>The templates of all guilds, by code.</summary>
internal sealed class TemplateStore(Database database)
{
    public async ValueTask<GuildTemplate?> FindAsync(string code) =>
        await database.FirstAsync("SELECT data, usage_count FROM guild_templates WHERE code = $1", Read, code);

    public async ValueTask<GuildTemplate?> OfGuildAsync(Snowflake guildId) =>
        await database.FirstAsync("SELECT data, usage_count FROM guild_templates WHERE guild_id = $1", Read, guildId);

    public static WriteUnit Save(WriteUnit unit, GuildTemplate template) => unit.Add(
        "INSERT INTO guild_templates (code, guild_id, usage_count, data) VALUES ($1, $2, 0, $3) ON CONFLICT (code) DO UPDATE SET data = excluded.data",
        template.Code, template.SourceGuildId, JsonSerializer.Serialize(template with { Creator = null }, ProtocolJson.Options));

    public static WriteUnit CountUse(WriteUnit unit, string code) => unit.Add("UPDATE guild_templates SET usage_count = usage_count + 1 WHERE code = $1", code);

    public static WriteUnit Delete(WriteUnit unit, string code) => unit.Add("DELETE FROM guild_templates WHERE code = $1", code);

    private static GuildTemplate Read(DbDataReader row) => JsonSerializer.Deserialize<GuildTemplate>(row.GetString(0), ProtocolJson.Options)! with { UsageCount = (int)row.GetInt64(1) };
}
