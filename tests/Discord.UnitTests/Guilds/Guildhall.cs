using System.Collections.Immutable;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;

namespace Discord.UnitTests.Guilds;

/// <summary>Makes guilds in memory, without a store.</summary>
internal static class Guildhall
{
    public static readonly Snowflake GuildId = new(1_000);
    public static readonly Snowflake Owner = new(7);
    public static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A guild so small that no store is ever asked.</summary>
    public static GuildHome Home() => new(null!, null!, GuildId, membersInMemory: 1000);

    public static GuildState Guild(Permissions everyone, params Role[] roles) => Guild(Home(), everyone, roles);

    public static GuildState Guild(GuildHome home, Permissions everyone, params Role[] roles)
    {
        var settings = new Guild { Id = GuildId, Name = "hall", OwnerId = Owner };
        Role[] all = [new() { Id = GuildId, Name = "@everyone", Permissions = everyone }, .. roles];
        var state = new GuildState(home, settings, all.ToImmutableDictionary(role => role.Id), ImmutableDictionary<Snowflake, Channel>.Empty, GuildObjects.None);
        home.State = state;
        return state;
    }

    public static Role Role(ulong id, int position, Permissions permissions = Permissions.None) =>
        new() { Id = new Snowflake(id), Name = $"role {id}", Position = position, Permissions = permissions };

    public static Channel Channel(ulong id, ChannelType type, params Overwrite[] overwrites) =>
        new() { Id = new Snowflake(id), GuildId = GuildId, Type = type, Name = $"channel {id}", PermissionOverwrites = overwrites };

    /// <summary>A thread with those who are in it.</summary>
    public static GuildThread Thread(ulong id, ulong parent, ChannelType type = ChannelType.PublicThread, params Snowflake[] members) => new(
        new ThreadChannel { Id = new Snowflake(id), GuildId = GuildId, ParentId = new Snowflake(parent), OwnerId = Owner, Name = $"thread {id}", Type = type, ThreadMetadata = new ThreadMetadata(false, Timestamp.From(Noon), 60, false) },
        members.Aggregate(ThreadMembers.None, (all, member) => all.With(member, Timestamp.From(Noon))));

    public static Overwrite ForRole(Snowflake id, Permissions allow = Permissions.None, Permissions deny = Permissions.None) => new(id, 0, allow, deny);

    public static Overwrite ForMember(Snowflake id, Permissions allow = Permissions.None, Permissions deny = Permissions.None) => new(id, 1, allow, deny);

    public static MemberState Member(ulong id, params Snowflake[] roles) => new(new Snowflake(id), null, roles, Timestamp.From(Noon.AddDays(-30)), null, 0);

    /// <summary>The turn on the guild's lane as a member has it; the member and others are in the guild.</summary>
    public static GuildTurn Turn(GuildHome home, MemberState caller, params MemberState[] others)
    {
        foreach (var member in others.Append(caller))
            home.Members.Set(null, member);
        return new GuildTurn(home, home.State!, caller, default(Lane.Turn), null!, Noon);
    }
}
