using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;

namespace Discord.Modules.Guilds.Guilds;

/// <summary>POST /guilds: a new guild. The caller owns it.</summary>
/// <remarks>A user-account operation: protocol.md 1.1. Bots may not. Fires GUILD_CREATE to the caller's sessions.</remarks>
internal sealed class CreateGuild(Founding founding, IImages images) : IEndpoint
{
    public Route Route => Route.Post("create_guild", "/guilds") with { Access = Access.Users, RateLimit = Founding.Limit };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        using var icon = await images.ReadAsync(body.Value, "icon", ImageKind.GuildIcon, request.Cancelled);
        var founded = await founding.FoundAsync(request, body.Value, body.Value, new WriteUnit(), icon);
        return founded.Error is { } refused ? refused : Reply.Created(founded.Value.Wire);
    }
}
