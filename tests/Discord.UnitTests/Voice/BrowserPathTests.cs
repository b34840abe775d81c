using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Media;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>A browser's way to its leg, with its requests written by hand: who is let in, and how long media follows somebody who fell silent.</summary>
public sealed class BrowserPathTests : IDisposable
{
    private const string Offer = "a=ice-ufrag:h6vY\na=rtpmap:111 opus/48000/2\na=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F";

    private static readonly byte[] s_frame = [.. Enumerable.Range(0, 160).Select(i => (byte)i)];

    private readonly BrowserPaths _paths = new(new AnyDtls(), new TurnServers([], "", TimeProvider.System), NullLogger<BrowserPaths>.Instance);
    private readonly MediaBench _bench;
    private readonly MediaPerson _speaker;
    private readonly MediaPerson _browser;

    public BrowserPathTests()
    {
        _bench = new MediaBench(browsers: _paths);
        var room = _bench.Open();
        (_speaker, _browser) = (_bench.Join(room), _bench.Join(room, announces: false));
    }

    public void Dispose()
    {
        _bench.Dispose();
        _paths.Dispose();
    }

    [Fact]
    public void Media_follows_a_browser_for_half_a_minute_after_its_last_check_and_again_after_the_next()
    {
        var check = Enter();
        Assert.Equal(1, Hears());
        Pass(29);
        Assert.Equal(1, Hears());
        // Half a minute later, with a check in between.
        Ask(check, _browser.Address);
        Pass(29);
        Assert.Equal(1, Hears());
        Pass(31);
        Assert.Equal(0, Hears());
        Assert.False(_browser.Leg.CanReceive);
        // A check that its password does not sign, and one by a path that it did not choose, are no consent.
        var forged = check.ToArray();
        forged[^1] ^= 1;
        Ask(forged, _browser.Address);
        Ask(Check(isChosen: false), _bench.NewAddress());
        Assert.Equal(0, Hears());
        Ask(check, _browser.Address);
        Assert.Equal(1, Hears());
    }

    [Fact]
    public void By_TCP_it_is_the_same()
    {
        _browser.Leg.Use(EncryptionModes.Create("aead_aes256_gcm_rtpsize", _browser.Key)!);
        var sink = new Sink();
        _browser.Leg.Bind(sink);
        _bench.Turn();
        Hears();
        Assert.Equal(1, sink.Sent);
        Pass(31);
        Hears();
        Assert.Equal(1, sink.Sent);
        _browser.Leg.Agree(new Sink());
        _bench.Turn();
        Hears();
        Assert.Equal(1, sink.Sent);
        _browser.Leg.Agree(sink);
        _bench.Turn();
        Hears();
        Assert.Equal(2, sink.Sent);
    }

    // Addresses can be forged: with the password of one's own description, in another's name.
    [Fact]
    public void Who_takes_over_anothers_address_has_it_until_the_other_checks()
    {
        var thief = _bench.Join(_browser.Leg.Room);
        _browser.Leg.Use(EncryptionModes.Create("aead_aes256_gcm_rtpsize", _browser.Key)!);
        _browser.Leg.Announce();
        _browser.Leg.Bind(_browser.Address);
        thief.Leg.Bind(_browser.Address);
        _bench.Turn();
        Assert.NotNull(_bench.Send(_browser, _browser.Packet(s_frame)));
        _browser.Leg.Agree(_browser.Address, MediaClock.Now);
        Assert.Null(_bench.Send(_browser, _browser.Packet(s_frame)));
    }

    // Frames of nothing are no proof of anything: they do not prolong the ten seconds.
    [Theory, InlineData(new byte[] { 0, 0 }), InlineData(new byte[] { 0, 1, 200 }), InlineData(new byte[] { 255, 255 })]
    public async Task A_TCP_connection_that_proves_nothing_is_closed(byte[] said)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await stranger.ConnectAsync(listener.LocalEndPoint!);
        using var accepted = await listener.AcceptAsync();
        await stranger.SendAsync(said);
        var path = new TcpPath(accepted, _bench.NewAddress(), _paths);
        await path.RunAsync(TimeSpan.FromHours(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    // Goes the whole way: description, check, handshake, keys.
    private byte[] Enter()
    {
        var check = Check(isChosen: true);
        Ask(check, _browser.Address);
        _bench.Handle(_browser.Leg.Thread, [22, 254, 253, .. new byte[40]], _browser.Address);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            _bench.Turn();
            return _browser.Leg.IsBound;
        }, TimeSpan.FromSeconds(20)));
        return check;
    }

    // With the password of the newest description.
    private byte[] Check(bool isChosen)
    {
        if (_password.Length == 0)
        {
            var lines = _paths.Answer(_browser.Leg, Offer, [], "127.0.0.1")!.Split('\n');
            (_ufrag, _password) = (Value("a=ice-ufrag:"), Encoding.ASCII.GetBytes(Value("a=ice-pwd:")));
            string Value(string name) => lines.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..];
        }

        var username = Encoding.ASCII.GetBytes($"{_ufrag}:h6vY");
        byte[] name = [0, 6, 0, (byte)username.Length, .. username, .. new byte[(4 - username.Length % 4) % 4]];
        byte[] chosen = isChosen ? [0, 0x25, 0, 0] : [];
        byte[] message = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, .. new byte[12], .. name, .. chosen];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 20 + 24));
#pragma warning disable CA5350 // SHA-1: RFC 5389 knows no other.
        return [.. message, 0, 8, 0, 20, .. HMACSHA1.HashData(_password, message)];
#pragma warning restore CA5350
    }

    private string _ufrag = "";
    private byte[] _password = [];

    private void Ask(byte[] check, SocketAddressV4 from)
    {
        _bench.Handle(_browser.Leg.Thread, check, from);
        _bench.Turn();
        _bench.Clear();
    }

    private int Hears()
    {
        Assert.Null(_bench.Send(_speaker, _speaker.Packet(s_frame)));
        return _bench.TakeSent(_browser.Address).Count(packet => !Rtp.IsRtcp(packet));
    }

    private void Pass(int seconds)
    {
        _browser.Leg.Thread.Check(MediaClock.Now + seconds * TimeSpan.TicksPerSecond);
        _bench.Clear();
    }

    private sealed class Sink : IDatagramSink
    {
        public int Sent { get; private set; }

        public void Send(ReadOnlySpan<byte> datagram) => Sent += Rtp.IsRtcp(datagram) ? 0 : 1;
    }

    // Believes everybody.
    private sealed class AnyDtls : IDtls, IDtlsSession
    {
        public CertificateFingerprint Fingerprint { get; } = CertificateFingerprint.Of([1]);

        public SrtpProfile Profile => SrtpProfile.AeadAes128Gcm;

        public byte[] Keying { get; } = RandomNumberGenerator.GetBytes(SrtpCipher.KeyingLength(SrtpProfile.AeadAes128Gcm));

        public IDtlsSession Accept(IDatagrams datagrams, CertificateFingerprint browser, TimeSpan patience) => this;

        public bool Read() => true;
    }
}
