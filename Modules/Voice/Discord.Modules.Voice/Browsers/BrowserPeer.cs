using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// One browser's way to its leg: ICE tells where it is, DTLS who it is and gives the keys, and from then on its packets are the leg's.
/// Reached from media threads, from TCP connections, and from the thread of its handshake.
/// </summary>
internal sealed class BrowserPeer : IDatagrams
{
    private const int UfragLength = 8;
    private const int PasswordLength = 24;
    private const int MaxWaiting = 32;

    /// <summary>Handshakes that one description may take: lost packets make more than one, nothing honest makes many.</summary>
    private const int MaxHandshakes = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly BrowserOffer _offer;
    private readonly IDtls _dtls;
    private readonly Handshakes _handshakes;
    private readonly BlockingCollection<byte[]> _arrived = new(MaxWaiting);
    private readonly Lock _lock = new();
    private IDtlsSession? _session;
    private IDatagramSink? _path;
    private bool _isReading;
    private bool _isOver;
    private int _tries;

    public BrowserPeer(Leg leg, BrowserOffer offer, IDtls dtls, Handshakes handshakes)
    {
        (Leg, _offer, _dtls, _handshakes) = (leg, offer, dtls, handshakes);
        Ufrag = RandomNumberGenerator.GetHexString(UfragLength, lowercase: true);
        Password = RandomNumberGenerator.GetHexString(PasswordLength, lowercase: true);
        PasswordBytes = Encoding.ASCII.GetBytes(Password);
        Username = Encoding.ASCII.GetBytes($"{Ufrag}:{offer.Ufrag}");
        TryReadUfrag(Username, out var key);
        Key = key;
    }

    public Leg Leg { get; }

    public string Ufrag { get; }

    public string Password { get; }

    public byte[] PasswordBytes { get; }

    /// <summary>What its requests have to carry.</summary>
    public byte[] Username { get; }

    /// <summary><see cref="Ufrag"/>, as it is looked up.</summary>
    public ulong Key { get; }

    /// <summary>Addresses from which an authentic request came: DTLS is taken from nowhere else. The oldest go. Guarded by the registry.</summary>
    public Queue<ulong> Addresses { get; } = new();

    /// <summary>Our half of the username, as a number: nothing is allocated for whatever strangers send.</summary>
    public static bool TryReadUfrag(ReadOnlySpan<byte> username, out ulong key)
    {
        key = username.Length > UfragLength && username[UfragLength] == (byte)':' ? BitConverter.ToUInt64(username) : 0;
        return key != 0;
    }

    /// <summary>ICE chose a path. Media follows as soon as there are keys.</summary>
    public void Choose(IDatagramSink path)
    {
        lock (_lock)
        {
            if (_isOver || path.Equals(_path))
                return;
            _path = path;
            if (_session is not null)
                Bind(path);
        }
    }

    public void Choose(in SocketAddressV4 address, MediaThread thread)
    {
        // Browsers repeat it every few seconds: nothing is made for that.
        if (_path is not UdpPath known || !known.Address.Equals(address))
            Choose(new UdpPath(thread, address));
    }

    /// <summary>A DTLS record came. What cannot be taken now, the browser sends again.</summary>
    /// <param name="from">Where it came from: answers go there while ICE has not chosen.</param>
    public void OnDtls(ReadOnlySpan<byte> datagram, IDatagramSink from)
    {
        lock (_lock)
        {
            if (_isOver || _arrived.Count == MaxWaiting)
                return;
            _path ??= from;
            _arrived.Add(datagram.ToArray());
            if (!_isReading && _handshakes.TryStart(Read))
                _isReading = true;
        }
    }

    /// <summary>The leg is gone, or there is a newer description.</summary>
    public void End()
    {
        lock (_lock)
            _isOver = true;
    }

    int IDatagrams.Receive(Span<byte> buffer, TimeSpan wait)
    {
        if (_isOver)
            throw new IOException("The browser is gone.");
        if (!_arrived.TryTake(out var datagram, wait))
            return -1;
        var length = Math.Min(buffer.Length, datagram.Length);
        datagram.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    void IDatagrams.Send(ReadOnlySpan<byte> datagram) => _path?.Send(datagram);

    /// <summary>On a thread of its own: until nothing is left to read.</summary>
    private void Read()
    {
        while (true)
        {
            var goesOn = _session is null ? Shake() : _session.Read();
            lock (_lock)
            {
                _isOver |= !goesOn;
                if (!_isOver && _arrived.Count > 0)
                    continue;
                _isReading = false;
                return;
            }
        }
    }

    private bool Shake()
    {
        try
        {
            var session = _dtls.Accept(this, _offer.Fingerprint, s_patience);
            var keying = session.Keying;
            var cipher = new SrtpCipher(session.Profile, keying, new BrowserStreams(_offer.Types, _offer.LevelExtension, Leg.AudioSsrc));
            CryptographicOperations.ZeroMemory(keying);
            lock (_lock)
            {
                if (_isOver)
                {
                    cipher.Dispose();
                    return false;
                }
                _session = session;
                Leg.Use(cipher, _offer.Types);
                Bind(_path!);
            }
            return true;
        }
        catch (DtlsException)
        {
            return ++_tries < MaxHandshakes;
        }
    }

    private void Bind(IDatagramSink path)
    {
        if (path is UdpPath udp)
            Leg.Bind(udp.Address);
        else
            Leg.Bind(path);
    }
}

/// <summary>The media port, towards one address. What is sent here is not media, and leaves by the port's own thread.</summary>
internal sealed record UdpPath(MediaThread Thread, SocketAddressV4 Address) : IDatagramSink
{
    public void Send(ReadOnlySpan<byte> datagram)
    {
        var copy = datagram.ToArray();
        Thread.Post(() => Thread.Send(copy, Address));
    }
}
