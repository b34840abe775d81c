using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>What a packet costs in memory: nothing, whatever is in it.</summary>
public sealed class MediaMemoryTests
{
    private static readonly byte[] s_frame = [.. Enumerable.Range(0, 160).Select(i => (byte)i)];

    public static TheoryData<string> Modes => [.. EncryptionModes.All];

    [Theory, MemberData(nameof(Modes))]
    public void A_packet_allocates_nothing(string mode)
    {
        const int Rounds = 5_000;
        using var bench = new MediaBench(limits: MediaClient.Patient with { AudioPackets = 1_000_000 }) { Keeps = false };
        var room = bench.Open();
        var speaker = bench.Join(room, mode: mode);
        foreach (var other in EncryptionModes.All)
            bench.Join(room, mode: other);
        // The first ones compile what they meet.
        for (var i = 0; i < 100; i++)
            speaker.Leg.Thread.Handle(speaker.Seal(s_frame, level: 40), speaker.Address, bench.Now, bench.Now);
        var (sent, allocated) = (bench.SentCount, GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < Rounds; i++)
            speaker.Leg.Thread.Handle(speaker.Seal(s_frame, level: 40), speaker.Address, bench.Now, bench.Now);
        Allocations.AssertNone(allocated, Rounds);
        Assert.Equal(Rounds * EncryptionModes.All.Count, bench.SentCount - sent);
    }

    // Real packets, changed in any of their bytes, cut, joined, and sent from anywhere. Whatever is let through was not changed where it matters.
    [Fact]
    public void A_million_mutated_packets_are_counted_and_leave_nothing_behind()
    {
        const int Packets = 1_000_000;
        using var bench = new MediaBench(limits: MediaClient.Patient with { AudioPackets = 10_000_000, VideoPackets = 10_000_000 }) { Keeps = false };
        var room = bench.Open();
        var people = EncryptionModes.All.Select(mode => bench.Join(room, VoiceRights.Hear | VoiceRights.Speak | VoiceRights.Video, mode)).ToList();
        var thread = bench.Threads[0];
        var random = new Random(4);
        byte[][] others = [people[0].Discovery(), [0x13, 0x37, 0xCA, 0xFE, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12]], [22, 254, 253, .. new byte[40]]];
        byte[] report = [0x81, 201, 0, 7, .. new byte[28]];
        var datagram = new byte[DatagramPort.MaxDatagram];
        var (known, unknown) = (people[0].Address, bench.NewAddress());

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var person = people[random.Next(people.Count)];
                ReadOnlySpan<byte> original = random.Next(8) switch
                {
                    0 => others[random.Next(others.Length)],
                    1 => person.Seal(report),
                    2 => person.Seal(s_frame, ssrc: person.Leg.VideoSsrc, type: 101),
                    3 => person.Seal(s_frame, level: random.Next(128)),
                    _ => person.Seal(s_frame.AsSpan(0, random.Next(s_frame.Length))),
                };
                original.CopyTo(datagram);
                var length = original.Length;
                for (var changes = random.Next(4); changes > 0; changes--)
                {
                    switch (random.Next(3))
                    {
                        case 0:
                            datagram[random.Next(Math.Min(length, 16))] = (byte)random.Next(256);
                            break;
                        case 1:
                            datagram[random.Next(length)] ^= (byte)(1 << random.Next(8));
                            break;
                        default:
                            length = random.Next(1, random.Next(4) == 0 ? datagram.Length : length + 1);
                            break;
                    }
                }

                thread.Handle(datagram.AsSpan(0, length), random.Next(2) == 0 ? known : unknown, bench.Now, bench.Now);
            }
        }

        Run(2_000);
        var (received, allocated) = (thread.Counters.Received, GC.GetAllocatedBytesForCurrentThread());
        Run(Packets);
        Allocations.AssertNone(allocated, Packets);
        Assert.Equal(Packets, thread.Counters.Received - received);
        Assert.True(thread.Counters.Accepted > 0);
        foreach (var reason in (Drop[])[Drop.Unknown, Drop.Malformed, Drop.Forged, Drop.Replayed])
            Assert.True(thread.Counters.Dropped(reason) > 0, $"No packet was {reason}.");
    }
}
