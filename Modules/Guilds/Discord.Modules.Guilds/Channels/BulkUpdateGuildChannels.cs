using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>PATCH /guilds/{guild_id}/channels: positions, and moves between categories, of many channels at once.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Modify Guild Channel Positions". Needs MANAGE_CHANNELS, for a move also in the channel and the category;
/// lock_permissions takes the category's overwrites over, which needs what changing them needs. Fires CHANNEL_UPDATE for each channel that changed.
/// </remarks>
internal sealed class BulkUpdateGuildChannels(GuildHomes homes, AuditTrail audit) : IEndpoint
{
    private const int MaxRows = 500;

    public Route Route => Route.Patch("bulk_update_guild_channels", "/guilds/{guild_id}/channels");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.JsonAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var rows = FormRows.Of(body.Value, MaxRows);
        if (rows.Error is { } noList)
            return noList;
        var moves = rows.Value.Forms.Select(Move.Read).ToList();
        if (rows.Value.Errors is { } invalid)
            return invalid;

        var entered = await homes.EnterAsync(request.Id("guild_id"), request.UserId, Permissions.ManageChannels, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var changes = new ChannelChanges(turn.State);
        foreach (var move in moves)
        {
            if (Apply(turn, changes, move) is { } error)
                return error;
        }

        if (rows.Value.Errors is { } foreign)
            return foreign;
        if (changes.Any)
        {
            var unit = changes.Write(new WriteUnit());
            changes.Log(audit, unit, turn, request.Reason);
            await turn.CommitAsync(unit, changes.Next);
        }

        return Reply.NoContent;
    }

    private ApiError? Apply(GuildTurn turn, ChannelChanges changes, Move move)
    {
        if (!changes.Next.Channels.TryGetValue(move.Id, out var channel))
            return ApiError.UnknownChannel;
        var parent = channel.ParentId is { } parentId ? changes.Next.Channels.GetValueOrDefault(parentId) : null;
        if (move.HasParent && move.Parent != channel.ParentId)
        {
            if (!MayMove(turn, channel))
                return ApiError.MissingPermissions;
            parent = null;
            if (move.Parent is { } wanted)
            {
                parent = changes.Next.Channels.GetValueOrDefault(wanted);
                if (FaultOf(changes.Next, channel, parent) is { } fault)
                {
                    move.Form.Fail("parent_id", "CHANNEL_PARENT_INVALID", fault);
                    return null;
                }

                if (!MayMove(turn, parent!))
                    return ApiError.MissingPermissions;
            }
        }

        changes.Set(channel with { Position = move.Position ?? channel.Position, ParentId = parent?.Id });
        if (!move.LocksPermissions || parent is null)
            return null;
        var overwrites = parent.PermissionOverwrites ?? [];
        if (Overwrites.Refuse(turn, turn.InChannel(channel), channel.PermissionOverwrites, overwrites) is { } escalation)
            return escalation;
        changes.SetOverwrites(channel.Id, overwrites);
        return null;
    }

    private bool MayMove(GuildTurn turn, Channel channel) => turn.InChannel(channel).Has(Permissions.ManageChannels);

    private static string? FaultOf(GuildState state, Channel channel, Channel? parent) =>
        parent is null ? "Category does not exist"
        : parent.Type != ChannelType.GuildCategory ? "Not a category"
        : channel.Type == ChannelType.GuildCategory ? "Categories cannot have a parent category"
        : state.Channels.Values.Count(child => child.ParentId == parent.Id) >= ChannelForm.MaxChannelsOfCategory ? $"Maximum number of channels in category reached ({ChannelForm.MaxChannelsOfCategory})"
        : null;

    private sealed record Move(Form Form, Snowflake Id, int? Position, bool HasParent, Snowflake? Parent, bool LocksPermissions)
    {
        public static Move Read(Form form) => new(form, form.Id("id", required: true) ?? default, form.Int("position", 0), form.Has("parent_id"), form.Id("parent_id", nullable: true), form.Bool("lock_permissions") ?? false);
    }
}
