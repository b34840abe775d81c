using System.Collections.Immutable;
using Discord.BuildingBlocks.Streams;
using Discord.Modules.Guilds;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Xunit;
using Xunit.Abstractions;
using static Discord.UnitTests.Guilds.Guildhall;

namespace Discord.UnitTests.Guilds;

public sealed class PermissionEngineTests(ITestOutputHelper output)
{
    private static readonly Snowflake s_officer = new(50);
    private static readonly Snowflake s_alice = new(8);
    private static readonly int[] s_types = [0, 2, 4, 5, 13, 15, 16];

    [Theory]
    [InlineData(1)]
    [InlineData(20_260_101)]
    public void The_engine_agrees_with_the_text_in_a_hundred_thousand_random_guilds_bit_by_bit(int seed)
    {
        var random = new Random(seed);
        var held = 0L;
        for (var i = 0; i < 100_000; i++)
        {
            var (model, user, roles) = RandomGuild(random, everyBit: true);
            var (state, channel) = Build(model);
            var ids = roles.Select(role => new Snowflake(role)).ToList();
            var inGuild = (ulong)PermissionEngine.InGuild(state, new Snowflake(user), ids);
            var inChannel = (ulong)PermissionEngine.InChannel(state, channel, new Snowflake(user), ids);
            var (isPrivate, isMember) = (random.Next(2) == 0, random.Next(2) == 0);
            var thread = Thread(60, channel.Id.Value, isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread, isMember ? [new Snowflake(user)] : []);
            var inThread = (ulong)PermissionEngine.InThread(state, thread, new Snowflake(user), ids);
            for (var bit = 0; bit < PermissionModel.Bits; bit++)
            {
                Same(model.InThread(user, roles, bit, isPrivate, isMember), PermissionModel.IsSet(inThread, bit), "thread", i, bit, seed);
                Same(model.InGuild(user, roles, bit), PermissionModel.IsSet(inGuild, bit), "guild", i, bit, seed);
                Same(model.InChannel(user, roles, bit), PermissionModel.IsSet(inChannel, bit), "channel", i, bit, seed);
                held += PermissionModel.IsSet(inChannel, bit) ? 1 : 0;
            }
        }

        // A generator that gave nobody anything, or everybody all, would prove nothing.
        Assert.InRange(held / (100_000.0 * PermissionModel.Bits), 0.1, 0.9);
    }

    [Fact]
    public void A_channel_for_officers_is_seen_by_officers_and_by_nobody_else()
    {
        var state = Guild(Permissions.ViewChannel | Permissions.SendMessages, Role(s_officer.Value, 1), Role(51, 2));
        var channel = Channel(900, ChannelType.GuildText,
            ForRole(GuildId, deny: Permissions.ViewChannel),
            ForRole(s_officer, allow: Permissions.ViewChannel | Permissions.SendMessages));

        Assert.Equal(Permissions.ViewChannel | Permissions.SendMessages, PermissionEngine.InChannel(state, channel, s_alice, [s_officer]));
        Assert.Equal(Permissions.None, PermissionEngine.InChannel(state, channel, s_alice, []));
        Assert.Equal(Permissions.None, PermissionEngine.InChannel(state, channel, s_alice, [new Snowflake(51)]));
        Assert.Equal(Permissions.All, PermissionEngine.InChannel(state, channel, Owner, []));
    }

    [Fact]
    public void The_simplified_formula_would_hide_the_channel_for_officers_from_the_officer()
    {
        const ulong View = 1UL << PermissionModel.View;
        var model = new PermissionModel
        {
            GuildId = GuildId.Value,
            OwnerId = Owner.Value,
            ChannelType = 0,
            Roles = new() { [GuildId.Value] = View, [s_officer.Value] = View },
            Overwrites = [(GuildId.Value, true, 0, View), (s_officer.Value, true, View, 0)],
        };
        var (state, channel) = Build(model);

        Assert.False(model.BySimplifiedFormula(s_alice.Value, [s_officer.Value], PermissionModel.View));
        Assert.True(PermissionEngine.InChannel(state, channel, s_alice, [s_officer]).Has(Permissions.ViewChannel));
    }

    [Fact]
    public void The_simplified_formula_differs_from_the_engine_often_and_always_by_denying()
    {
        const int Guilds = 100_000;
        var random = new Random(4_711);
        var different = 0;
        for (var i = 0; i < Guilds; i++)
        {
            var (model, user, roles) = RandomGuild(random, everyBit: false);
            var (state, channel) = Build(model);
            var formula = Permissions.None;
            for (var bit = 0; bit < PermissionModel.Bits; bit++)
                formula |= model.BySimplifiedFormula(user, roles, bit) ? (Permissions)(1UL << bit) : Permissions.None;
            // What follows from missing VIEW_CHANNEL, SEND_MESSAGES or CONNECT is the same for both.
            formula = PermissionEngine.Implicit(formula, channel.Type);
            var engine = PermissionEngine.InChannel(state, channel, new Snowflake(user), [.. roles.Select(role => new Snowflake(role))]);
            Assert.True((formula & ~engine) == Permissions.None, $"The formula grants {formula & ~engine} beyond the engine in guild {i}.");
            different += formula == engine ? 0 : 1;
        }

        output.WriteLine($"{different} of {Guilds} differ.");
        Assert.InRange(different, Guilds / 4, Guilds * 3 / 4);
    }

