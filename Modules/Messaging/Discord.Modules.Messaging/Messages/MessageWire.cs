using System.Text.Json;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Attachments;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Joins to stored messages what is looked up when they are shown: users, reactions, the answered messages.</summary>
internal sealed class MessageWire(MessageStore store, PollStore polls, AttachmentWire files, IMediator mediator)
{
    /// <summary>Messages of one channel, as <paramref name="viewer"/> sees them, in the given order.</summary>
    public async ValueTask<List<Message>> WriteAsync(ChannelAccess access, IReadOnlyList<StoredMessage> messages, Snowflake viewer)
    {
        List<Snowflake>? answered = null;
        List<Snowflake>? reacted = null;
        List<Snowflake>? rooted = null;
        var people = new HashSet<Snowflake>();
        foreach (var message in messages)
        {
            if (message is { Type: MessageType.Reply, ReferenceId: { } reference })
                (answered ??= []).Add(reference);
            if (message.HasReactions)
                (reacted ??= []).Add(message.Id);
            if (message.Flags.HasFlag(MessageFlags.HasThread))
                (rooted ??= []).Add(message.Id);
            AddPeople(people, message);
        }

        var references = new Dictionary<Snowflake, StoredMessage>();
        // What a thread was started from is in the parent, and has the thread's id.
        if (messages.Any(message => message.Type == MessageType.ThreadStarterMessage) && access.Thread is { } place && await store.FindAsync(place.ParentId, access.ChannelId) is { } root)
        {
            references[root.Id] = root;
            AddPeople(people, root);
        }

        if (answered is not null)
        {
            foreach (var message in await store.FindManyAsync(access.ChannelId, answered))
            {
                references[message.Id] = message;
                AddPeople(people, message);
                if (message.HasReactions)
                    (reacted ??= []).Add(message.Id);
            }
        }

        var users = await mediator.Send(new GetUsers(people));
        var reactions = reacted is null ? null : (await store.ReactionsAsync(reacted, viewer)).ToLookup(summary => summary.MessageId);
        var threads = rooted is null || access.GuildId is not { } guildId ? null : await mediator.Send(new GetThreadsOfMessages(guildId, rooted));
        var asked = messages.Where(message => message.Extras?.Poll is not null).Select(message => message.Id).ToList();
        var votes = asked.Count == 0 ? null : (await polls.CountAsync(asked, viewer)).ToLookup(count => count.MessageId);
        var written = new List<Message>(messages.Count);
        foreach (var message in messages)
        {
            var wire = Show(access, message, users, reactions, withNonce: false);
            if (threads?.GetValueOrDefault(message.Id) is { } thread)
                wire = wire with { Thread = thread };
            if (message is { Type: MessageType.Reply or MessageType.ThreadStarterMessage, ReferenceId: { } reference })
                wire = wire with { ReferencedMessage = references.TryGetValue(reference, out var found) ? new Referenced(Show(access, found, users, reactions)) : Referenced.Deleted };
            if (wire.Poll is { } poll)
                wire = wire with { Poll = Count(poll, votes?[message.Id] ?? []) };
            written.Add(wire);
        }

        return written;
    }

    public async ValueTask<Message> WriteAsync(ChannelAccess access, StoredMessage message, Snowflake viewer) => (await WriteAsync(access, [message], viewer))[0];

    /// <summary>The same, for what is not posted just now: whom it names may have to be read first.</summary>
    public async ValueTask<Message> ForGatewayAsync(ChannelAccess access, Message message)
    {
        await access.Home.LoadMembersAsync([message.Author.Id, .. message.Mentions.Select(user => user.Id)]);
        return ForGateway(access, message);
    }

    /// <summary>The gateway's form of a message: with the guild, the author's member and the channel's type.</summary>
    public Message ForGateway(ChannelAccess access, Message message) => files.ForEverybody(message) with
    {
        GuildId = access.GuildId,
        Member = access.GuildId is null ? null : access.Home.FindMember(message.Author.Id),
        ChannelType = access.Type,
        Mentions = access.GuildId is null || message.Mentions.Count == 0 ? message.Mentions : [.. message.Mentions.Select(user => new MentionedUser(user, access.Home.FindMember(user.Id)))],
    };

