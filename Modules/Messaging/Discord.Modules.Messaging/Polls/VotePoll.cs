using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Polls;

/// <summary>PUT /channels/{channel_id}/polls/{message_id}/answers/@me: the answers that the caller votes for, in place of those before; none takes the vote back.</summary>
/// <remarks>Source: protocol.md 1.1. Bots do not vote. Fires MESSAGE_POLL_VOTE_ADD and MESSAGE_POLL_VOTE_REMOVE.</remarks>
internal sealed class VotePoll(MessageStore store, PollStore polls, Database database, IMediator mediator, TimeProvider clock) : IEndpoint
{
    public Route Route => Route.Put("vote_poll", "/channels/{channel_id}/polls/{message_id}/answers/@me") with { Access = Access.Users, RateLimit = RateLimit.Per("poll_votes", 10, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var wanted = body.Value.Ids("answer_ids", PollForm.MaxAnswers)?.ToHashSet() ?? [];
        if (body.Value.Error is { } invalid)
            return invalid;

        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var access = turn.Access;
        var now = clock.GetUtcNow();
        if (!access.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingAccess;
        if (await store.FindAsync(access.ChannelId, request.Id("message_id")) is not { Extras.Poll: { } poll } stored)
            return ApiError.UnknownMessage;
        if (poll.HasEnded(now))
            return ApiError.PollExpired;
        if (access.Member?.CommunicationDisabledUntil is { } until && until.Time > now)
            return ApiError.PollVotingBlocked;
        if (wanted.Any(id => id.Value > (ulong)poll.Answers.Count))
            return ApiError.InvalidField("answer_ids", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", poll.Answers.Select(answer => answer.AnswerId))}}}.");
        if (wanted.Count > 1 && !poll.AllowMultiselect)
            return ApiError.InvalidField("answer_ids", "BASE_TYPE_MAX_LENGTH", "Must be 1 or fewer in length.");

        var given = (await polls.CountAsync([stored.Id], request.UserId)).Where(count => count.Me).Select(count => count.AnswerId).ToHashSet();
        var unit = new WriteUnit();
        foreach (var answer in poll.Answers.Select(answer => answer.AnswerId))
        {
            var isWanted = wanted.Contains(new Snowflake((ulong)answer));
            if (isWanted && !given.Contains(answer))
                PollStore.AddVote(unit, stored.Id, answer, request.UserId).Publish(new PollVoteAdded(request.UserId, access.ChannelId, stored.Id, access.GuildId, answer, access.Audience), access.View);
            else if (!isWanted && given.Contains(answer))
                PollStore.RemoveVote(unit, stored.Id, answer, request.UserId).Publish(new PollVoteRemoved(request.UserId, access.ChannelId, stored.Id, access.GuildId, answer, access.Audience), access.View);
        }

        await database.CommitAsync(unit);
        return Reply.NoContent;
    }
}
