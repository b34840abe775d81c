using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Channels;

/// <summary>PUT /channels/{channel_id}/voice-status: what a voice channel says of itself; null or "" for nothing.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Set Voice Channel Status". Needs SET_VOICE_CHANNEL_STATUS, and MANAGE_CHANNELS of those who are not
/// connected to it. Fires VOICE_CHANNEL_STATUS_UPDATE.
/// </remarks>
internal sealed class UpdateVoiceChannelStatus(GuildHomes homes, AuditTrail audit, IMediator mediator) : IEndpoint
{
    private const int MaxLength = 500;

    public Route Route => Route.Put("update_voice_channel_status", "/channels/{channel_id}/voice-status");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var status = body.Value.String("status", 0, MaxLength, nullable: true)?.Trim() is { Length: > 0 } text ? text : null;
        if (body.Value.Error is { } invalid)
            return invalid;
        var entered = await homes.EnterGuildChannelAsync(request.Id("channel_id"), request.UserId, Permissions.SetVoiceChannelStatus, request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        var (turn, channel, permissions) = entered.Value;
        using var held = turn;
        if (channel.Type != ChannelType.GuildVoice)
            return ApiError.ChannelType;
        if (!permissions.Has(Permissions.ManageChannels) && (await mediator.Send(new GetVoiceState(turn.State.Id, request.UserId), request.Cancelled))?.ChannelId != channel.Id)
            return ApiError.MissingPermissions;
        var statuses = turn.Home.VoiceStatuses;
        if (statuses.GetValueOrDefault(channel.Id) == status)
            return Reply.NoContent;
        var unit = new WriteUnit().Publish(new VoiceChannelStatusUpdated(turn.State.Id, channel.Id, status), turn.State).Then(() =>
        {
            if (status is null)
                statuses.TryRemove(channel.Id, out _);
            else
                statuses[channel.Id] = status;
        });
        var action = status is null ? AuditLogEvent.VoiceChannelStatusDelete : AuditLogEvent.VoiceChannelStatusUpdate;
        await turn.CommitAsync(audit.Write(unit, turn, turn.State, action, channel.Id, request.Reason, options: new AuditLogOptions { Status = status }));
        return Reply.NoContent;
    }
}

internal sealed class GetVoiceChannelsHandler(GuildHomes homes, IMediator mediator) : IRequestHandler<GetVoiceChannels, IReadOnlyList<VoiceChannelInfo>?>
{
    public async Task<IReadOnlyList<VoiceChannelInfo>?> Handle(GetVoiceChannels request, CancellationToken cancellationToken)
    {
        var guild = await homes.ReadAsync(request.GuildId, request.UserId);
        if (guild.Error is not null)
            return null;
        var (home, state, member, _) = guild.Value;
        var starts = await mediator.Send(new GetVoiceStarts(request.GuildId), cancellationToken);
        return [.. home.VoiceStatuses.Keys.Union(starts.Keys)
            .Where(id => state.Channels.TryGetValue(id, out var channel) && homes.Final(state, channel, member).Has(Permissions.ViewChannel))
            .Select(id => new VoiceChannelInfo(id, home.VoiceStatuses.GetValueOrDefault(id), starts.TryGetValue(id, out var start) ? start : null))];
    }
}

internal sealed class ClearVoiceStatusHandler(GuildHomes homes, Database database) : IRequestHandler<ClearVoiceStatus>
{
    public async Task<Unit> Handle(ClearVoiceStatus request, CancellationToken cancellationToken)
    {
        if (homes.FindLoaded(request.GuildId)?.VoiceStatuses.ContainsKey(request.ChannelId) != true || await homes.EnterAsSystemAsync(request.GuildId, cancellationToken) is not { } entered)
            return Unit.Value;
        using var turn = entered.Turn;
        if (entered.Home.VoiceStatuses.TryRemove(request.ChannelId, out _))
            await database.CommitAsync(new WriteUnit().Publish(new VoiceChannelStatusUpdated(request.GuildId, request.ChannelId, null), entered.State));
        return Unit.Value;
    }
}
