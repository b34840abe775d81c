using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Voice.States;

/// <summary>Somebody's seat in a guild, as a member may know of it.</summary>
internal sealed class VoiceStateReading(VoiceRosters rosters, IMediator mediator)
{
    /// <returns>10004 for a guild that is not the caller's, 10065 for who is not in voice there, or where the caller does not see.</returns>
    public async ValueTask<Result<Seat>> FindAsync(ApiRequest request, Snowflake userId)
    {
        var guildId = request.Id("guild_id");
        if (!(await mediator.Send(new GetGuildIdsOf(request.UserId), request.Cancelled)).Contains(guildId))
            return ApiError.UnknownGuild;
        if (rosters.Find(guildId, userId) is not { } seat)
            return ApiError.UnknownVoiceState;
        var hidden = userId != request.UserId && (await mediator.Send(new GetChannelAccess(request.UserId, seat.ChannelId), request.Cancelled)).Error is not null;
        return hidden ? ApiError.UnknownVoiceState : seat;
    }
}
