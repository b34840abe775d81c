using Discord.Host.Gateway;
using Discord.Modules.Guilds.Home;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Discord.UnitTests.BuildingBlocks;
using Discord.UnitTests.Guilds;
using Xunit;

namespace Discord.UnitTests.Gateway;

/// <summary>Who hears of an event: what the stream decides for whole classes of viewers, against asking for each viewer alone.</summary>
public sealed class GuildStreamTests
{
    private const int Users = 12;
    private const int Roles = 5;
    private const int Channels = 4;

    private static readonly Permissions[] s_bits =
        [Permissions.ViewChannel, Permissions.ManageThreads, Permissions.SendMessages, Permissions.ManageMessages, Permissions.ManageGuild, Permissions.Administrator, Permissions.ReadMessageHistory, Permissions.Connect];

    [Fact]
    public void The_audience_is_that_of_asking_for_everybody_alone_whatever_happens_to_the_guild()
    {
        for (var seed = 0; seed < 100; seed++)
            new Walk(seed).Run(steps: 40);
    }

    [Fact]
    public void An_event_for_the_whole_guild_reaches_every_session_of_every_member_once()
    {
        var walk = new Walk(7);

        Assert.Equal(walk.Heard(Audience.Guild(Guildhall.GuildId)).Order(), walk.Everybody.Order());
    }

    [Fact]
    public void The_owner_hears_of_what_happens_in_a_channel_that_is_hidden_from_all()
    {
        var limits = Wire.Limits(new ManualTime());
        var stream = new GuildStream();
        var session = new GatewaySession("owner", Wire.Options(Guildhall.Owner.Value), limits);
        stream.Add(new Subscription(session, []));
        var view = Guildhall.Guild(Permissions.DefaultEveryone).WithChannel(Guildhall.Channel(50, ChannelType.GuildText, Guildhall.ForRole(Guildhall.GuildId, deny: Permissions.ViewChannel)));

        Assert.Equal(["owner"], Visited(stream, Audience.Channel(Guildhall.GuildId, new Snowflake(50)), view));
    }

    [Fact]
    public void An_event_for_some_members_reaches_their_sessions_and_nobody_elses()
    {
        var stream = new GuildStream();
        var limits = Wire.Limits(new ManualTime());
        foreach (var user in new ulong[] { 7, 8, 8, 9 })
            stream.Add(new Subscription(new GatewaySession($"{user}", Wire.Options(user), limits), []));

        Assert.Equal(["8", "8", "9"], Visited(stream, Audience.Members(Guildhall.GuildId, [new Snowflake(8), new Snowflake(9), new Snowflake(10)]), Guildhall.Guild(Permissions.None)));
    }

    [Fact]
    public void A_change_of_threads_shows_and_hides_no_channels()
    {
        var view = Guildhall.Guild(Permissions.ViewChannel).WithChannel(Guildhall.Channel(50, ChannelType.GuildText));

        Assert.True(view.WithThread(Guildhall.Thread(60, 50)).ShowsSameChannels(view));
        Assert.False(view.WithChannel(Guildhall.Channel(51, ChannelType.GuildText)).ShowsSameChannels(view));
        Assert.False(view.WithRole(view.Everyone with { Permissions = Permissions.None }).ShowsSameChannels(view));
        Assert.False(view.With(settings: view.Settings with { OwnerId = new Snowflake(8) }).ShowsSameChannels(view));
    }

    private static List<string> Visited(GuildStream stream, in Audience audience, IGuildView view)
    {
        var heard = new List<string>();
        stream.Visit(audience, view, ref heard, static (Subscription subscription, ref List<string> into) => into.Add(subscription.Session.Id));
        return heard;
    }

    /// <summary>A guild that changes at random, with its sessions beside it in a plain list.</summary>
    private sealed class Walk
    {
        private readonly Random _random;
        private readonly int _seed;
        private readonly GatewayLimits _limits = Wire.Limits(new ManualTime());
        private readonly GuildStream _stream = new();
        private readonly Dictionary<GatewaySession, Subscription> _sessions = [];
        private readonly Dictionary<Snowflake, List<Snowflake>> _members = [];
        private GuildState _state;
        private int _made;

        public Walk(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
            var roles = Enumerable.Range(1, Roles).Select(i => Guildhall.Role((ulong)(100 + i), i, Bits()));
            _state = Guildhall.Guild(Bits() | (_random.Next(2) == 0 ? Permissions.ViewChannel : 0), [.. roles]);
            for (var i = 0; i < Channels; i++)
                _state = _state.WithChannel(NewChannel(i));
            for (var i = 0; i < Users; i++)
                Join(UserId(i));
            for (var i = 0; i < Users; i++)
                Connect();
        }

        public IEnumerable<string> Everybody => _sessions.Keys.Select(session => session.Id);

        public IEnumerable<string> Heard(in Audience audience) => Visited(_stream, audience, _state);

        public void Run(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                var change = Change();
                foreach (var audience in Audiences())
                {
                    var alone = _sessions.Where(entry => MayHear(audience, entry.Key.UserId)).Select(entry => entry.Key.Id).Order(StringComparer.Ordinal).ToList();
                    var heard = Heard(audience).Order(StringComparer.Ordinal).ToList();
                    if (!alone.SequenceEqual(heard))
                        Assert.Fail($"seed {_seed}, step {step} ({change}), {audience.Kind} {audience.ChannelId} {audience.Required}:\nalone {string.Join(' ', alone)}\nheard {string.Join(' ', heard)}");
                }
            }
        }

