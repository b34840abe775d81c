using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>Who speaks on a stage, who listens, and who asks to speak.</summary>
internal sealed class StageSeats(VoiceStateReading reading, VoiceChanges changes)
{
    /// <summary>Changes the seat of somebody who is on a stage, on the guild's lane.</summary>
    /// <param name="channelId">The stage that the caller means; null: whichever it is.</param>
    /// <param name="change">Given the seat and what the caller holds on that stage.</param>
    /// <returns>204; 10065 for who is not there, 50024 for another kind of channel.</returns>
    public async ValueTask<Reply> ChangeAsync(ApiRequest request, Snowflake userId, Snowflake? channelId, Func<Seat, Permissions, Result<Seat>> change)
    {
        var found = await reading.FindAsync(request, userId);
        if (found.Error is { } unknown)
            return unknown;
        ApiError? refused = null;
        await changes.ChangeInGuildAsync(found.Value.ServerId, userId, (turn, _, before) =>
        {
            if (before is null || (channelId ?? before.ChannelId) != before.ChannelId)
            {
                refused = ApiError.UnknownVoiceState;
                return before;
            }

            if (turn.FindChannel(before.ChannelId)?.Type != ChannelType.GuildStageVoice)
            {
                refused = ApiError.ChannelType;
                return before;
            }

            var changed = change(before, userId == request.UserId ? turn.Within(before.ChannelId, userId) : turn.InChannel(before.ChannelId, request.UserId));
            refused = changed.Error;
            return refused is null ? VoiceChanges.Reviewed(turn, changed.Value) : before;
        }, request.Cancelled, by: request.UserId);
        return refused is { } error ? error : Reply.NoContent;
    }
}
