using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Users.Profiles;

/// <summary>PATCH /guilds/{guild_id}/profile/@me: what the caller writes about themselves in this guild.</summary>
/// <remarks>Source: protocol.md 1.1.</remarks>
internal sealed class UpdateMyGuildProfile(ProfileStore store, Database database, Lanes lanes, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Patch("update_my_guild_profile", "/guilds/{guild_id}/profile/@me") with { Access = Access.Users, RateLimit = RateLimit.Per("update_my_guild_profile", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = new ProfileForm(body.Value);
        if (body.Value.Error is { } invalid)
            return invalid;
        var guildId = request.Id("guild_id");
        if (!(await mediator.Send(new GetGuildIdsOf(request.UserId), request.Cancelled)).Contains(guildId))
            return ApiError.UnknownGuild;

        using var turn = await lanes[request.UserId].EnterAsync(request.Cancelled);
        var old = await store.FindAsync(guildId, request.UserId);
        var changed = new GuildProfile(form.Bio(old.Bio), form.Pronouns(old.Pronouns), form.AccentColor(old.AccentColor));
        await database.CommitAsync(ProfileStore.Save(new WriteUnit(), guildId, request.UserId, changed));
        return Reply.Ok(ProfileBody.Of(guildId, changed));
    }
}
