using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Messages;

/// <summary>POST /channels/{channel_id}/messages: posts a message.</summary>
/// <remarks>Source: Discord docs, Resources, Message, "Create Message"; 5 in 5 s a user and channel, as the seeds have it. Fires MESSAGE_CREATE.</remarks>
internal sealed class CreateMessage(MessagePosting posting, MessageReader reader) : IEndpoint
{
    public Route Route => Route.Post("create_message", "/channels/{channel_id}/messages") with { RateLimit = RateLimit.Per("create_message", 5, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var read = await reader.ReadAsync(request, request.Id("channel_id"), MessageBody.ReadNew);
        if (read.Error is { } unreadable)
            return unreadable;
        using var body = read.Value;
        var posted = await posting.PostAsync(request.UserId, request.Id("channel_id"), body, request.Cancelled, caller: request.Caller);
        return posted.Error is { } refused ? refused : Reply.Ok(posted.Value);
    }
}