        private bool MayHear(in Audience audience, Snowflake userId)
        {
            if (userId == audience.Except || (audience.HiddenIn.Value != 0 && _state.InChannel(audience.HiddenIn, userId, _members[userId]).Has(Permissions.ViewChannel)))
                return false;
            var held = audience.Kind == AudienceKind.Channel ? _state.InChannel(audience.ChannelId, userId, _members[userId]) : _state.InGuild(userId, _members[userId]);
            return held.Has(audience.Required) && (audience.AnyOf == Permissions.None || (held & audience.AnyOf) != Permissions.None)
                && (audience.ThreadMembers is null || audience.ThreadMembers.Contains(userId) || held.Has(Permissions.ManageThreads));
        }

        private IEnumerable<Audience> Audiences()
        {
            yield return Audience.Guild(Guildhall.GuildId);
            yield return Audience.Guild(Guildhall.GuildId, s_bits[_random.Next(s_bits.Length)]);
            yield return Audience.GuildAny(Guildhall.GuildId, s_bits[_random.Next(s_bits.Length)] | s_bits[_random.Next(s_bits.Length)]);
            for (var i = 0; i < Channels; i++)
            {
                yield return Audience.Channel(Guildhall.GuildId, ChannelId(i));
                yield return Audience.Channel(Guildhall.GuildId, ChannelId(i), Permissions.ViewChannel | s_bits[_random.Next(s_bits.Length)]);
                yield return Audience.Channel(Guildhall.GuildId, ChannelId(i)) with { HiddenIn = ChannelId(_random.Next(Channels)), Except = UserId(_random.Next(Users)) };
                yield return Audience.PrivateThread(Guildhall.GuildId, ChannelId(i), Enumerable.Range(0, Users).Where(_ => _random.Next(4) == 0).Select(UserId).ToHashSet());
            }
        }

        private string Change()
        {
            switch (_random.Next(8))
            {
                case 0:
                    Connect();
                    return "a session comes";
                case 1 when _sessions.Count > 0:
                    var gone = _sessions.Keys.ElementAt(_random.Next(_sessions.Count));
                    _stream.Remove(gone);
                    _sessions.Remove(gone);
                    return "a session goes";
                case 2:
                    var user = UserId(_random.Next(Users));
                    _members[user] = RandomRoles();
                    _stream.SetRoles(user, _members[user]);
                    return "a member's roles change";
                case 3:
                    var role = _random.Next(Roles + 1) is 0 ? _state.Everyone : _state.Roles[new Snowflake((ulong)(100 + _random.Next(1, Roles + 1)))];
                    _state = _state.WithRole(role with { Permissions = Bits() });
                    return $"role {role.Id} changes";
                case 4 or 5:
                    var channel = _random.Next(Channels);
                    _state = _state.WithChannel(NewChannel(channel));
                    return $"overwrites of channel {channel} change";
                case 6:
                    _state = _state.With(settings: _state.Settings with { OwnerId = UserId(_random.Next(Users)) });
                    return $"the owner is {_state.OwnerId}";
                default:
                    var left = UserId(_random.Next(Users));
                    var sessions = _sessions.Keys.Where(session => session.UserId == left).ToList();
                    var dropped = _stream.RemoveUser(left).Select(subscription => subscription.Session).ToHashSet();
                    Assert.True(dropped.SetEquals(sessions), $"seed {_seed}: leaving");
                    foreach (var session in sessions)
                        _sessions.Remove(session);
                    Join(left);
                    return $"{left} left and came back";
            }
        }

        private void Join(Snowflake userId) => _members[userId] = RandomRoles();

        private void Connect()
        {
            var userId = UserId(_random.Next(Users));
            var session = new GatewaySession($"{userId}/{++_made}", Wire.Options(userId.Value), _limits);
            var subscription = new Subscription(session, _members[userId]);
            _sessions.Add(session, subscription);
            _stream.Add(subscription);
        }

        private List<Snowflake> RandomRoles() => [.. Enumerable.Range(1, Roles).Where(_ => _random.Next(3) == 0).Select(i => new Snowflake((ulong)(100 + i)))];

        private Permissions Bits() => s_bits.Where(bit => _random.Next(bit == Permissions.Administrator ? 12 : 3) == 0).Aggregate(Permissions.None, (all, bit) => all | bit);

        private Channel NewChannel(int i)
        {
            var overwrites = new List<Overwrite>();
            if (_random.Next(2) == 0)
                overwrites.Add(Guildhall.ForRole(Guildhall.GuildId, Bits(), Bits()));
            for (var role = 1; role <= Roles; role++)
            {
                if (_random.Next(4) == 0)
                    overwrites.Add(Guildhall.ForRole(new Snowflake((ulong)(100 + role)), Bits(), Bits()));
            }

            for (var user = 0; user < Users; user++)
            {
                if (_random.Next(8) == 0)
                    overwrites.Add(Guildhall.ForMember(UserId(user), Bits(), Bits()));
            }

            return Guildhall.Channel(ChannelId(i).Value, i % 3 == 2 ? ChannelType.GuildVoice : ChannelType.GuildText, [.. overwrites]);
        }

        // The first user is the guild's owner at the start.
        private static Snowflake UserId(int i) => new(Guildhall.Owner.Value + (ulong)i);

        private static Snowflake ChannelId(int i) => new((ulong)(500 + i));
    }
}
