using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Bans;

/// <summary>PUT /guilds/{guild_id}/bans/{user_id}: bans a user, be they a member or not, and deletes their recent messages if asked.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Create Guild Ban". Needs BAN_MEMBERS and a higher role than the member's. Fires GUILD_BAN_ADD and
/// GUILD_MEMBER_REMOVE. The ban of somebody who is banned keeps its first reason.
/// </remarks>
internal sealed class BanUserFromGuild(GuildHomes homes, GuildStore store, Banning banning, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Put("ban_user_from_guild", "/guilds/{guild_id}/bans/{user_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = BanForm.Read(body.Value, request);
        if (body.Value.Error is { } invalid)
            return invalid;

        var userId = request.Id("user_id");
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.BanMembers, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await mediator.Send(new GetUser(userId), request.Cancelled) is not { } user)
            return ApiError.UnknownUser;
        if (!await Banning.MayBanAsync(turn, userId))
            return ApiError.MissingPermissions;
        if (await store.FindBanAsync(turn.State.Id, userId) is null)
        {
            await banning.BanAsync(turn, [user], form);
            return Reply.NoContent;
        }

        var unit = new WriteUnit();
        await banning.PurgeAsync(turn, userId, form, unit);
        await turn.CommitAsync(unit);
        return Reply.NoContent;
    }
}
