using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>DELETE /channels/{channel_id}/permissions/{overwrite_id}: a role or member has what the guild gives it again.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Delete Channel Permission". Needs MANAGE_ROLES in the channel and the bits that the overwrite names.
/// Fires CHANNEL_UPDATE, also for the synchronised children of a category.
/// </remarks>
internal sealed class DeleteChannelPermissionOverwrite(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Delete("delete_channel_permission_overwrite", "/channels/{channel_id}/permissions/{overwrite_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var id = request.Id("overwrite_id");
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, permissions) = entered.Value;
        using var held = turn;
        var known = channel.PermissionOverwrites ?? [];
        IReadOnlyList<Overwrite> overwrites = [.. known.Where(overwrite => overwrite.Id != id)];
        if (overwrites.Count == known.Count)
            return ApiError.UnknownOverwrite;
        if (Overwrites.Refuse(turn, permissions, known, overwrites) is { } escalation)
            return escalation;

        var changes = new ChannelChanges(turn.State);
        changes.SetOverwrites(channel.Id, overwrites);
        var unit = changes.Write(new WriteUnit());
        changes.Log(audit, unit, turn, request.Reason);
        await turn.CommitAsync(unit, changes.Next);
        return Reply.NoContent;
    }
}
