using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Invites;
using Discord.Modules.Integrations.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Members;

/// <summary>PUT /guilds/{guild_id}/members/{user_id}: a bot lets somebody in who granted its application guilds.join. 201 with the member, 204 for a member.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Add Guild Member". Needs CREATE_INSTANT_INVITE, MANAGE_NICKNAMES for a nickname, MANAGE_ROLES and higher
/// roles for roles. Fires GUILD_MEMBER_ADD.
/// </remarks>
internal sealed class AddGuildMember(GuildHomes homes, Joins joins, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Put("add_guild_member", "/guilds/{guild_id}/members/{user_id}") with { Access = Access.Bots };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var token = form.String("access_token", 1, 10_240, required: true);
        var nick = Nicknames.Read(form);
        var roles = form.IsNull("roles") ? null : form.Ids("roles", 250)?.Distinct().ToList();
        var (mute, deaf) = (form.Bool("mute") ?? false, form.Bool("deaf") ?? false);
        if (form.Error is { } invalid)
            return invalid;

        var userId = request.Id("user_id");
        var granted = await mediator.Send(new GetJoinGrant(token!, request.Caller.ApplicationId!.Value), request.Cancelled);
        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.CreateInstantInvite, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        if (await turn.Home.Members.ContainsAsync(userId))
            return Reply.NoContent;
        if (granted != userId)
            return ApiError.InvalidAccessToken;
        var needed = (nick is null ? 0 : Permissions.ManageNicknames) | (mute ? Permissions.MuteMembers : 0) | (deaf ? Permissions.DeafenMembers : 0);
        if (!turn.Permissions.Has(needed))
            return ApiError.MissingPermissions;
        foreach (var role in roles ?? [])
        {
            if (MemberRoles.Refuse(turn, role) is { } refusedRole)
                return refusedRole;
        }

        if (await joins.RefuseAsync(turn.Home, turn.State, userId) is { } closed)
            return closed;
        var member = new MemberState(userId, nick, MemberState.NoRoles, Timestamp.From(turn.Now), null, 0).WithRoles(roles ?? []).Silenced(mute, deaf);
        return Reply.Created(await joins.AddAsync(turn.Home, turn.State, member, new WriteUnit()));
    }
}
