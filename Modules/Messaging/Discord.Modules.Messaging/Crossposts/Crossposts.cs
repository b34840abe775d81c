using System.Text.Json;
using Discord.BuildingBlocks;
using Discord.BuildingBlocks.Files;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Messages;
using Discord.Modules.Messaging.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Messaging.Crossposts;

/// <summary>Takes crossposted messages to the channels that follow, and follows their edits and their deletion.</summary>
/// <remarks>Source: Discord docs, Resources, Message, flags IS_CROSSPOST and SOURCE_MESSAGE_DELETED. Each step can be repeated: what a copy is, is decided by the message as it is then.</remarks>
internal sealed class Crossposts(MessageStore store, FollowerStore followers, MessageWire wire, MessagePosting posting, IAttachments attachments, Database database, SnowflakeGenerator ids, IMediator mediator) : IOutboxConsumer
{
    private const string Deleted = "[Original Message Deleted]";

    public string Consumer => "crossposts";

    public bool Wants(string eventName) => eventName is CrosspostChanged.EventName or ChannelsPurged.EventName;

    public async ValueTask HandleAsync(OutboxRecord record, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(record.Data);
        var data = document.RootElement;
        if (record.Name == ChannelsPurged.EventName)
        {
            var unit = new WriteUnit();
            foreach (var channel in data.GetProperty("channel_ids").EnumerateArray())
                FollowerStore.DeleteChannel(unit, Id(channel));
            await database.CommitAsync(unit, WritePriority.Bulk);
            return;
        }

        var (sourceId, messageId) = (Id(data.GetProperty("channel_id")), Id(data.GetProperty("message_id")));
        IGuildView? guild;
        using (var turn = await mediator.Send(new EnterChannelAsSystem(sourceId), cancellationToken))
            guild = turn?.Access.View;
        var source = guild is null ? null : await store.FindAsync(sourceId, messageId);
        var copies = await followers.CopiesAsync(messageId);
        foreach (var (target, copy) in copies)
            await ChangeAsync(target, copy, source, guild, cancellationToken);
        // Who came to follow later has nothing of it: only the crosspost itself makes copies.
        if (source is null || !data.GetProperty("is_new").GetBoolean() || await mediator.Send(new GetGuildIdentity(guild!.Id), cancellationToken) is not { } identity)
            return;
        var author = new WebhookAuthor($"{identity.Name} #{ChannelNames.Of(guild, sourceId)}", identity.Icon);
        foreach (var follower in (await followers.OfSourceAsync(sourceId)).Where(follower => !copies.ContainsKey(follower.TargetId)))
            await PostAsync(follower, source, guild, author, cancellationToken);
    }

    private async ValueTask PostAsync(Follower follower, StoredMessage source, IGuildView guild, WebhookAuthor author, CancellationToken cancellationToken)
    {
        if (await mediator.Send(new EnterChannelAsSystem(follower.TargetId), cancellationToken) is not { } turn)
            return;
        Task posted;
        using (turn)
        {
            var copy = Follow(new StoredMessage { ChannelId = follower.TargetId, Id = ids.Next(), AuthorId = follower.Id, Content = "", ReferenceId = source.Id, Extras = new MessageExtras { Webhook = author } }, source, guild);
            posted = posting.CommitAsync(turn.Access, copy, wire.Show(turn.Access, copy, new Dictionary<Snowflake, User>(), null), Share(FollowerStore.InsertCopy(new WriteUnit(), source.Id, follower.TargetId, copy.Id), source, copy));
        }

        await posted;
    }

    private async ValueTask ChangeAsync(Snowflake targetId, Snowflake copyId, StoredMessage? source, IGuildView? guild, CancellationToken cancellationToken)
    {
        using var turn = await mediator.Send(new EnterChannelAsSystem(targetId), cancellationToken);
        if (turn is null || await store.FindAsync(targetId, copyId) is not { } copy)
            return;
        var changed = source is not null
            ? Follow(copy, source, guild!)
            : copy with { Content = Deleted, Flags = copy.Flags | MessageFlags.SourceMessageDeleted, Extras = new MessageExtras { Webhook = copy.Extras?.Webhook, Reference = copy.Extras?.Reference } };
        var message = await wire.WriteAsync(turn.Access, changed, default);
        var unit = copy.Extras is { HasFiles: true } ? attachments.ReleaseAll(new WriteUnit(), [copy.Id]) : new WriteUnit();
        await database.CommitAsync(MessageStore.Update(source is null ? unit : Share(unit, source, copy), changed).Publish(new MessageUpdated(await wire.ForGatewayAsync(turn.Access, message), turn.Access.Audience), turn.Access.View));
    }

    // Its files are read where they were first attached.
    private WriteUnit Share(WriteUnit unit, StoredMessage source, StoredMessage copy) => source.Extras is { HasFiles: true } ? attachments.Share(unit, source.Id, copy.Id) : unit;

    // Whom it mentions at home is nobody's business elsewhere.
    private static StoredMessage Follow(StoredMessage copy, StoredMessage source, IGuildView guild) => copy with
    {
        Content = source.Content,
        EditedAt = source.EditedAt,
        Flags = (source.Flags & ~MessageFlags.Crossposted) | MessageFlags.IsCrosspost,
        Extras = (source.Extras ?? new MessageExtras()) with
        {
            Mentions = null,
            MentionRoles = null,
            MentionEveryone = null,
            Tts = null,
            Webhook = copy.Extras?.Webhook,
            Reference = new StoredReference(MessageReference.Reply, source.ChannelId, guild.Id),
            MentionChannels = ChannelNames.MentionedIn(guild, source.Content),
            Attachments = source.Extras?.Attachments?.Select(file => file with { ChannelId = file.ChannelId ?? source.ChannelId }).ToList(),
        },
    };

    private static Snowflake Id(JsonElement value) => Snowflake.TryParse(value.GetString(), out var id) ? id : default;
}
