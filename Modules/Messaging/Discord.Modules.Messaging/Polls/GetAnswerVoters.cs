using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Polls;

/// <summary>GET /channels/{channel_id}/polls/{message_id}/answers/{answer_id}: who voted for an answer, by user id: after, limit 1 to 100, default 25.</summary>
internal sealed class GetAnswerVoters(MessageStore store, PollStore polls, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Get("get_answer_voters", "/channels/{channel_id}/polls/{message_id}/answers/{answer_id}");

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var after = query.Id("after") ?? default;
        var limit = query.Int("limit", 1, 100) ?? 25;
        if (query.Error is { } invalid)
            return invalid;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        if (!access.Value.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingAccess;
        if (await store.FindAsync(access.Value.ChannelId, request.Id("message_id")) is not { Extras.Poll: { } poll } stored)
            return ApiError.UnknownMessage;
        var answer = request.Id("answer_id").Value;
        if (answer > (ulong)poll.Answers.Count)
            return ApiError.InvalidField("answer_id", "BASE_TYPE_CHOICES", $"Value must be one of {{{string.Join(", ", poll.Answers.Select(choice => choice.AnswerId))}}}.");
        var voters = await polls.VotersAsync(stored.Id, (int)answer, after, limit);
        var users = await mediator.Send(new GetUsers(voters), request.Cancelled);
        return Reply.Ok(new { users = voters.Where(users.ContainsKey).Select(id => users[id]) });
    }
}
