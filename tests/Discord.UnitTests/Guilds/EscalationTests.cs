using Discord.Modules.Guilds.Bans;
using Discord.Modules.Guilds.Channels;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Members;
using Discord.Protocol;
using Xunit;
using static Discord.UnitTests.Guilds.Guildhall;

namespace Discord.UnitTests.Guilds;

/// <summary>Nobody gives what they lack, acts on those at or above them, or on the owner.</summary>
public sealed class EscalationTests
{
    private const Permissions Moderation = Permissions.ManageRoles | Permissions.ManageNicknames | Permissions.BanMembers | Permissions.ChangeNickname | Permissions.ViewChannel;

    private static readonly Snowflake s_moderator = new(50);
    private static readonly Snowflake s_lower = new(51);
    private static readonly Snowflake s_higher = new(52);
    private static readonly Snowflake s_bots = new(53);

    private readonly GuildHome _home = Home();
    private readonly MemberState _member = Member(9, s_lower);
    private readonly MemberState _peer = Member(10, s_moderator);
    private readonly MemberState _owner = Member(Owner.Value);
    private readonly GuildTurn _turn;

    public EscalationTests()
    {
        Guild(_home, Permissions.ViewChannel, Role(s_lower.Value, 1, Permissions.KickMembers), Role(s_moderator.Value, 2, Moderation), Role(s_higher.Value, 3, Permissions.SendMessages),
            Role(s_bots.Value, 1) with { Managed = true });
        _turn = Turn(_home, Member(8, s_moderator), _member, _peer, _owner);
    }

    [Fact]
    public void Bits_that_one_holds_may_be_given_and_others_not()
    {
        Assert.True(_turn.MayGive(Permissions.ManageRoles | Permissions.ViewChannel));
        Assert.False(_turn.MayGive(Permissions.ManageRoles | Permissions.KickMembers));
        Assert.False(_turn.MayGive(Permissions.Administrator));
        Assert.False(_turn.MayGive((Permissions)(1UL << 60)));
        Assert.True(Turn(_home, _owner).MayGive(Permissions.All | (Permissions)(1UL << 60)));
    }

    [Fact]
    public void A_timed_out_moderator_gives_nothing()
    {
        var muted = Turn(_home, Member(8, s_moderator) with { TimeoutUntil = Timestamp.From(Noon.AddHours(1)) });

        Assert.False(muted.MayGive(Permissions.ManageRoles));
        Assert.Equal(ApiError.MissingPermissions, MemberRoles.Refuse(muted, s_lower));
    }

    [Fact]
    public void Only_existing_plain_roles_below_ones_own_are_given_to_members()
    {
        Assert.Null(MemberRoles.Refuse(_turn, s_lower));
        Assert.Equal(ApiError.MissingPermissions, MemberRoles.Refuse(_turn, s_moderator));
        Assert.Equal(ApiError.MissingPermissions, MemberRoles.Refuse(_turn, s_higher));
        Assert.Equal(ApiError.InvalidRole, MemberRoles.Refuse(_turn, s_bots));
        Assert.Equal(ApiError.InvalidRole, MemberRoles.Refuse(_turn, GuildId));
        Assert.Equal(ApiError.UnknownRole, MemberRoles.Refuse(_turn, new Snowflake(12_345)));
    }

    [Fact]
    public async Task Bans_reach_lower_members_and_strangers_but_neither_peers_nor_the_owner_nor_oneself()
    {
        Assert.True(await Banning.MayBanAsync(_turn, _member.UserId));
        Assert.True(await Banning.MayBanAsync(_turn, new Snowflake(4_444)));
        Assert.False(await Banning.MayBanAsync(_turn, _peer.UserId));
        Assert.False(await Banning.MayBanAsync(_turn, Owner));
        Assert.False(await Banning.MayBanAsync(_turn, _turn.Member.UserId));
        Assert.False(await Banning.MayBanAsync(Turn(_home, _owner), Owner));
    }

    [Fact]
    public void Nicknames_of_lower_members_and_ones_own_may_be_changed()
    {
        Assert.True(Nicknames.MayChange(_turn, _member));
        Assert.True(Nicknames.MayChange(_turn, _turn.Member));
        Assert.False(Nicknames.MayChange(_turn, _peer));
        Assert.False(Nicknames.MayChange(_turn, _owner));
        Assert.False(Nicknames.MayChange(Turn(_home, _member), _member));
        Assert.True(Nicknames.MayChange(Turn(_home, _owner), _owner));
    }

    [Fact]
    public void An_overwrite_may_change_only_by_bits_that_one_holds()
    {
        const Permissions InChannel = Moderation;
        Overwrite[] before = [ForRole(s_higher, allow: Permissions.KickMembers)];

        Assert.Null(Overwrites.Refuse(_turn, InChannel, before, [.. before, ForRole(GuildId, deny: Permissions.ViewChannel)]));
        Assert.Equal(ApiError.MissingPermissions, Overwrites.Refuse(_turn, InChannel, before, [.. before, ForRole(GuildId, allow: Permissions.ManageWebhooks)]));
        Assert.Equal(ApiError.MissingPermissions, Overwrites.Refuse(_turn, InChannel, before, [.. before, ForRole(GuildId, deny: Permissions.ManageWebhooks)]));
        Assert.Equal(ApiError.MissingPermissions, Overwrites.Refuse(_turn, InChannel, before, []));
        Assert.Equal(ApiError.MissingPermissions, Overwrites.Refuse(_turn, Permissions.ViewChannel | Permissions.ManageChannels, before, [.. before, ForRole(GuildId, deny: Permissions.ViewChannel)]));
        Assert.Null(Overwrites.Refuse(_turn, Permissions.None, before, [.. before]));
    }

    [Fact]
    public void The_administrator_bit_of_an_overwrite_lets_nobody_change_what_they_lack() =>
        Assert.False(Overwrites.MayChange(_turn, Moderation | Permissions.Administrator, Permissions.ManageWebhooks));

    [Fact]
    public async Task Overwrites_are_for_roles_and_members_of_this_guild_or_those_there_already()
    {
        var left = new Snowflake(777);

        Assert.Equal(0, await Overwrites.TypeOfAsync(_turn, [], s_lower, null));
        Assert.Equal(1, await Overwrites.TypeOfAsync(_turn, [], _member.UserId, 1));
        Assert.Null(await Overwrites.TypeOfAsync(_turn, [], s_lower, 1));
        Assert.Null(await Overwrites.TypeOfAsync(_turn, [], left, 1));
        Assert.Equal(1, await Overwrites.TypeOfAsync(_turn, [ForMember(left)], left, 1));
    }
}
