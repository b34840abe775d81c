using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.AutoModeration;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.Onboarding;
using Discord.Modules.Guilds.Stages;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Integrations.Contracts;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Modules.Voice.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Invites;

/// <summary>How users become members: by an invite, by an application that they trusted with it, or a bot by consent.</summary>
internal sealed class Joins(GuildHomes homes, GuildStore store, InviteStore invites, Activity activity, ProfileGuard guard, Database database, IMediator mediator)
    : IRequestHandler<InviteExists, bool>, IRequestHandler<AcceptInviteFor, Result<Invite>>
{
    /// <summary>Source: Discord docs, JSON error 30001.</summary>
    private const int MaxGuildsOfUser = 100;

    /// <summary>The invite as everybody may see it.</summary>
    public async ValueTask<Invite?> FindAsync(string code, bool withCounts)
    {
        if (await LookUpAsync(code) is not { } invite || !invite.IsValid(homes.Now) || await homes.FindAsync(invite.GuildId) is not { State: { } state } home)
            return null;
        var wire = await WriteAsync(invite, home, state, detailed: false);
        return !withCounts ? wire : wire with
        {
            ApproximateMemberCount = home.Members.Count,
            ApproximatePresenceCount = await mediator.Send(new CountOnline(state.Id)),
        };
    }

    /// <param name="detailed">With the counters that managers see.</param>
    public async ValueTask<Invite> WriteAsync(StoredInvite invite, GuildHome home, GuildState state, bool detailed)
    {
        var settings = state.Settings;
        var channel = state.Channels.GetValueOrDefault(invite.ChannelId);
        return new Invite
        {
            Code = invite.Code,
            GuildId = invite.GuildId,
            Guild = new InviteGuild
            {
                Id = settings.Id,
                Name = settings.Name,
                Icon = settings.Icon,
                Banner = settings.Banner,
                Splash = settings.Splash,
                Description = settings.Description,
                Features = settings.Features,
                VerificationLevel = settings.VerificationLevel,
                VanityUrlCode = settings.VanityUrlCode,
                NsfwLevel = settings.NsfwLevel,
                Nsfw = settings.Nsfw,
                PremiumSubscriptionCount = settings.PremiumSubscriptionCount,
            },
            Channel = new InviteChannel(invite.ChannelId, channel?.Name, (int)(channel?.Type ?? ChannelType.GuildText)),
            Inviter = invite.InviterId is { } inviter ? await mediator.Send(new GetUser(inviter)) : null,
            TargetType = invite.TargetType,
            TargetUser = invite.TargetUserId is { } user ? await mediator.Send(new GetUser(user)) : null,
            TargetApplication = invite.TargetApplicationId is { } application ? await mediator.Send(new GetPublicApplication(application)) : null,
            ExpiresAt = invite.ExpiresAt,
            Uses = detailed ? invite.Uses : null,
            MaxUses = detailed ? invite.MaxUses : null,
            MaxAge = detailed ? invite.MaxAge : null,
            Temporary = detailed ? invite.Temporary : null,
            CreatedAt = detailed ? invite.CreatedAt : null,
            StageInstance = channel?.Type == ChannelType.GuildStageVoice ? await StageAsync(state, channel.Id) : null,
        };
    }

    // Of a public stage alone: whoever has the code sees who speaks there.
    private async ValueTask<InviteStage?> StageAsync(GuildState state, Snowflake channelId)
    {
        if (StageInstance.In(state, channelId) is not { PrivacyLevel: 1 } stage)
            return null;
        var present = (await mediator.Send(new GetVoiceStates(state.Id))).Where(voice => voice.ChannelId == channelId).ToList();
        var speakers = present.Where(voice => !voice.Suppress).Select(voice => voice.Member).OfType<Member>().ToList();
        return new InviteStage(speakers, present.Count, speakers.Count, stage.Topic);
    }

    /// <summary>Those of a guild's invites that are still good, with the counters that managers see.</summary>
    public async ValueTask<IReadOnlyList<Invite>> WriteValidAsync(IEnumerable<StoredInvite> stored, GuildHome home, GuildState state)
    {
        var written = new List<Invite>();
        foreach (var invite in stored.Where(invite => invite.IsValid(homes.Now)))
            written.Add(await WriteAsync(invite, home, state, detailed: true));
        return written;
    }

    public async Task<bool> Handle(InviteExists request, CancellationToken cancellationToken) => await FindAsync(request.Code, withCounts: false) is not null;

    public async Task<Result<Invite>> Handle(AcceptInviteFor request, CancellationToken cancellationToken)
    {
        if (await LookUpAsync(request.Code) is not { } found || await homes.EnterAsSystemAsync(found.GuildId, cancellationToken) is not { } entered)
            return ApiError.UnknownInvite;
        using var turn = entered.Turn;
        var (home, state, _) = entered;
        // Again, on the lane: its last use may have been taken meanwhile.
        if (await LookUpAsync(request.Code) is not { } invite || !invite.IsValid(homes.Now))
            return ApiError.UnknownInvite;
        if (await home.Members.ContainsAsync(request.UserId))
            return await WriteAsync(invite, home, state, detailed: false) with { NewMember = false };
        if (state.Settings.Features.Contains(Guilds.GuildFeatures.InvitesDisabled))
            return ApiError.InvitesPaused;
        if (await RefuseAsync(home, state, request.UserId) is { } refused)
            return refused;

        var used = invite with { Uses = invite.Uses + 1 };
        var unit = new WriteUnit();
        if (invite.IsVanity)
            InviteStore.CountVanity(unit, invite.Code);
        else if (invite.MaxUses > 0 && used.Uses >= invite.MaxUses)
            InviteStore.Delete(unit, invite.Code).Publish(new InviteDeleted(invite.GuildId, invite.ChannelId, invite.Code), state);
        else
            InviteStore.Save(unit, used);
        if (invite.Temporary)
            activity.KeepWhileConnected(unit, invite.GuildId, request.UserId);
        await AddAsync(home, state, new MemberState(request.UserId, null, MemberState.NoRoles, Timestamp.From(homes.Now), null, 0), unit);
        return await WriteAsync(used, home, state, detailed: false) with { NewMember = true };
    }

    /// <summary>Why a user cannot become a member: they are banned, the guild is full, or they are in too many.</summary>
    public async ValueTask<ApiError?> RefuseAsync(GuildHome home, GuildState state, Snowflake userId)
    {
        if (await store.FindBanAsync(state.Id, userId) is not null)
            return ApiError.UserBanned;
        if (home.Members.Count >= state.Settings.MaxMembers)
            return ApiError.MaximumMembers;
        return (await homes.GuildsOfAsync(userId)).Ids.Count >= MaxGuildsOfUser ? ApiError.MaximumGuilds : null;
    }

    /// <summary>Adds a member on the guild's lane and greets where the guild wishes it.</summary>
    /// <param name="unit">What commits together with it.</param>
    public async Task<Member> AddAsync(GuildHome home, GuildState state, MemberState member, WriteUnit unit)
    {
        const int SuppressJoins = 1;
        var user = (await mediator.Send(new GetUser(member.UserId)))!;
        member = member with { Flags = member.Flags | OnboardingAnswers.FirstFlags(state, user) };
        if (!user.IsBot && state.Settings.Features.Contains(GuildFeatures.Screening))
            member = member.WithPending(true);
        member = guard.Check(state, member, user, unit);
        var wire = member.ToWire(user);
        home.Members.Add(unit, member, user).Publish(new GuildMemberAdded(state.Id, wire), state);
        if (state.Settings.SystemChannelId is { } channel && (state.Settings.SystemChannelFlags & SuppressJoins) == 0)
            unit.Publish(new SystemMessageCaused(state.Id, channel, member.UserId, MessageType.UserJoin), state);
        unit.Then(() => homes.NoteMember(member.UserId, state.Id, isMember: true));
        await database.CommitAsync(unit);
        return wire;
    }

    // A guild's own code leads to the first channel that everybody sees, and never ends.
    private async ValueTask<StoredInvite?> LookUpAsync(string code)
    {
        if (await invites.FindAsync(code) is { } invite)
            return invite;
        if (await invites.FindVanityAsync(code) is not { } vanity || await homes.FindAsync(vanity.GuildId) is not { State: { } state })
            return null;
        var entrance = state.Channels.Values.Where(channel => channel.Type != ChannelType.GuildCategory).OrderBy(channel => !state.InChannel(channel.Id, default, []).Has(Permissions.ViewChannel))
            .ThenBy(channel => channel.Type.IsVoice()).ThenBy(channel => channel.Position).ThenBy(channel => channel.Id.Value).FirstOrDefault();
        return new StoredInvite(vanity.Code, vanity.GuildId, entrance?.Id ?? vanity.GuildId, null, new Timestamp(vanity.GuildId.CreatedAt), 0, 0, vanity.Uses, false);
    }
}
