using Discord.BuildingBlocks.Api;
using Discord.Modules.Guilds.Contracts;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>POST /channels/{channel_id}/messages/{message_id}/ack: read up to this message; with manual, marked as unread after it.</summary>
/// <remarks>Source: protocol.md 1.1, 3.11. Backwards only with manual. Fires MESSAGE_ACK to the user's other sessions.</remarks>
internal sealed class AckMessage(Acknowledging acknowledging, IMediator mediator) : IEndpoint
{
    private static readonly byte[] s_answer = "{\"token\":null}"u8.ToArray();

    public Route Route => Route.Post("ack_message", "/channels/{channel_id}/messages/{message_id}/ack") with { Access = Access.Users, RateLimit = RateLimit.Per("ack", 50, 5) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var body = await request.BodyAsync();
        if (body.Error is { } unreadable)
            return unreadable;
        var form = body.Value;
        var manual = form.Bool("manual");
        var mentions = form.Int("mention_count", 0, nullable: true);
        var flags = form.Int("flags", 0, nullable: true);
        var viewed = form.Int("last_viewed", 0, nullable: true);
        if (form.Error is { } invalid)
            return invalid;
        var access = await mediator.Send(new GetChannelAccess(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (access.Error is { } refused)
            return refused;
        await acknowledging.ApplyAsync(request, [new ReadMark(access.Value, request.Id("message_id")) { Manual = manual ?? false, MentionCount = mentions, Flags = flags, LastViewed = viewed }]);
        return Reply.Raw(s_answer);
    }
}
