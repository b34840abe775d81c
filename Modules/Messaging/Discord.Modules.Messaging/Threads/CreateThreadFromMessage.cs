using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Threads;

/// <summary>POST /channels/{channel_id}/messages/{message_id}/threads: a thread from a message, whose id it takes.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Start Thread from Message". Needs CREATE_PUBLIC_THREADS and READ_MESSAGE_HISTORY. Fires THREAD_CREATE,
/// MESSAGE_UPDATE of the message, and MESSAGE_CREATE of the thread's first message, which points back.
/// </remarks>
internal sealed class CreateThreadFromMessage(MessagePosting posting, MessageStore store, MessageWire wire, SnowflakeGenerator ids, ThreadStarting threads, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("create_thread_from_message", "/channels/{channel_id}/messages/{message_id}/threads") with { RateLimit = RateLimit.Per("create_thread", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var read = await request.BodyAsync();
        if (read.Error is { } unreadable)
            return unreadable;
        var wanted = ThreadBody.Read(read.Value, request.Id("message_id"));
        if (read.Value.Error is { } invalid)
            return invalid;
        var author = await mediator.Send(new GetUsers([request.UserId]), request.Cancelled);
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var parent = turn.Access;
        if (!parent.Has(Permissions.ReadMessageHistory))
            return ApiError.MissingAccess;
        if (await store.FindAsync(parent.ChannelId, request.Id("message_id")) is not { } root)
            return ApiError.UnknownMessage;
        if (!root.Type.IsWritten())
            return ApiError.SystemMessage;
        var planned = await threads.PlanAsync(parent, request.UserId, wanted, request.Reason);
        if (planned.Error is { } forbidden)
            return forbidden;

        var plan = planned.Value;
        var marked = root with { Flags = root.Flags | MessageFlags.HasThread };
        var shown = await wire.WriteAsync(parent, marked, request.UserId) with { Thread = plan.Thread with { Member = null } };
        var unit = MessageStore.Update(MessagePosting.Start(new WriteUnit(), plan), marked).Publish(new MessageUpdated(wire.ForGateway(parent, shown), parent.Audience), plan.Access.View);
        var first = new StoredMessage
        {
            ChannelId = plan.Thread.Id,
            Id = ids.Next(),
            AuthorId = request.UserId,
            Type = MessageType.ThreadStarterMessage,
            Content = "",
            ReferenceId = root.Id,
            Extras = new MessageExtras { Reference = new StoredReference(MessageReference.Reply, parent.ChannelId, parent.GuildId) },
        };
        var message = MessageWire.Write(plan.Access, first, author, null) with { ReferencedMessage = new Referenced(shown with { Thread = null }) };
        await posting.CommitAsync(plan.Access, first, message, unit);
        return Reply.Created(plan.Thread with { LastMessageId = first.Id });
    }
}
