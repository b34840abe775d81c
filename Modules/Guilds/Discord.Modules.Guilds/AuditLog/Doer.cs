using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.AuditLog;

/// <summary>Who changes something, and why: for what is changed from more than one place.</summary>
/// <param name="UserId">Null: the platform itself, which leaves no entry.</param>
internal readonly record struct Doer(Snowflake? UserId, string? Reason)
{
    public static readonly Doer Platform;

    public static Doer Of(ApiRequest request) => new(request.UserId, request.Reason);
}
