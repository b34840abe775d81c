using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.DirectMessages;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Guilds.Threads;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Channels;

/// <summary>DELETE /channels/{channel_id}: deletes a guild channel or a thread, closes a direct message for the caller, or leaves a group.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Delete/Close Channel". Needs MANAGE_CHANNELS. Fires CHANNEL_DELETE; children of a category stay and
/// get CHANNEL_UPDATE; settings that named the channel are cleared with GUILD_UPDATE. Threads go with it unsaid; their rows, and all messages, are purged
/// afterwards, in the background.
/// </remarks>
internal sealed class DeleteChannel(GuildHomes homes, ThreadEditing threads, Database database, Lanes lanes, DirectMessageWire direct, Groups groups, EventChanges events, AuditTrail audit) : IEndpoint
{
    public Route Route => Route.Delete("delete_channel", "/channels/{channel_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var channelId = request.Id("channel_id");
        if (await homes.GuildOfAsync(channelId) is null && await homes.FindDirectMessageAsync(channelId) is { } dm && dm.Recipients.Contains(request.UserId))
            return dm.Type == ChannelType.GroupDm ? await LeaveAsync(request) : await CloseAsync(dm, request);
        if (await homes.IsThreadAsync(channelId))
            return await threads.DeleteAsync(request);

        var entered = await homes.EnterGuildChannelAsync(channelId, request.UserId, Permissions.ManageChannels, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, _) = entered.Value;
        using var held = turn;
        var owned = turn.State.Settings;
        if (owned.Features.Contains(GuildFeatures.Community) && (owned.RulesChannelId == channelId || owned.PublicUpdatesChannelId == channelId))
            return ApiError.CommunityChannel;
        var deleted = turn.State.WireOf(channel);
        var unit = new WriteUnit();
        // While it is there: who saw the channel hears of it.
        var changes = new ChannelChanges(events.LeaveChannel(unit, turn.State, channelId));
        foreach (var child in turn.State.Channels.Values.Where(child => child.ParentId == channelId))
            changes.Set(child with { ParentId = null });
        var settings = Without(turn.State.Settings, channelId);
        Snowflake[] threadIds = [.. turn.State.Threads.Values.Where(thread => thread.ParentId == channelId).Select(thread => thread.Id)];
        var next = changes.Next = changes.Next.With(settings: settings, channels: changes.Next.Channels.Remove(channelId), threads: turn.State.Threads.RemoveRange(threadIds));

        changes.Write(GuildStore.DeleteChannel(unit, channelId));
        if (settings != turn.State.Settings)
            GuildStore.Save(unit, settings).Publish(new GuildUpdated(next.Wire), next);
        unit.Publish(new ChannelDeleted(deleted), next).Publish(new ChannelsPurged(next.Id, [channelId]), next);
        audit.Write(unit, turn, next, AuditLogEvent.ChannelDelete, channelId, request.Reason, AuditChanges.Between(channel, null));
        await turn.CommitAsync(unit, next);
        foreach (var id in threadIds.Append(channelId))
        {
            homes.ForgetChannel(id);
            turn.Home.Marks.TryRemove(id, out _);
        }

        turn.Home.VoiceStatuses.TryRemove(channelId, out _);
        return Reply.Ok(deleted);
    }

    private static Guild Without(Guild settings, Snowflake channelId)
    {
        Snowflake? Kept(Snowflake? id) => id == channelId ? null : id;
        return settings with
        {
            AfkChannelId = Kept(settings.AfkChannelId),
            SystemChannelId = Kept(settings.SystemChannelId),
            WidgetChannelId = Kept(settings.WidgetChannelId),
            RulesChannelId = Kept(settings.RulesChannelId),
            SafetyAlertsChannelId = Kept(settings.SafetyAlertsChannelId),
            PublicUpdatesChannelId = Kept(settings.PublicUpdatesChannelId),
        };
    }

    private async ValueTask<Reply> LeaveAsync(ApiRequest request)
    {
        var query = request.Query;
        var silent = query.Bool("silent") ?? false;
        if (query.Error is { } invalid)
            return invalid;
        var left = await groups.RemoveAsync(request.Id("channel_id"), request.UserId, request.UserId, silent, request.Cancelled);
        return left.Error is { } refused ? refused : Reply.Ok(left.Value);
    }

    private async ValueTask<Reply> CloseAsync(DirectMessageHome home, ApiRequest request)
    {
        var channel = await direct.WriteAsync(home, request.UserId);
        // The lane on which messages are posted there: one of them either comes before this or opens it again.
        using var turn = await lanes[home.Id].EnterAsync(request.Cancelled);
        var unit = GuildStore.SetClosed(new WriteUnit(), request.UserId, home.Id, closed: true);
        if (!request.Caller.IsBot)
            unit.Publish(new DirectMessageClosed(channel, request.UserId));
        await database.CommitAsync(unit);
        home.Close(request.UserId);
        return Reply.Ok(channel);
    }
}