    private static Poll Count(Poll poll, IEnumerable<VoteCount> votes)
    {
        var counts = votes.ToDictionary(count => count.AnswerId);
        return poll with
        {
            Results = poll.Results with
            {
                AnswerCounts = [.. poll.Answers.Select(answer => counts.TryGetValue(answer.AnswerId, out var count) ? new PollAnswerCount(answer.AnswerId, count.Count, count.Me) : new PollAnswerCount(answer.AnswerId, 0, false))],
            },
        };
    }

    /// <summary>A message with its files; their addresses are for the answer to this request.</summary>
    /// <param name="withNonce">Only the answer to a send and its event carry the sender's nonce.</param>
    public Message Show(ChannelAccess access, StoredMessage message, IReadOnlyDictionary<Snowflake, User> users, ILookup<Snowflake, ReactionSummary>? reactions, bool withNonce = true) =>
        files.Join(Write(access, message, users, reactions, withNonce), message);

    /// <summary>The same of what has no files: what the platform says.</summary>
    /// <param name="withNonce">Only the answer to a send and its event carry the sender's nonce.</param>
    public static Message Write(ChannelAccess access, StoredMessage message, IReadOnlyDictionary<Snowflake, User> users, ILookup<Snowflake, ReactionSummary>? reactions, bool withNonce = true) => new()
    {
        Id = message.Id,
        ChannelId = message.ChannelId,
        Author = AuthorOf(message, users),
        WebhookId = message.Extras?.Webhook is null ? null : message.AuthorId,
        Content = message.Content,
        Timestamp = new Timestamp(message.Id.CreatedAt),
        EditedTimestamp = message.EditedAt,
        Type = message.Type,
        Flags = message.Flags,
        Pinned = message.PinnedAt is not null,
        Nonce = message.Nonce is null || !withNonce ? null : JsonDocument.Parse(message.Nonce).RootElement,
        Tts = message.Extras?.Tts ?? false,
        MentionEveryone = message.Extras?.MentionEveryone ?? false,
        Mentions = message.Extras?.Mentions is { } mentioned ? [.. mentioned.Where(users.ContainsKey).Select(id => new MentionedUser(users[id]))] : [],
        MentionRoles = message.Extras?.MentionRoles ?? [],
        Embeds = message.Extras?.Embeds ?? [],
        Components = message.Extras?.Components ?? [],
        StickerItems = message.Extras?.StickerItems,
        MessageReference = message switch
        {
            { Extras.Reference: { } elsewhere } => new MessageReference(elsewhere.Type, elsewhere.ChannelId, message.ReferenceId, elsewhere.GuildId),
            { ReferenceId: { } reference } => new MessageReference(MessageReference.Reply, message.ChannelId, reference, access.GuildId),
            _ => null,
        },
        Poll = message.Extras?.Poll is { } poll ? Count(poll, []) : null,
        MessageSnapshots = message.Extras?.Snapshot is { } snapshot ? [Snapshot(Write(access, snapshot, users, null))] : null,
        MentionChannels = message.Extras?.MentionChannels,
        Call = message.Extras?.Call,
        Reactions = reactions?[message.Id] is { } counts && counts.Any()
            ? [.. counts.Select(count => new ReactionCount { Emoji = Emojis.OfKey(count.Emoji), Count = count.Count, Me = count.Me })]
            : null,
    };

    private static User AuthorOf(StoredMessage message, IReadOnlyDictionary<Snowflake, User> users) => message.Extras?.Webhook is { } webhook
        ? new User { Id = message.AuthorId, Username = webhook.Name, Avatar = webhook.Avatar, Discriminator = "0000", Bot = true }
        : users.GetValueOrDefault(message.AuthorId) ?? User.Deleted(message.AuthorId);

    private static MessageSnapshot Snapshot(Message message) => new(new SnapshotMessage
    {
        Type = message.Type,
        Content = message.Content,
        Mentions = message.Mentions,
        MentionRoles = message.MentionRoles,
        Attachments = message.Attachments,
        Embeds = message.Embeds,
        Timestamp = message.Timestamp,
        EditedTimestamp = message.EditedTimestamp,
        Flags = message.Flags,
        Components = message.Components,
    });

    private static void AddPeople(HashSet<Snowflake> people, StoredMessage message)
    {
        people.Add(message.AuthorId);
        if (message.Extras?.Mentions is { } mentions)
            people.UnionWith(mentions);
        if (message.Extras?.Snapshot?.Extras?.Mentions is { } forwarded)
            people.UnionWith(forwarded);
    }
}
