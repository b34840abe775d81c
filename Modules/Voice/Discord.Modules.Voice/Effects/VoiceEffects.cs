using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Modules.Voice.States;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.Effects;

/// <summary>Sounds and reactions that somebody sends into the voice channel that they are in; those who are there get them.</summary>
internal sealed class VoiceEffects(VoiceRosters rosters, IGatewayDispatcher dispatcher, IMediator mediator)
{
    /// <summary>The channel, and the caller's seat in it.</summary>
    /// <returns>50024 for another kind of channel, 50013 without <paramref name="required"/>, 40032 for who is not connected to it.</returns>
    public async ValueTask<Result<(ChannelAccess Access, Seat Seat)>> ReadAsync(ApiRequest request, Permissions required)
    {
        var found = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (found.Error is { } hidden)
            return hidden;
        var access = found.Value;
        if (access.GuildId is not { } guildId || !access.Type.IsVoice())
            return ApiError.ChannelType;
        if (!access.Has(required))
            return ApiError.MissingPermissions;
        return rosters.Find(guildId, request.UserId) is { } seat && seat.ChannelId == access.ChannelId ? (access, seat) : ApiError.NotConnectedToVoice;
    }

    /// <param name="describe">Adds to the event what it is.</param>
    public void Send(ChannelAccess access, Seat seat, Func<VoiceChannelEffectSent, VoiceChannelEffectSent> describe)
    {
        var guildId = access.GuildId!.Value;
        IReadOnlyList<Snowflake> present = [.. (rosters.Find(guildId)?.Seats ?? []).Where(other => other.ChannelId == access.ChannelId).Select(other => other.UserId)];
        dispatcher.DispatchLossy(describe(new VoiceChannelEffectSent(guildId, access.ChannelId, seat.UserId, present)), access.View);
    }
}
