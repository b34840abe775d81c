using System.Data.Common;
using System.Text.Json;
using Discord.BuildingBlocks.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;

namespace Discord.Modules.Integrations.Storage;

/// <summary>An application as it is stored.</summary>
internal sealed record StoredApplication
{
    public required Snowflake Id { get; init; }
    public required Snowflake OwnerId { get; init; }
    public required Snowflake BotId { get; init; }
    public required string Name { get; init; }
    public string Description { get; init; } = "";
    public string? Icon { get; init; }
    public string? CoverImage { get; init; }
    public ApplicationFlags Flags { get; init; }
    public bool BotPublic { get; init; } = true;
    public bool BotRequireCodeGrant { get; init; }
    public IReadOnlyList<string> RedirectUris { get; init; } = [];
    public IReadOnlyList<string>? Tags { get; init; }
    public string? TermsOfServiceUrl { get; init; }
    public string? PrivacyPolicyUrl { get; init; }
    public string? CustomInstallUrl { get; init; }
    /// <summary>32 random bytes, hexadecimal. Nothing is signed with it: this server sends no interactions over HTTP.</summary>
    public required string VerifyKey { get; init; }
}

internal sealed class ApplicationStore(Database database)
{
    private const string Columns = "data";

    public async ValueTask<StoredApplication?> FindAsync(Snowflake id) =>
        await database.FirstAsync($"SELECT {Columns} FROM applications WHERE id = $1", Read, id);

    public async ValueTask<StoredApplication?> OfBotAsync(Snowflake botId) =>
        await database.FirstAsync($"SELECT {Columns} FROM applications WHERE bot_id = $1", Read, botId);

    public ValueTask<List<StoredApplication>> OfOwnerAsync(Snowflake ownerId) =>
        database.QueryAsync($"SELECT {Columns} FROM applications WHERE owner_id = $1 ORDER BY id", Read, ownerId);

    public static WriteUnit Save(WriteUnit unit, StoredApplication application) => unit.Add(
        "INSERT INTO applications (id, owner_id, bot_id, data) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET data = excluded.data",
        application.Id, application.OwnerId, application.BotId, JsonSerializer.Serialize(application, ProtocolJson.Options));

    private static StoredApplication Read(DbDataReader row) => JsonSerializer.Deserialize<StoredApplication>(row.GetString(0), ProtocolJson.Options)!;
}
