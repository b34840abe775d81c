using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Voice.States;

/// <summary>Who speaks on a stage, who listens, and who asks to speak.</summary>
internal sealed class StageSeats(VoiceStateReading reading, VoiceChanges changes, TimeProvider clock)
{
    /// <summary>Changes the seat of somebody who is on a stage as the request's body says, on the guild's lane.</summary>
    /// <param name="change">Given what is wished, the seat, what the caller holds on that stage, and the time.</param>
    /// <returns>204; 10065 for who is not there, 50024 for another kind of channel.</returns>
    public async ValueTask<Reply> ChangeAsync(ApiRequest request, Snowflake userId, Func<StageWish, Seat, Permissions, DateTimeOffset, Result<Seat>> change)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var wish = StageWish.Read(body.Value);
        if (body.Value.Error is { } invalid)
            return invalid;
        var found = await reading.FindAsync(request, userId);
        if (found.Error is { } unknown)
            return unknown;
        ApiError? refused = null;
        await changes.ChangeInGuildAsync(found.Value.ServerId, userId, (turn, _, before) =>
        {
            if (before is null || (wish.ChannelId ?? before.ChannelId) != before.ChannelId)
            {
                refused = ApiError.UnknownVoiceState;
                return before;
            }

            if (turn.FindChannel(before.ChannelId)?.Type != ChannelType.GuildStageVoice)
            {
                refused = ApiError.ChannelType;
                return before;
            }

            var changed = change(wish, before, userId == request.UserId ? turn.Within(before.ChannelId, userId) : turn.InChannel(before.ChannelId, request.UserId), clock.GetUtcNow());
            refused = changed.Error;
            return refused is null ? VoiceChanges.Reviewed(turn, changed.Value) : before;
        }, request.Cancelled, by: request.UserId);
        return refused is { } error ? error : Reply.NoContent;
    }
}

/// <summary>What somebody on a stage wants to be, or a moderator wants them to be.</summary>
/// <param name="ChannelId">The stage that is meant; null: whichever it is.</param>
/// <param name="Suppress">In the audience, or speaking; null: as it is.</param>
/// <param name="Asks">Whether <paramref name="RequestToSpeak"/> was sent.</param>
/// <param name="RequestToSpeak">When one asks to speak; null: not any more.</param>
/// <remarks>Source: Discord docs, Resources, Voice, "Modify Current User Voice State" and "Modify User Voice State".</remarks>
internal sealed record StageWish(Snowflake? ChannelId, bool? Suppress, bool Asks, Timestamp? RequestToSpeak)
{
    public static StageWish Read(Form form) => new(
        form.Id("channel_id", nullable: true),
        form.IsNull("suppress") ? null : form.Bool("suppress"),
        form.Has("request_to_speak_timestamp"),
        form.Time("request_to_speak_timestamp", nullable: true));

    /// <summary>Asking needs REQUEST_TO_SPEAK; speaking MUTE_MEMBERS, or a moderator's invitation, which has ended the suppression already. Going back needs nothing.</summary>
    /// <param name="held">On that stage.</param>
    public Result<Seat> OfOneself(Seat seat, Permissions held, DateTimeOffset now)
    {
        if (Suppress is null && !Asks)
            return seat;
        if (!(Suppress ?? seat.Suppress))
            return seat.Suppress && !held.Has(Permissions.MuteMembers) ? ApiError.MissingPermissions : seat with { Suppress = false, RequestToSpeak = null };
        if (RequestToSpeak is { } asked)
            return held.Has(Permissions.RequestToSpeak) ? seat with { Suppress = true, RequestToSpeak = Later(asked, now) } : ApiError.MissingPermissions;
        return seat with { Suppress = true, RequestToSpeak = seat.Suppress && !Asks ? seat.RequestToSpeak : null };
    }

    /// <summary>Needs MUTE_MEMBERS. Who is invited may speak, and is marked by the time of the invitation until they accept; bots accept at once. Who is sent to the audience asks for nothing.</summary>
    /// <param name="held">By the moderator, on that stage.</param>
    public Result<Seat> OfAnother(Seat seat, Permissions held, DateTimeOffset now)
    {
        if (!held.Has(Permissions.MuteMembers))
            return ApiError.MissingPermissions;
        return Suppress switch
        {
            true => seat with { Suppress = true, RequestToSpeak = null },
            false when seat.Suppress => seat with { Suppress = false, RequestToSpeak = seat.IsBot ? null : Timestamp.From(now) },
            _ => seat,
        };
    }

    // Present or future: what was the present when it was sent is so still.
    private static Timestamp Later(Timestamp time, DateTimeOffset now) => new(Math.Max(time.UnixMilliseconds, now.ToUnixTimeMilliseconds()));
}
