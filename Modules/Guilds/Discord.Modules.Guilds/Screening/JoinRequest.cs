using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Screening;

/// <summary>What somebody answered who wants to be let in, and what was decided.</summary>
/// <remarks>Source: the published GuildJoinRequestResponse.</remarks>
internal sealed record JoinRequest
{
    public const string Submitted = "SUBMITTED";
    public const string Approved = "APPROVED";
    public const string Rejected = "REJECTED";
    public const string Started = "STARTED";

    public required Snowflake Id { get; init; }
    public required Timestamp CreatedAt { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Timestamp? ReviewedAt { get; init; }
    public required string ApplicationStatus { get; init; }
    /// <summary>At most 160 characters.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? RejectionReason { get; init; }
    public required Snowflake GuildId { get; init; }
    public required Snowflake UserId { get; init; }
    public IReadOnlyList<FormField> FormResponses { get; init; } = [];
    /// <summary>Who decided. Kept, and shown as <see cref="ActionedByUser"/>.</summary>
    public Snowflake? ActionedBy { get; init; }

    // Joined on the wire; empty in the store.
    public User? User { get; init; }
    public User? ActionedByUser { get; init; }
}

/// <summary>The join requests of all guilds; one for each user and guild.</summary>
internal sealed class JoinRequestStore(Database database)
{
    public async ValueTask<JoinRequest?> FindAsync(Snowflake guildId, Snowflake id) =>
        await database.FirstAsync("SELECT data FROM join_requests WHERE guild_id = $1 AND id = $2", Read, guildId, id);

    /// <param name="status">Null: any.</param>
    public ValueTask<List<JoinRequest>> ListAsync(Snowflake guildId, string? status, Snowflake after, Snowflake? before, int limit) => database.QueryAsync(
        "SELECT data FROM join_requests WHERE guild_id = $1 AND ($2 = '' OR status = $2) AND id > $3 AND id < $4 ORDER BY id DESC LIMIT $5", Read, guildId, status ?? "", after, before ?? new Snowflake(long.MaxValue), limit);

    public async ValueTask<int> CountAsync(Snowflake guildId, string? status) =>
        await database.FirstAsync("SELECT count(*) FROM join_requests WHERE guild_id = $1 AND ($2 = '' OR status = $2)", row => (int)row.GetInt64(0), guildId, status ?? "");

    /// <summary>In place of whatever the user had asked there before.</summary>
    public static WriteUnit Save(WriteUnit unit, JoinRequest request) => unit
        .Add("DELETE FROM join_requests WHERE guild_id = $1 AND user_id = $2", request.GuildId, request.UserId)
        .Add("INSERT INTO join_requests (guild_id, id, user_id, status, data) VALUES ($1, $2, $3, $4, $5)", request.GuildId, request.Id, request.UserId, request.ApplicationStatus, JsonSerializer.Serialize(request, ProtocolJson.Options));

    /// <summary>Who leaves does not wait any more; what was decided is kept.</summary>
    public static WriteUnit DeleteWaiting(WriteUnit unit, Snowflake guildId, Snowflake userId) =>
        unit.Add("DELETE FROM join_requests WHERE guild_id = $1 AND user_id = $2 AND status = $3", guildId, userId, JoinRequest.Submitted);

    private static JoinRequest Read(DbDataReader row) => JsonSerializer.Deserialize<JoinRequest>(row.GetString(0), ProtocolJson.Options)!;
}

/// <summary>Join requests with the people in them.</summary>
internal sealed class JoinRequestWire(IMediator mediator)
{
    public async ValueTask<IReadOnlyList<JoinRequest>> WriteAsync(IReadOnlyCollection<JoinRequest> requests)
    {
        var users = await mediator.Send(new GetUsers([.. requests.SelectMany(request => new[] { request.UserId, request.ActionedBy ?? request.UserId }).Distinct()]));
        return [.. requests.Select(request => request with
        {
            User = users.GetValueOrDefault(request.UserId),
            ActionedByUser = request.ActionedBy is { } judge ? users.GetValueOrDefault(judge) : null,
            ActionedBy = null,
        })];
    }
}
