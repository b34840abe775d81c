using Discord.BuildingBlocks;
using Discord.Modules.Guilds.AuditLog;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Threads;

/// <summary>Plans a new thread. Messaging asks, stores what is said first, and publishes the plan's events in the same commit.</summary>
/// <remarks>Source: Discord docs, Resources, Channel, "Start Thread from Message", "Start Thread without Message", "Start Thread in Forum or Media Channel".</remarks>
internal sealed class PlanThreadHandler(GuildHomes homes, ThreadStore store, Enforcement rules, SnowflakeGenerator ids, IMediator mediator) : IRequestHandler<PlanThread, Result<ThreadPlan>>
{
    /// <summary>Minutes, where neither the request nor the channel says.</summary>
    private const int DefaultAutoArchive = 1440;

    public async Task<Result<ThreadPlan>> Handle(PlanThread request, CancellationToken cancellationToken)
    {
        var (access, userId, wanted, reason) = request;
        if (access.GuildId is not { } guildId || await homes.FindAsync(guildId) is not { State: { } state } home || !state.Channels.TryGetValue(access.ChannelId, out var parent))
            return ApiError.ChannelType;
        var type = wanted.Type ?? TypeOf(parent.Type, wanted.MessageId is not null);
        if (Refuse(state, parent, access, type, wanted) is { } refused)
            return refused;
        if (wanted.MessageId is { } started && (state.Threads.ContainsKey(started) || await store.FindAsync(started) is not null))
            return ApiError.ThreadExists;
        if (await rules.RefuseTitleAsync(home, state, parent.Id, userId, wanted.Name) is { } blocked)
            return blocked;

        var now = Timestamp.From(homes.Now);
        var thread = new ThreadChannel
        {
            Id = wanted.MessageId ?? ids.Next(),
            Type = type,
            GuildId = guildId,
            ParentId = parent.Id,
            OwnerId = userId,
            Name = wanted.Name,
            RateLimitPerUser = wanted.RateLimitPerUser ?? parent.DefaultThreadRateLimitPerUser ?? 0,
            MemberCount = 1,
            AppliedTags = parent.Type.IsForum() ? wanted.AppliedTags : null,
            ThreadMetadata = new ThreadMetadata(false, now, wanted.AutoArchiveDuration ?? parent.DefaultAutoArchiveDuration ?? DefaultAutoArchive, false)
            {
                CreateTimestamp = now,
                Invitable = type == ChannelType.PrivateThread ? wanted.Invitable ?? true : null,
            },
        };
        var member = (await home.Members.FindAsync(userId))!;
        var opened = new GuildThread(thread, ThreadMembers.None.With(userId, now));
        var next = state.WithThread(opened);
        var own = opened.MemberOf(userId)!;
        var joined = own with { Member = member.ToWire(await mediator.Send(new GetUser(userId), cancellationToken)) };
        GatewayEvent[] events =
        [
            new ThreadStarted(thread with { Member = own }, opened.Audience),
            new ThreadMemberUpdated(guildId, own),
            new ThreadMembersUpdated(thread.Id, guildId, 1, [joined], [], opened.Audience),
            new GuildAuditLogEntryCreated(guildId, AuditTrail.Entry(ids.Next(), userId, AuditLogEvent.ThreadCreate, thread.Id, reason, ThreadAudit.Changes(null, thread))),
        ];
        // Who may post in a forum may say the first word there, whatever they may do in its threads.
        var permissions = parent.Type.IsForum() ? access.Permissions : homes.Final(next, opened, member) & (access.Permissions | ~MfaGate.Guarded);
        return new ThreadPlan(thread with { Member = own }, homes.Access(home, next, opened, permissions) with { Member = access.Member, Verified = access.Verified, SlowmodeSeconds = 0 }, events, () =>
        {
            home.State = next;
            homes.NoteChannel(thread.Id, guildId);
        });
    }

    // Without a message and without a type it is private, as it was when types could not be given.
    private static ChannelType TypeOf(ChannelType parent, bool ofMessage) => parent switch
    {
        ChannelType.GuildAnnouncement => ChannelType.AnnouncementThread,
        ChannelType.GuildText when !ofMessage => ChannelType.PrivateThread,
        _ => ChannelType.PublicThread,
    };

    private static ApiError? Refuse(GuildState state, Channel parent, ChannelAccess access, ChannelType type, WantedThread wanted)
    {
        var fits = parent.Type switch
        {
            ChannelType.GuildText => type is ChannelType.PublicThread or ChannelType.PrivateThread,
            ChannelType.GuildAnnouncement => type == ChannelType.AnnouncementThread,
            ChannelType.GuildForum or ChannelType.GuildMedia => type == ChannelType.PublicThread && wanted.MessageId is null,
            _ => false,
        };
        if (!fits)
            return ApiError.ChannelType;
        var needed = parent.Type.IsForum() ? Permissions.SendMessages : type == ChannelType.PrivateThread ? Permissions.CreatePrivateThreads : Permissions.CreatePublicThreads;
        if (!access.Has(needed))
            return ApiError.MissingPermissions;
        if (!access.Verified)
            return ApiError.VerificationLevel;
        return ForumTags.Refuse(parent, [], wanted.AppliedTags, access.Has(Permissions.ManageThreads), isNew: true) ?? ThreadChanges.RefuseAnother(state, type);
    }
}

internal sealed class GetThreadsOfMessagesHandler(GuildHomes homes, ThreadStore store) : IRequestHandler<GetThreadsOfMessages, IReadOnlyDictionary<Snowflake, ThreadChannel>>
{
    public async Task<IReadOnlyDictionary<Snowflake, ThreadChannel>> Handle(GetThreadsOfMessages request, CancellationToken cancellationToken)
    {
        if (await homes.FindAsync(request.GuildId) is not { State: { } state })
            return new Dictionary<Snowflake, ThreadChannel>();
        var active = request.MessageIds.Where(state.Threads.ContainsKey).Select(id => state.WireOf(state.Threads[id])).ToList();
        var archived = await store.FindManyAsync([.. request.MessageIds.Where(id => !state.Threads.ContainsKey(id))]);
        return active.Concat(archived).ToDictionary(thread => thread.Id);
    }
}
