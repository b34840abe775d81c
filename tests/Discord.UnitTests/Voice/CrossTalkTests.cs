using System.Buffers.Binary;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>
/// From op 4 to the datagram: whatever happens to people in voice, a packet reaches exactly those who may hear it, once, under their own key.
/// The guild's side decides as it does in a host; the packets go through media threads that the test turns.
/// </summary>
public sealed class CrossTalkTests
{
    private const int People = 6;
    private const long Frame = 20 * TimeSpan.TicksPerMillisecond;

    /// <param name="threads">With two, each room is spread over both, as rooms of hundreds are.</param>
    [Theory, InlineData(1), InlineData(2)]
    public void A_packet_reaches_exactly_those_who_may_hear_it(int threads) =>
        Prop.ForAll(VoiceModel.Scripts(People, 40), script => RunAsync(script, threads)).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true));

    private static async Task RunAsync(List<Step> script, int threads)
    {
        using var bench = new MediaBench(threads);
        var server = new BenchVoiceServer(bench);
        var hall = new VoiceHall(People, server);
        var model = new VoiceModel(hall);
        for (var i = 0; i < script.Count; i++)
        {
            await model.DoAsync(script[i]);
            Assert.Equal(model.Sittings.Keys.Select(who => hall.Ids[who]).Order(), server.Present.Select(present => present.UserId).Order());
            var present = server.Present.ToDictionary(present => hall.Ids.ToList().IndexOf(present.UserId), present => present.Person);
            Talk(bench, model, present, server.Gone, i, $"after {string.Join(", ", script.Take(i + 1))}");
        }
    }

    /// <summary>Everybody says something at once, and those who are gone try as well; then everybody tells what they heard.</summary>
    private static void Talk(MediaBench bench, VoiceModel model, Dictionary<int, MediaPerson> present, List<MediaPerson> gone, int round, string when)
    {
        bench.Turn();
        bench.Clear();
        bench.Now += Frame;
        foreach (var (who, person) in present)
        {
            var packet = person.Packet(Words(round, who));
            bench.Send(person, packet);
            // Once more; then in the name of each of the others, with a key that is not theirs.
            bench.Send(person, packet);
            foreach (var other in present.Values.Where(other => other != person))
                bench.Handle(other.Leg.Thread, person.Packet(Words(round, -1), ssrc: other.Leg.AudioSsrc), person.Address);
        }

        foreach (var person in gone)
            bench.Send(person, person.Packet(Words(round, -1)));
        bench.Turn();

        foreach (var (who, person) in present)
        {
            var packets = bench.TakeSent(person.Address);
            var heard = packets.Select(person.Open).Select(plain => (Rtp.Ssrc(plain), Convert.ToHexString(plain.AsSpan(Rtp.HeaderLength)))).Order().ToList();
            var expected = present.Where(speaker => model.Hears(who, speaker.Key)).Select(speaker => (speaker.Value.Leg.AudioSsrc, Convert.ToHexString(Words(round, speaker.Key)))).Order().ToList();
            Assert.True(expected.SequenceEqual(heard), $"{when}: {who} should hear {string.Join("; ", expected)} but hears {string.Join("; ", heard)}");
            Assert.DoesNotContain(packets, packet => present.Values.Concat(gone).Any(other => other != person && other.TryOpen(packet) is not null));
        }

        Assert.All(gone, person => Assert.Empty(bench.TakeSent(person.Address)));
    }

    private static byte[] Words(int round, int who)
    {
        var words = new byte[40];
        BinaryPrimitives.WriteInt32BigEndian(words, round);
        BinaryPrimitives.WriteInt32BigEndian(words.AsSpan(4), who);
        return words;
    }

    /// <summary>A voice server on the bench: each grant is a client that comes at once, in a mode and on a thread that differ from those of the one before.</summary>
    private sealed class BenchVoiceServer(MediaBench bench) : IVoiceServer
    {
        private readonly Dictionary<string, (Snowflake UserId, MediaPerson Person)> _byToken = [];
        private readonly Dictionary<Snowflake, Room> _rooms = [];
        private int _admitted;

        public string Name => "bench";

        public string Region => "local";

        public string? Endpoint => "127.0.0.1:1/voice";

        public IEnumerable<(Snowflake UserId, MediaPerson Person)> Present => _byToken.Values;

        /// <summary>Those whose grant ended: they still have their keys, and know where to send.</summary>
        public List<MediaPerson> Gone { get; } = [];

        public void Admit(VoiceGrant grant)
        {
            if (!_rooms.TryGetValue(grant.RoomId, out var room) || room.People == 0)
                _rooms[grant.RoomId] = room = bench.Open(grant.RoomId.Value);
            var count = _admitted++;
            _byToken.Add(grant.Token, (grant.UserId, bench.Join(room, grant.Rights, EncryptionModes.All[count % EncryptionModes.All.Count], count / 2 % bench.Threads.Length)));
        }

        public void Change(string token, VoiceRights rights) => _byToken[token].Person.Leg.Change(rights);

        public void Revoke(string token, int? code)
        {
            if (!_byToken.Remove(token, out var ended))
                throw new InvalidOperationException("There is no such grant.");
            ended.Person.Leg.Leave();
            Gone.Add(ended.Person);
        }
    }
}
