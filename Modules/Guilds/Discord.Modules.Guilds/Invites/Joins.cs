using Discord.BuildingBlocks.Storage;
using Discord.Modules.Guilds.Contracts;
using Discord.Modules.Guilds.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Onboarding;
using Discord.Modules.Guilds.Storage;
using Discord.Modules.Messaging.Contracts;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;

namespace Discord.Modules.Guilds.Invites;

/// <summary>How users become members: by an invite, or a bot by consent.</summary>
internal sealed class Joins(GuildHomes homes, GuildStore store, Database database, IMediator mediator) : IRequestHandler<InviteExists, bool>, IRequestHandler<AcceptInviteFor, Result<Invite>>
{
    /// <summary>Source: Discord docs, JSON error 30001.</summary>
    private const int MaxGuildsOfUser = 100;

    /// <summary>The invite as everybody may see it.</summary>
    public async ValueTask<Invite?> FindAsync(string code, bool withCounts)
    {
        if (await store.FindInviteAsync(code) is not { } invite || !invite.IsValid(homes.Now) || await homes.FindAsync(invite.GuildId) is not { State: { } state } home)
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
            Inviter = await mediator.Send(new GetUser(invite.InviterId)),
            ExpiresAt = invite.ExpiresAt,
            Uses = detailed ? invite.Uses : null,
            MaxUses = detailed ? invite.MaxUses : null,
            MaxAge = detailed ? invite.MaxAge : null,
            Temporary = detailed ? invite.Temporary : null,
            CreatedAt = detailed ? invite.CreatedAt : null,
        };
    }

    /// <summary>Those of a guild's invites that are still good, with the counters that managers see.</summary>
    public async ValueTask<IReadOnlyList<Invite>> WriteValidAsync(IEnumerable<StoredInvite> invites, GuildHome home, GuildState state)
    {
        var written = new List<Invite>();
        foreach (var invite in invites.Where(invite => invite.IsValid(homes.Now)))
            written.Add(await WriteAsync(invite, home, state, detailed: true));
        return written;
    }

    public async Task<bool> Handle(InviteExists request, CancellationToken cancellationToken) => await FindAsync(request.Code, withCounts: false) is not null;

    public async Task<Result<Invite>> Handle(AcceptInviteFor request, CancellationToken cancellationToken)
    {
        if (await store.FindInviteAsync(request.Code) is not { } found || await homes.EnterAsSystemAsync(found.GuildId, cancellationToken) is not { } entered)
            return ApiError.UnknownInvite;
        using var turn = entered.Turn;
        var (home, state, _) = entered;
        // Again, on the lane: its last use may have been taken meanwhile.
        if (await store.FindInviteAsync(request.Code) is not { } invite || !invite.IsValid(homes.Now))
            return ApiError.UnknownInvite;
        if (await home.Members.ContainsAsync(request.UserId))
            return await WriteAsync(invite, home, state, detailed: false) with { NewMember = false };
        if (await store.FindBanAsync(invite.GuildId, request.UserId) is not null)
            return ApiError.UserBanned;
        if (home.Members.Count >= state.Settings.MaxMembers)
            return ApiError.MaximumMembers;
        if ((await homes.GuildsOfAsync(request.UserId)).Ids.Count >= MaxGuildsOfUser)
            return ApiError.MaximumGuilds;

        var used = invite with { Uses = invite.Uses + 1 };
        var unit = new WriteUnit();
        if (invite.MaxUses > 0 && used.Uses >= invite.MaxUses)
            GuildStore.DeleteInvite(unit, invite.Code).Publish(new InviteDeleted(invite.GuildId, invite.ChannelId, invite.Code), state);
        else
            GuildStore.Save(unit, used);
        await AddAsync(home, state, request.UserId, MemberState.NoRoles, unit);
        return await WriteAsync(used, home, state, detailed: false) with { NewMember = true };
    }

    /// <summary>Adds a member on the guild's lane and greets where the guild wishes it.</summary>
    /// <param name="unit">What commits together with it.</param>
    public async Task<MemberState> AddAsync(GuildHome home, GuildState state, Snowflake userId, IReadOnlyList<Snowflake> roles, WriteUnit unit)
    {
        const int SuppressJoins = 1;
        var user = (await mediator.Send(new GetUser(userId)))!;
        var member = new MemberState(userId, null, roles, Timestamp.From(homes.Now), null, OnboardingAnswers.FirstFlags(state, user));
        if (!user.IsBot && state.Settings.Features.Contains(GuildFeatures.Screening))
            member = member.WithPending(true);
        home.Members.Add(unit, member, user).Publish(new GuildMemberAdded(state.Id, member.ToWire(user)), state);
        if (state.Settings.SystemChannelId is { } channel && (state.Settings.SystemChannelFlags & SuppressJoins) == 0)
            unit.Publish(new SystemMessageCaused(state.Id, channel, userId, MessageType.UserJoin), state);
        unit.Then(() => homes.NoteMember(userId, state.Id, isMember: true));
        await database.CommitAsync(unit);
        return member;
    }
}
