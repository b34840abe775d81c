using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Threads;

/// <summary>POST /channels/{channel_id}/threads: a thread that no message stands for; in a forum or media channel a post with its first message.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Channel, "Start Thread without Message", "Start Thread in Forum or Media Channel". Needs CREATE_PUBLIC_THREADS,
/// CREATE_PRIVATE_THREADS, or for a post SEND_MESSAGES. Fires THREAD_CREATE, and MESSAGE_CREATE: in the channel a notice, of a post its message.
/// </remarks>
internal sealed class CreateThread(MessagePosting posting, MessageReader reader, Database database, SnowflakeGenerator ids, ThreadStarting threads, IMediator mediator) : IEndpoint
{
    public Route Route => Route.Post("create_thread", "/channels/{channel_id}/threads") with { RateLimit = RateLimit.Per("create_thread", 10, 60) };

    public async ValueTask<Reply> HandleAsync(ApiRequest request)
    {
        var channelId = request.Id("channel_id");
        var access = await mediator.Send(new GetChannelAccess(request.UserId, channelId), request.Cancelled);
        if (access.Error is { } hidden)
            return hidden;
        return access.Value.Type.IsForum() ? await PostAsync(request, access.Value) : await StartAsync(request);
    }

    private async ValueTask<Reply> PostAsync(ApiRequest request, ChannelAccess forum)
    {
        var uploaded = await request.UploadAsync(forum.Has(Permissions.AttachFiles) ? null : ApiError.MissingPermissions);
        if (uploaded.Error is { } unreadable)
            return unreadable;
        using var upload = uploaded.Value;
        var wanted = ThreadBody.Read(upload.Form);
        if (upload.Form.Object("message") is not { } message)
        {
            upload.Form.Fail("message", "BASE_TYPE_REQUIRED", "This field is required");
            return upload.Form.Error!;
        }

        var read = await reader.ReadAsync(message, upload.TakeFiles(), request.UserId, forum.ChannelId, MessageBody.ReadNew, request.Cancelled);
        if (read.Error is { } invalid)
            return invalid;
        using var body = read.Value;
        return await PostAsync(request, wanted, body);
    }

    private async ValueTask<Reply> PostAsync(ApiRequest request, WantedThread wanted, MessageBody body)
    {
        ThreadChannel? thread = null;
        var posted = await posting.PostAsync(request.UserId, request.Id("channel_id"), body, request.Cancelled, async forum =>
        {
            var plan = await threads.PlanAsync(forum, request.UserId, wanted, request.Reason);
            thread = plan.Error is null ? plan.Value.Thread : null;
            return plan;
        }, request.Caller);
        if (posted.Error is { } refused)
            return refused;
        var message = posted.Value;
        if (message.Mentions.Count > 0)
            await InviteAsync(request.UserId, message);
        return Reply.Created(thread! with { LastMessageId = message.Id, Message = message });
    }

    // The post is there; those whom it mentions join it as by any message.
    private async ValueTask InviteAsync(Snowflake authorId, Message message)
    {
        var entered = await mediator.Send(new EnterChannel(authorId, message.ChannelId));
        if (entered.Error is not null)
            return;
        using var turn = entered.Value;
        await turn.ReadyAsync([.. message.Mentions.Select(user => user.Id)]);
    }

    private async ValueTask<Reply> StartAsync(ApiRequest request)
    {
        var read = await request.BodyAsync();
        if (read.Error is { } unreadable)
            return unreadable;
        var wanted = ThreadBody.Read(read.Value);
        if (read.Value.Error is { } invalid)
            return invalid;
        var author = await mediator.Send(new GetUsers([request.UserId]), request.Cancelled);
        var entered = await mediator.Send(new EnterChannel(request.UserId, request.Id("channel_id")), request.Cancelled);
        if (entered.Error is { } refused)
            return refused;
        using var turn = entered.Value;
        var parent = turn.Access;
        var planned = await threads.PlanAsync(parent, request.UserId, wanted, request.Reason);
        if (planned.Error is { } forbidden)
            return forbidden;
        var plan = planned.Value;
        var unit = MessagePosting.Start(new WriteUnit(), plan);
        if (plan.Thread.IsPrivate)
        {
            await database.CommitAsync(unit);
            return Reply.Created(plan.Thread);
        }

        var notice = new StoredMessage
        {
            ChannelId = parent.ChannelId,
            Id = ids.Next(),
            AuthorId = request.UserId,
            Type = MessageType.ThreadCreated,
            Content = plan.Thread.Name,
            Extras = new MessageExtras { Reference = new StoredReference(MessageReference.Reply, plan.Thread.Id, parent.GuildId) },
        };
        await posting.CommitAsync(parent with { View = plan.Access.View }, notice, MessageWire.Write(parent, notice, author, null), unit);
        return Reply.Created(plan.Thread);
    }
}