    [Fact]
    public void A_role_that_allows_wins_over_a_role_that_denies_wherever_they_stand()
    {
        foreach (var (low, high) in new[] { (1, 2), (2, 1) })
        {
            var state = Guild(Permissions.ViewChannel, Role(50, low), Role(51, high));
            var channel = Channel(900, ChannelType.GuildText, ForRole(new Snowflake(50), deny: Permissions.ViewChannel), ForRole(new Snowflake(51), allow: Permissions.ViewChannel));

            Assert.True(PermissionEngine.InChannel(state, channel, s_alice, [new Snowflake(50), new Snowflake(51)]).Has(Permissions.ViewChannel));
        }
    }

    [Fact]
    public void A_members_own_overwrite_is_the_last_word()
    {
        var state = Guild(Permissions.ViewChannel, Role(50, 1));
        var channel = Channel(900, ChannelType.GuildText, ForRole(new Snowflake(50), allow: Permissions.ViewChannel), ForMember(s_alice, deny: Permissions.ViewChannel));

        Assert.Equal(Permissions.None, PermissionEngine.InChannel(state, channel, s_alice, [new Snowflake(50)]));
        Assert.True(PermissionEngine.InChannel(state, channel, new Snowflake(9), [new Snowflake(50)]).Has(Permissions.ViewChannel));
    }

    [Fact]
    public void Administrators_are_stopped_by_no_overwrite_but_an_overwrite_makes_no_administrator()
    {
        var state = Guild(Permissions.ViewChannel, Role(50, 1, Permissions.Administrator));
        var channel = Channel(900, ChannelType.GuildText, ForRole(GuildId, allow: Permissions.Administrator, deny: Permissions.SendMessages), ForMember(s_alice, deny: Permissions.All));

        Assert.Equal(Permissions.All, PermissionEngine.InChannel(state, channel, s_alice, [new Snowflake(50)]));
        Assert.False(PermissionEngine.InChannel(state, channel, new Snowflake(9), []).Has(Permissions.SendMessages));
    }

    [Theory]
    [InlineData(ChannelType.GuildText)]
    [InlineData(ChannelType.GuildVoice)]
    [InlineData(ChannelType.GuildCategory)]
    [InlineData(ChannelType.GuildForum)]
    public void Without_the_view_of_a_channel_nothing_is_left_there(ChannelType type) =>
        Assert.Equal(Permissions.None, PermissionEngine.Implicit(Permissions.All & ~Permissions.ViewChannel, type));

    [Fact]
    public void Who_may_not_send_may_not_mention_attach_embed_or_speak_aloud_either()
    {
        var left = PermissionEngine.Implicit(Permissions.All & ~Permissions.SendMessages, ChannelType.GuildText);

        Assert.Equal(Permissions.All & ~(Permissions.SendMessages | Permissions.MentionEveryone | Permissions.AttachFiles | Permissions.EmbedLinks | Permissions.SendTtsMessages), left);
    }

    [Theory]
    [InlineData(ChannelType.GuildVoice)]
    [InlineData(ChannelType.GuildStageVoice)]
    public void Who_may_not_connect_may_only_see_a_voice_channel_and_not_manage_it(ChannelType type) =>
        Assert.Equal(Permissions.ViewChannel, PermissionEngine.Implicit(Permissions.All & ~Permissions.Connect, type));

    [Fact]
    public void A_thread_whose_channel_is_gone_is_nobodys()
    {
        var state = Guild(Permissions.All);

        Assert.Equal(Permissions.None, PermissionEngine.InThread(state, Thread(60, 900), s_alice, []));
        Assert.Equal(Permissions.None, PermissionEngine.InThread(state, Thread(60, 900), Owner, []));
    }

    [Fact]
    public void A_timed_out_member_sees_and_reads_and_nothing_else()
    {
        var homes = Homes();
        var state = Guild(Permissions.DefaultEveryone, Role(50, 1, Permissions.ManageChannels));
        var channel = Channel(900, ChannelType.GuildText);
        var member = Member(8, new Snowflake(50)) with { TimeoutUntil = Timestamp.From(Noon.AddMinutes(1)) };

        Assert.Equal(Permissions.ViewChannel | Permissions.ReadMessageHistory, homes.Final(state, member));
        Assert.Equal(Permissions.ViewChannel | Permissions.ReadMessageHistory, homes.Final(state, channel, member));
        Assert.True(homes.Final(state, channel, member with { TimeoutUntil = Timestamp.From(Noon) }).Has(Permissions.SendMessages));
    }

