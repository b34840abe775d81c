using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>PUT /channels/{channel_id}/permissions/{overwrite_id}: what a role or a member may do in a channel.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Edit Channel Permissions". Needs MANAGE_ROLES in the channel, and only bits that the caller holds may
/// change. Fires CHANNEL_UPDATE, also for the synchronised children of a category.
/// </remarks>
internal sealed class SetChannelPermissionOverwrite(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Put("set_channel_permission_overwrite", "/channels/{channel_id}/permissions/{overwrite_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var stated = form.Choice("type", 0, 1);
        var allow = form.Bits("allow") ?? Permissions.None;
        var deny = form.Bits("deny") ?? Permissions.None;
        if (form.Error is { } invalid)
            return invalid;

        var id = request.Id("overwrite_id");
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.ManageRoles, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, permissions) = entered.Value;
        using var held = turn;
        var known = channel.PermissionOverwrites ?? [];
        if (await Overwrites.TypeOfAsync(turn, known, id, null) is not { } type)
            return ApiError.UnknownOverwrite;
        if (stated is not null && stated != type)
            return ApiError.InvalidField("type", "BASE_TYPE_CHOICES", type == 0 ? "The id is a role's." : "The id is a member's.");
        IReadOnlyList<Overwrite> overwrites = [.. known.Where(overwrite => overwrite.Id != id), new Overwrite(id, type, allow, deny)];
        if (overwrites.Count > Overwrites.Max)
            return ApiError.MaximumOverwrites;
        if (Overwrites.Refuse(turn, permissions, known, overwrites) is { } escalation)
            return escalation;

        var changes = new ChannelChanges(turn.State);
        changes.SetOverwrites(channel.Id, overwrites);
        if (changes.Any)
        {
            var unit = changes.Write(new WriteUnit());
            changes.Log(audit, unit, turn, request.Reason);
            await turn.CommitAsync(unit, changes.Next);
        }

        return Reply.NoContent;
    }
}
