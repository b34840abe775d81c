using System.Text.Json.Serialization;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using MediatR;

namespace Discord.Modules.Guilds.Contracts;

/// <summary>The guilds that a user is a member of.</summary>
public sealed record GetGuildIdsOf(Snowflake UserId) : IRequest<IReadOnlyCollection<Snowflake>>;

/// <summary>The present views of the guilds that a user is a member of, with the user's roles in each.</summary>
public sealed record GetGuildViewsOf(Snowflake UserId) : IRequest<IReadOnlyList<IGuildView>>;

/// <summary>The guilds that a user is a member of, with what they are there.</summary>
public sealed record GetMembershipsOf(Snowflake UserId) : IRequest<IReadOnlyList<Membership>>;

/// <param name="Roles">Without @everyone.</param>
public sealed record Membership(IGuildView Guild, IReadOnlyList<Snowflake> Roles);

/// <summary>How a guild is called and looks, for those outside.</summary>
/// <returns>Null when there is no such guild.</returns>
public sealed record GetGuildIdentity(Snowflake GuildId) : IRequest<GuildIdentity?>;

/// <param name="Icon">The icon's hash; null: none.</param>
public sealed record GuildIdentity(string Name, string? Icon);

/// <summary>Puts a watcher into a guild's stream: the dispatcher gets it with the view of that place, and every later event after it.</summary>
/// <param name="Watcher">Makes the watcher from the roles that the user has at that place.</param>
/// <returns>False when there is no such guild or the user is no member.</returns>
public sealed record WatchGuild(Snowflake GuildId, Snowflake UserId, Func<IReadOnlyList<Snowflake>, object> Watcher) : IRequest<bool>;

/// <summary>Makes a bot a member, with a managed role when it asked for permissions. One that is a member already is granted them anew.</summary>
/// <returns>50013 when the adder lacks MANAGE_GUILD, 10004 when they are no member.</returns>
public sealed record AddBotToGuild(Snowflake GuildId, Snowflake AdderId, Snowflake ApplicationId, User Bot, Permissions Permissions, IReadOnlyList<string> Scopes) : IRequest<Result<Guild>>;

/// <summary>The guilds where a user may add bots, for the consent page.</summary>
public sealed record GetManageableGuilds(Snowflake UserId) : IRequest<IReadOnlyList<ManageableGuild>>;

public sealed record ManageableGuild(Snowflake Id, string Name, string? Icon, Permissions Permissions);

/// <summary>Members of a guild for op 8: by name prefix, by id, or a page of all.</summary>
/// <param name="Query">A prefix of user name, display name or nickname; empty = all.</param>
/// <param name="Limit">At most 100 with a prefix, 1000 for a page of all.</param>
/// <param name="UserIds">At most 100; then the query is not looked at.</param>
/// <returns>10004 for a guild that is not the caller's; members ordered by id.</returns>
public sealed record RequestMembers(Snowflake GuildId, Snowflake CallerId, string Query, int Limit, IReadOnlyList<Snowflake>? UserIds) : IRequest<Result<RequestedMembers>>
{
    /// <summary>A page of all begins behind this id.</summary>
    public Snowflake After { get; init; }

    /// <summary>Without a query: who joined last, of those who were looked at lately.</summary>
    public bool Recent { get; init; }
}

/// <summary>Members for the lists beside a guild's channels, with their users: everybody of a small guild, of a larger one who is online.</summary>
/// <param name="UserIds">Only these, as far as they are members; null: all who belong into the lists.</param>
/// <param name="WholeUpTo">A guild is small up to this many members.</param>
public sealed record GetListedMembers(Snowflake GuildId, IReadOnlyCollection<Snowflake>? UserIds, int WholeUpTo) : IRequest<IReadOnlyList<Member>>;

/// <param name="MemberCount">Of the whole guild.</param>
/// <param name="CallerPermissions">What the caller holds in the guild.</param>
public sealed record RequestedMembers(IReadOnlyList<Member> Members, IReadOnlyList<Snowflake> NotFound, int MemberCount, Permissions CallerPermissions);

/// <summary>Whether an invite code is valid now.</summary>
public sealed record InviteExists(string Code) : IRequest<bool>;

/// <summary>Joins a guild by an invite code.</summary>
/// <returns>The invite, 10006 for an unknown code, 40007 for the banned.</returns>
public sealed record AcceptInviteFor(string Code, Snowflake UserId) : IRequest<Result<Invite>>;

/// <summary>Makes users members without events: for load tests and large test guilds, while nobody is connected.</summary>
public sealed record SeedMembers(Snowflake GuildId, IReadOnlyList<Snowflake> UserIds) : IRequest<bool>;

/// <summary>In how many guilds a user is.</summary>
public sealed record CountGuildsOf(Snowflake UserId) : IRequest<int>;

/// <summary>The guilds that two users are both in, ordered by id. Answered from memory.</summary>
public sealed record GetMutualGuilds(Snowflake UserId, Snowflake OtherId) : IRequest<IReadOnlyList<MutualGuild>>;

/// <param name="Nick">The other's nickname there, or null.</param>
public sealed record MutualGuild(Snowflake Id, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Nick);

/// <summary>Whether a user owns a guild.</summary>
public sealed record OwnsGuild(Snowflake UserId) : IRequest<bool>;

/// <summary>A user has a gateway session, be it the first or another. Cheap: the store is written once a day.</summary>
public sealed record NoteConnected(Snowflake UserId) : IRequest;

/// <summary>A user's last gateway session ended for good: members by a temporary invite leave.</summary>
public sealed record NoteDisconnected(Snowflake UserId) : IRequest;

/// <summary>Gives a guild a level of boosts: for the instance's owner.</summary>
/// <param name="Tier">0 to 3.</param>
/// <returns>False when there is no such guild.</returns>
public sealed record SetPremiumTier(Snowflake GuildId, int Tier) : IRequest<bool>;

/// <summary>The voice channels of a guild that say something of themselves or have somebody in them, for op 43: those that the user can see.</summary>
/// <returns>Null for a guild that is not the user's.</returns>
public sealed record GetVoiceChannels(Snowflake GuildId, Snowflake UserId) : IRequest<IReadOnlyList<VoiceChannelInfo>?>;

/// <param name="Status">Null: it says nothing.</param>
/// <param name="Start">Since when somebody is there; null: nobody is.</param>
public sealed record VoiceChannelInfo(Snowflake Id, string? Status, Timestamp? Start);