    [Fact]
    public void A_timeout_binds_neither_the_owner_nor_administrators_but_whom_only_an_overwrite_calls_one()
    {
        var homes = Homes();
        var state = Guild(Permissions.DefaultEveryone, Role(50, 1, Permissions.Administrator));
        var channel = Channel(900, ChannelType.GuildText, ForRole(GuildId, allow: Permissions.Administrator));
        var until = Timestamp.From(Noon.AddMinutes(1));

        Assert.Equal(Permissions.All, homes.Final(state, channel, Member(Owner.Value) with { TimeoutUntil = until }));
        Assert.Equal(Permissions.All, homes.Final(state, channel, Member(8, new Snowflake(50)) with { TimeoutUntil = until }));
        Assert.Equal(Permissions.ViewChannel | Permissions.ReadMessageHistory, homes.Final(state, channel, Member(9) with { TimeoutUntil = until }));
    }

    private static GuildHomes Homes() => new(null!, null!, null!, new GuildsOptions(1000), null!, new Lanes(), null!, new FixedClock(Noon), null!, null!, null!, null!);

    private static void Same(bool expected, bool actual, string where, int guild, int bit, int seed)
    {
        if (expected != actual)
            Assert.Fail($"Bit {bit} in the {where}: the text says {expected}, the engine {actual} (guild {guild} of seed {seed}).");
    }

    private static (GuildState State, Channel Channel) Build(PermissionModel model)
    {
        var id = new Snowflake(model.GuildId);
        var settings = new Guild { Id = id, Name = "random", OwnerId = new Snowflake(model.OwnerId) };
        var roles = model.Roles.ToImmutableDictionary(role => new Snowflake(role.Key), role => new Role { Id = new Snowflake(role.Key), Name = "role", Permissions = (Permissions)role.Value });
        var channel = Channel(999, (ChannelType)model.ChannelType, [.. model.Overwrites.Select(overwrite => new Overwrite(new Snowflake(overwrite.Id), overwrite.IsRole ? 0 : 1, (Permissions)overwrite.Allow, (Permissions)overwrite.Deny))]);
        return (new GuildState(Guildhall.Home(), settings, roles, ImmutableDictionary<Snowflake, Channel>.Empty.Add(channel.Id, channel), GuildObjects.None), channel);
    }

    /// <param name="everyBit">False: eight plain bits and no owner or administrator, so that only the overwrites decide.</param>
    private static (PermissionModel Model, ulong User, IReadOnlyList<ulong> Roles) RandomGuild(Random random, bool everyBit)
    {
        const ulong Guild = 1_000;
        const ulong EightBits = 0xFF << PermissionModel.View;
        ulong Some(int density) => everyBit ? Scatter(random, density) : Scatter(random, density) & EightBits;

        // Administrators are decided by one bit alone: too many of them and nothing else is tried.
        ulong Plain(int density) => random.Next(20) == 0 && everyBit ? Some(density) | (1UL << PermissionModel.Administrator) : Some(density) & ~(1UL << PermissionModel.Administrator);

        var roles = new Dictionary<ulong, ulong> { [Guild] = Plain(2) | (random.Next(4) > 0 ? 1UL << PermissionModel.View : 0) };
        for (var i = 0UL; i < (ulong)random.Next(everyBit ? 7 : 4); i++)
            roles[50 + i] = Plain(3);
        var user = (ulong)random.Next(7, 12);
        var owned = roles.Keys.Where(_ => random.Next(2) == 0).ToList();
        if (!everyBit)
            owned = [.. roles.Keys.Where(role => role != Guild)];
        else if (random.Next(8) == 0)
            owned.Add(77);

        var overwrites = new List<(ulong, bool, ulong, ulong)>();
        foreach (var role in roles.Keys.Append(78UL).Where(_ => random.Next(3) > 0))
            overwrites.Add((role, true, Some(2), Some(2)));
        foreach (var member in Enumerable.Range(7, 5).Where(_ => random.Next(everyBit ? 3 : 8) == 0))
            overwrites.Add(((ulong)member, false, Some(2), Some(2)));
        var order = overwrites.ToArray();
        random.Shuffle(order);
        var model = new PermissionModel
        {
            GuildId = Guild,
            OwnerId = everyBit ? 7UL : 6UL,
            Roles = roles,
            ChannelType = s_types[random.Next(s_types.Length)],
            Overwrites = [.. order],
        };
        return (model, user, owned);
    }

    // Each bit is set with a chance of one in 2^(density - 1).
    private static ulong Scatter(Random random, int density)
    {
        var bits = ulong.MaxValue;
        for (var i = 1; i < density; i++)
            bits &= (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        return bits;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
