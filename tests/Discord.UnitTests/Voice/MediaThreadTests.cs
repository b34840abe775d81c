using System.Net;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>A media thread beside those that ask something of it: nobody waits for it, nobody keeps it to themselves, and its end leaves nothing behind.</summary>
public sealed class MediaThreadTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task However_much_is_asked_of_a_thread_nobody_waits_for_it()
    {
        using var bench = new MediaBench();
        var person = bench.Join(bench.Open());
        var done = 0;
        // Whoever asks may hold a lock that the thread is about to take.
        await Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                person.Leg.Thread.Post(() => done++);
        }).WaitAsync(s_patience);
        bench.Turn();
        Assert.Equal(20_000, done);
    }

    [Fact]
    public async Task Who_sends_by_TCP_without_end_keeps_nobody_else_waiting()
    {
        using var bench = new MediaBench();
        var person = bench.Join(bench.Open());
        using var endless = new EndlessCipher(person.Leg);
        person.Leg.Use(endless);
        person.Leg.Bind(new NoSink());
        bench.Turn();
        person.Leg.Receive(endless.Packet);
        await Task.Run(bench.Turn).WaitAsync(s_patience);
        Assert.InRange(endless.Opened, 1, 1000);
    }

    [Fact]
    public void What_comes_after_the_end_is_dropped_and_keys_on_their_way_are_wiped()
    {
        var bench = new MediaBench();
        var person = bench.Join(bench.Open());
        var packet = person.Packet([1, 2, 3]);
        var late = new EndlessCipher(person.Leg);
        person.Leg.Use(late);
        bench.Dispose();
        Assert.True(late.IsDisposed);
        for (var i = 0; i < 5000; i++)
            person.Leg.Receive(packet);
    }

    // Whoever posted before the end may get to it after.
    [Theory, InlineData(false), InlineData(true)]
    public void A_port_that_is_closed_is_woken_in_vain(bool isPortable)
    {
        var port = DatagramPort.Open(IPAddress.Loopback, 0, isPortable);
        port.Dispose();
        port.Wake();
    }

    // The path of somebody who sends by TCP faster than anybody can open it.
    private sealed class EndlessCipher(Leg leg) : RtpCipher
    {
        public byte[] Packet { get; } = Make(leg.AudioSsrc);

        public int Opened { get; private set; }

        public bool IsDisposed { get; private set; }

        public override bool TryUnprotect(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
        {
            length = 0;
            if (++Opened < 1_000_000)
                leg.Receive(Packet);
            return false;
        }

        public override int Protect(ReadOnlySpan<byte> plain, Span<byte> output) => 0;

        public override void Dispose() => IsDisposed = true;

        private static byte[] Make(uint ssrc)
        {
            byte[] packet = [0x80, Rtp.Opus, .. new byte[40]];
            Rtp.WriteSsrc(packet, ssrc);
            return packet;
        }
    }

    private sealed class NoSink : IDatagramSink
    {
        public void Send(ReadOnlySpan<byte> datagram)
        {
        }
    }
}
