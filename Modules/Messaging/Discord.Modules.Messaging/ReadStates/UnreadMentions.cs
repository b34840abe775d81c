using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Messaging.Storage;
using Discord.Modules.Notifications.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Messaging.ReadStates;

/// <summary>Counts what mentions a user above what they have read: never stored, so that deleted messages, new roles and new settings count as they are now.</summary>
/// <remarks>Source: protocol.md 3.11. By name, by a role that one has now, by @everyone; in an unmuted direct message every message of others. ADR 0013.</remarks>
internal sealed class UnreadMentions(ReadStateStore states, MentionStore mentions, OwnReads own, Database database, IMediator mediator) : IRequestHandler<GetReadStates, IReadOnlyList<ReadState>>
{
    public async Task<IReadOnlyList<ReadState>> Handle(GetReadStates request, CancellationToken cancellationToken)
    {
        var userId = request.UserId;
        var reader = await ReaderAsync(userId);
        // What was not saved yet before what is saved: in the other order something could be missed that is saved between the two.
        var unsaved = own.Of(userId);
        var stored = await states.OfAsync(userId);
        var channels = stored.Where(state => state.Type == 0).ToDictionary(state => state.Id);
        foreach (var (id, message) in unsaved)
            channels[id] = (channels.GetValueOrDefault(id) ?? StoredReadState.None(id)).Wrote(message);

        var unread = (await mentions.UnreadByNameAsync(userId)).Concat(await mentions.UnreadByRoleAsync(userId, reader.RoleIds)).ToLookup(mention => mention.ChannelId);
        var direct = await mediator.Send(new GetDirectMessages(userId), cancellationToken);
        var found = new List<ReadState>();
        var gone = new WriteUnit();
        var isAnyGone = false;
        foreach (var id in channels.Keys.Union(unread.Select(channel => channel.Key)).Union(direct.Select(channel => channel.Id)).Order())
        {
            var access = await mediator.Send(new GetChannelAccess(userId, id), cancellationToken);
            var isStored = channels.TryGetValue(id, out var state);
            state ??= StoredReadState.None(id);
            if (access.Error is null)
            {
                var count = await CountAsync(reader, access.Value, isStored ? state : null, unread[id]);
                if (isStored || count > 0)
                    found.Add(Write(access.Value, state, count));
            }
            else if (isStored && access.Error == ApiError.UnknownChannel)
            {
                isAnyGone = true;
                ReadStateStore.Delete(gone, userId, 0, id);
            }
        }

        if (isAnyGone)
            await database.CommitAsync(gone, WritePriority.Bulk);
        found.AddRange(stored.Where(state => state.Type != 0).Select(state => new ReadState { Id = state.Id, ReadStateType = state.Type, LastAckedId = state.LastId, BadgeCount = 0 }));
        return found;
    }

    /// <summary>Mentions in one channel above a message.</summary>
    public async ValueTask<int> CountAsync(Snowflake userId, ChannelAccess access, Snowflake above)
    {
        var reader = await ReaderAsync(userId);
        return await CountAsync(reader, access, StoredReadState.None(access.ChannelId).ReadTo(above), await mentions.InChannelAsync(userId, reader.RoleIds, access.ChannelId, above));
    }

    /// <summary>What decides which mentions are a user's.</summary>
    public async ValueTask<Reader> ReaderAsync(Snowflake userId)
    {
        var memberships = await mediator.Send(new GetMembershipsOf(userId));
        var settings = await mediator.Send(new GetNotificationSettings(userId));
        return new Reader(userId, memberships, settings.ToDictionary(guild => guild.GuildId ?? default), await mediator.Send(new GetBlocked(userId)));
    }

    private async ValueTask<int> CountAsync(Reader reader, ChannelAccess access, StoredReadState? state, IEnumerable<StoredMention> unread)
    {
        var from = state?.CountedFrom ?? default;
        var settings = reader.Settings.GetValueOrDefault(access.GuildId ?? default);
        int count;
        if (access.GuildId is null && settings?.IsMuted(access.ChannelId) != true)
        {
            count = access.Home.LastMessageId is { } last && last > from
                ? (await mentions.AuthorsAsync(access.ChannelId, from)).Where(author => reader.Counts(author.AuthorId)).Sum(author => author.Count)
                : 0;
        }
        else
        {
            // What was said before somebody came was not said to them.
            var since = state is null && access.Member is { } member ? Snowflake.FirstAt(member.JoinedAt.Time) : default;
            count = unread.Where(mention => mention.MessageId > from && mention.MessageId >= since && reader.Counts(mention.AuthorId) && !IsSuppressed(mention)).Select(mention => mention.MessageId).Distinct().Count();
        }

        return Math.Min(count, MentionStore.MaxRemembered) + (state?.MentionCount ?? 0);

        bool IsSuppressed(StoredMention mention) => settings is not null && mention.RoleId is { } role && (role == access.GuildId ? settings.SuppressEveryone : settings.SuppressRoles);
    }

    private static ReadState Write(ChannelAccess access, StoredReadState state, int count) => new()
    {
        Id = state.Id,
        LastMessageId = state.LastId,
        MentionCount = count,
        LastPinTimestamp = state.PinsAt,
        Flags = state.Flags ?? DefaultFlags(access),
        LastViewed = state.LastViewed,
    };

    private static int DefaultFlags(ChannelAccess access)
    {
        const int GuildChannel = 1, Thread = 2;
        return access.GuildId is null ? 0 : access.Type is ChannelType.AnnouncementThread or ChannelType.PublicThread or ChannelType.PrivateThread ? Thread : GuildChannel;
    }
}

/// <summary>Whose mentions are counted, and what they are and want at the moment.</summary>
/// <param name="Settings">By guild; direct messages under 0.</param>
internal sealed record Reader(Snowflake UserId, IReadOnlyList<Membership> Memberships, IReadOnlyDictionary<Snowflake, GuildNotificationSettings> Settings, IReadOnlySet<Snowflake> Blocked)
{
    /// <summary>The roles in all guilds, @everyone of each among them.</summary>
    public IReadOnlyList<Snowflake> RoleIds { get; } = [.. Memberships.SelectMany(membership => membership.Roles.Prepend(membership.Guild.Id))];

    /// <summary>Neither the user's own messages count nor those of whom they blocked.</summary>
    public bool Counts(Snowflake authorId) => authorId != UserId && !Blocked.Contains(authorId);
}
