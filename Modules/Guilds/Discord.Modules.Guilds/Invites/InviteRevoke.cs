using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Invites;

/// <summary>DELETE /invites/{code}: ends an invite and answers with it.</summary>
/// <remarks>Source: Discord docs, Resources, Invite, "Delete Invite". Needs MANAGE_CHANNELS in its channel or MANAGE_GUILD. Fires INVITE_DELETE.</remarks>
internal sealed class InviteRevoke(GuildHomes homes, InviteStore store, Joins joins, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Delete("invite_revoke", "/invites/{code}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var code = request.Text("code");
        if (await store.FindAsync(code) is not { } found)
            return ApiError.UnknownInvite;
        var entered = await homes.EnterAsync(found.GuildId, request.UserId, request.Cancelled);
        // Where it leads is public; that the caller is not there is theirs to know.
        if (entered.Error is not null)
            return ApiError.MissingPermissions;
        using var turn = entered.Value;
        // Again, on the lane: it may have been used up or revoked meanwhile.
        if (await store.FindAsync(code) is not { } invite || !invite.IsValid(turn.Now))
            return ApiError.UnknownInvite;
        var inChannel = turn.State.Channels.TryGetValue(invite.ChannelId, out var channel) ? turn.InChannel(channel) : Permissions.None;
        if (!turn.Permissions.Has(Permissions.ManageGuild) && !inChannel.Has(Permissions.ManageChannels))
            return ApiError.MissingPermissions;
        var wire = await joins.WriteAsync(invite, turn.Home, turn.State, detailed: true);
        var unit = InviteStore.Delete(new WriteUnit(), code).Publish(new InviteDeleted(invite.GuildId, invite.ChannelId, code), turn.State);
        await turn.CommitAsync(audit.Write(unit, turn, turn.State, AuditLogEvent.InviteDelete, null, request.Reason, AuditChanges.Between(invite.ForAudit, null)));
        return Reply.Ok(wire);
    }
}
