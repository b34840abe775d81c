using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Attachments;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Polls;
using Discord.Modules.Messaging.ReadStates;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>
/// A message's way from its form to being durable and on its way to every reader. Decided on the channel's lane from memory: a plain
/// message reads nothing and costs two inserts (the message and its outbox row) in one group commit.
/// </summary>
/// <remarks>ADR 0004. REST and the gateway's op 0 both end here.</remarks>
internal sealed class MessagePosting(MessageStore store, MessageWire wire, Database database, SnowflakeGenerator ids, Nonces nonces, Slowmode slowmode, EveryoneCooldown everyone, OwnReads own, OpenPolls polls,
    Forwards forwards, MessageReader reader, IAttachments attachments, IMediator mediator, IGatewayDispatcher dispatcher, TimeProvider clock)
    : IRequestHandler<PostMessage, Result<Message>>
{
    public async Task<Result<Message>> Handle(PostMessage request, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAsync(Form.OfObject(request.Body), [], request.AuthorId, request.ChannelId, MessageBody.ReadNew, cancellationToken);
        if (read.Error is { } invalid)
            return invalid;
        using var body = read.Value;
        return await PostAsync(request.AuthorId, request.ChannelId, body, cancellationToken);
    }

    /// <param name="start">Plans the thread that the message opens, on the channel's turn; null: it is posted in the channel itself.</param>
    /// <param name="caller">Null: a person.</param>
    public async ValueTask<Result<Message>> PostAsync(Snowflake authorId, Snowflake channelId, MessageBody body, CancellationToken cancellationToken, Func<ChannelAccess, Task<Result<ThreadPlan>>>? start = null,
        Caller? caller = null)
    {
        // What needs the store or another module is asked before the lane is taken.
        StoredMessage? answered = null;
        if (body.ReplyTo is { } replyTo)
        {
            var allowed = await mediator.Send(new GetChannelAccess(authorId, channelId), cancellationToken);
            if (allowed.Error is { } hidden)
                return hidden;
            if (!allowed.Value.Has(Permissions.ReadMessageHistory))
                return ApiError.ReplyNeedsHistory;
            answered = await store.FindAsync(channelId, replyTo);
            if (answered is null && body.FailIfNotExists)
                return ApiError.InvalidField("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
            if (answered is { } said && !said.Type.IsWritten())
                return ApiError.InvalidField("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message");
        }

        Forwarded? forwarded = null;
        if (body.Forward is { } forward)
        {
            var found = await forwards.FindAsync(authorId, forward, caller);
            if (found.Error is { } kept)
                return kept;
            forwarded = found.Value;
        }

        var stickers = new List<FoundSticker>(body.StickerIds.Count);
        foreach (var id in body.StickerIds)
        {
            if (await mediator.Send(new FindSticker(authorId, id), cancellationToken) is not { } sticker)
                return ApiError.InvalidSticker;
            stickers.Add(sticker);
        }

        body = body with { Stickers = stickers };
        if (body.Poll is { } asked)
        {
            var known = await asked.WithEmojisAsync(id => mediator.Send(new FindEmoji(authorId, id), cancellationToken));
            if (known.Error is { } foreign)
                return foreign;
            body = body with { Poll = known.Value };
        }

        var named = Mentions.Find(body.Content ?? "");
        if (answered is not null && (body.AllowedMentions?.RepliedUser ?? true) && !named.Users.Contains(answered.AuthorId))
            named = named with { Users = [.. named.Users, answered.AuthorId] };
        Snowflake[] people = [authorId, .. named.Users, .. answered is null ? [] : (IEnumerable<Snowflake>)[answered.AuthorId, .. answered.Extras?.Mentions ?? []], .. forwarded?.Snapshot.Extras?.Mentions ?? []];
        var users = await mediator.Send(new GetUsers(people), cancellationToken);
        if (body is { EnforceNonce: true, Nonce: { } repeated } && nonces.IsYoung && await FindStoredAsync(channelId, authorId, repeated.GetRawText()) is { } stored)
            return stored with { Nonce = repeated };

        var entered = await mediator.Send(new EnterChannel(authorId, channelId) { Members = people }, cancellationToken);
        if (entered.Error is { } refused)
            return refused;
        Task<Message>? posted = null;
        Moderation? moderation = null;
        var stream = entered.Value.Access.Audience.StreamKey;
        using (var turn = entered.Value)
        {
            if (body is { EnforceNonce: true, Nonce: { } nonce } && nonces.Find(channelId, authorId, nonce.GetRawText()) is { } first)
            {
                posted = first;
            }
            else if (start is not null)
            {
                var plan = await start(turn.Access);
                if ((plan.Error ?? Refuse(plan.Value.Access, authorId, body, named)) is { } reason)
                    return reason;
                moderation = Moderate(plan.Value.Access, authorId, body, forwarded, named);
                if (moderation is not { Blocks: true })
                {
                    posted = Queue(plan.Value.Access, authorId, body, answered, forwarded, named, users, plan.Value);
                    // The guild changes with it: nobody decides there before that is durable.
                    await posted;
                }
            }
            else
            {
                if (Refuse(turn.Access, authorId, body, named) is { } reason)
                    return reason;
                moderation = Moderate(turn.Access, authorId, body, forwarded, named);
                if (moderation is not { Blocks: true })
                {
                    var ready = await turn.ReadyAsync(named.Permit(body.AllowedMentions, turn.Access).Users);
                    if (ready.Error is { } full)
                        return full;
                    posted = Queue(ready.Value, authorId, body, answered, forwarded, named, users);
                }
            }
        }

        var message = posted is null ? null : await posted;
        if (moderation is not null)
            await mediator.Send(new ActOnModeration(moderation, message?.Id), cancellationToken);
        if (message is null)
            return moderation!.Error;
        await dispatcher.WaitForRoomAsync(stream, cancellationToken);
        return message;
    }

    // A rule reads all that the message says: a poll's words and a forwarded text too.
    private static Moderation? Moderate(ChannelAccess access, Snowflake authorId, MessageBody body, Forwarded? forwarded, Mentions named)
    {
        var text = body.Content ?? "";
        if (body.Poll is { } poll)
            text = string.Join('\n', [text, poll.Question, .. poll.Answers.Select(answer => answer.Text)]);
        if (forwarded is not null)
            text = string.Join('\n', text, forwarded.Snapshot.Content);
        return access.Home.Moderate(authorId, text, named.Users.Count + named.Roles.Count);
    }

    private ApiError? Refuse(ChannelAccess access, Snowflake authorId, MessageBody body, Mentions named)
    {
        if (!access.Type.TakesMessages())
            return ApiError.NonTextChannel;
        if (access.Thread is { Locked: true } && !access.Has(Permissions.ManageThreads))
            return ApiError.ThreadLocked;
        if (!access.Has(Permissions.SendMessages))
            return ApiError.MissingPermissions;
        if (!access.Verified)
            return ApiError.VerificationLevel;
        if (access.Unreachable is { } unreachable)
            return unreachable;
        if (body.IsEmpty)
            return ApiError.EmptyMessage;
        if (body.Embeds is { Count: > 0 } && !access.Has(Permissions.EmbedLinks) || body.Tts && !access.Has(Permissions.SendTtsMessages) && access.GuildId is not null)
            return ApiError.MissingPermissions;
        if (body.Poll is not null && !access.Has(Permissions.SendPolls))
            return ApiError.MissingPermissions;
        if (body.Poll is { } poll && poll.EmojiGuilds.Any(guild => guild != access.GuildId) && !access.Has(Permissions.UseExternalEmojis))
            return ApiError.CannotUsePollEmoji;
        if (body.Stickers.Any(sticker => sticker.GuildId != access.GuildId) && !access.Has(Permissions.UseExternalStickers))
            return ApiError.StickerForbidden;
        if (body.Kept is [var unknown, ..])
            return AttachmentForm.Unknown(unknown);
        if (body.Added.Count > 0 && !access.Has(Permissions.AttachFiles))
            return ApiError.MissingPermissions;
        if (body.Flags?.HasFlag(MessageFlags.IsVoiceMessage) == true)
        {
            if (!access.Has(Permissions.SendVoiceMessages))
                return ApiError.VoiceMessageForbidden;
            if (AttachmentForm.CheckVoiceMessage(body.Added, !body.HasFilesOnly) is { } faulty)
                return faulty;
        }

        var wait = slowmode.WaitFor(access.ChannelId, authorId, access.SlowmodeSeconds) ?? (named.Everyone && named.Permit(body.AllowedMentions, access).Everyone ? everyone.WaitFor(access) : null);
        return wait is { } seconds ? ApiError.Slowmode(seconds) : null;
    }

    // On the lane: takes the id, builds the message, queues the commit. Nothing here waits.
    private Task<Message> Queue(ChannelAccess access, Snowflake authorId, MessageBody body, StoredMessage? answered, Forwarded? forwarded, Mentions named, IReadOnlyDictionary<Snowflake, User> users, ThreadPlan? opened = null)
    {
        // A reply pings the answered author by its own switch, whatever the text's mentions are allowed.
        var pinged = answered is not null && (body.AllowedMentions?.RepliedUser ?? true) ? answered.AuthorId : (Snowflake?)null;
        var mentions = named.Permit(body.AllowedMentions, access);
        mentions = mentions with { Users = [.. mentions.Users.Where(users.ContainsKey)] };
        if (pinged is { } target && named.Users.Contains(target) && !mentions.Users.Contains(target))
            mentions = mentions with { Users = [.. mentions.Users, target] };
        else if (pinged is null && body.AllowedMentions is { RepliedUser: false } && answered is not null && !(body.Content ?? "").Contains(answered.AuthorId.ToString(), StringComparison.Ordinal))
            mentions = mentions with { Users = [.. mentions.Users.Where(id => id != answered.AuthorId)] };

        NewAttachment[] added = body.Added.Count == 0 ? [] : [.. body.Added.Select(attachment => attachment with { Stored = attachment.Stored with { Id = ids.Next() } })];
        var stored = new StoredMessage
        {
            ChannelId = access.ChannelId,
            Id = opened?.Thread.Id ?? ids.Next(),
            AuthorId = authorId,
            Type = answered is null ? MessageType.Default : MessageType.Reply,
            Flags = (body.Flags ?? MessageFlags.None) | (forwarded is null ? MessageFlags.None : MessageFlags.HasSnapshot),
            Content = body.Content ?? "",
            Nonce = body.Nonce?.GetRawText(),
            ReferenceId = answered?.Id ?? forwarded?.Message.Id,
            Extras = ExtrasOf(body, mentions, Array.ConvertAll(added, attachment => attachment.Stored), body.Poll is null && forwarded is null ? null : new MessageExtras
            {
                Poll = body.Poll?.Open(clock.GetUtcNow()),
                Snapshot = forwarded?.Snapshot,
                Reference = forwarded is null ? null : new StoredReference(MessageReference.Forward, forwarded.Access.ChannelId, forwarded.Access.GuildId),
            }),
        };
        var message = wire.Show(access, stored, users, null);
        if (answered is not null)
            message = message with { ReferencedMessage = new Referenced(wire.Show(access, answered, users, null)) };
        var unit = opened is null ? new WriteUnit() : Start(new WriteUnit(), opened);
        foreach (var attachment in added)
            attachments.Keep(unit, stored.ChannelId, stored.Id, attachment.Stored.Id, attachment.Stored.Filename, attachment.File);
        if (forwarded is { Message: { Extras.HasFiles: true } source })
            attachments.Share(unit, source.Id, stored.Id);
        var posted = CommitAsync(access, stored, message, unit);
        if (mentions.Everyone)
            everyone.Note(access);
        slowmode.Note(access.ChannelId, authorId, access.SlowmodeSeconds);
        if (body is { EnforceNonce: true, Nonce: { } nonce })
            nonces.Remember(access.ChannelId, authorId, nonce.GetRawText(), posted);
        return posted;
    }

    /// <summary>Adds the start of a thread to a unit. Commit it on the turn on which the thread was planned.</summary>
    public static WriteUnit Start(WriteUnit unit, ThreadPlan plan)
    {
        foreach (var e in plan.Events)
            unit.Publish(e, plan.Access.View);
        return unit.Then(plan.Apply);
    }

    /// <summary>Queues a message's commit and, once it is durable, returns it. Call on the lane; await outside.</summary>
    /// <param name="unit">What commits together with it.</param>
    public async Task<Message> CommitAsync(ChannelAccess access, StoredMessage stored, Message message, WriteUnit? unit = null)
    {
        unit = MentionStore.Insert(MessageStore.Insert(unit ?? new WriteUnit(), stored), stored, access).Publish(new MessageCreated(wire.ForGateway(access, message), access.Audience), access.View);
        if (!message.Author.IsBot)
            unit.Then(() => own.Note(stored.AuthorId, stored.ChannelId, stored.Id));
        if (stored.Extras?.Poll is { } poll)
        {
            var open = new OpenPoll(stored.Id, stored.ChannelId, poll.Expiry);
            PollStore.Open(unit, open).Then(() => polls.Add(open));
        }

        var durable = database.CommitAsync(unit);
        // An id may have been taken before the turn: what the platform says of a call.
        if (access.Home.LastMessageId is not { } last || last < stored.Id)
            access.Home.LastMessageId = stored.Id;
        try
        {
            await durable;
            return message;
        }
        catch
        {
            if (stored.Nonce is not null)
                nonces.Forget(stored.ChannelId, stored.AuthorId, stored.Nonce);
            throw;
        }
    }

    /// <param name="others">What a message has beside what its body says.</param>
    public static MessageExtras? ExtrasOf(MessageBody body, Mentions mentions, IReadOnlyList<StoredAttachment> attachments, MessageExtras? others = null)
    {
        var extras = (others ?? new MessageExtras()) with
        {
            Mentions = mentions.Users.Count > 0 ? mentions.Users : null,
            MentionRoles = mentions.Roles.Count > 0 ? mentions.Roles : null,
            MentionEveryone = mentions.Everyone ? true : null,
            Tts = body.Tts ? true : null,
            Embeds = body.Embeds is { Count: > 0 } ? body.Embeds : null,
            Components = body.Components is { Count: > 0 } ? body.Components : null,
            StickerItems = body.Stickers.Count > 0 ? [.. body.Stickers.Select(sticker => sticker.Item)] : null,
            Attachments = attachments.Count > 0 ? AttachmentWire.Mark(attachments, (body.Embeds ?? []).Concat(body.Components ?? [])) : null,
        };
        return extras.IsEmpty ? null : extras;
    }

    private async ValueTask<Message?> FindStoredAsync(Snowflake channelId, Snowflake authorId, string nonce)
    {
        var access = await mediator.Send(new GetChannelAccess(authorId, channelId));
        if (access.Error is not null || await store.FindNonceAsync(channelId, authorId, nonce, Snowflake.FirstAt(clock.GetUtcNow() - Nonces.Window)) is not { } id)
            return null;
        return await store.FindAsync(channelId, id) is { } stored ? await wire.WriteAsync(access.Value, stored, authorId) : null;
    }
}
