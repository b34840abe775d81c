using System.Collections.Concurrent;
using System.Net;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Signalling;
using Discord.Protocol;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// Browsers in rooms: ICE-lite (RFC 8445) and DTLS on the media ports, next to the UDP of Discord's own protocol. What strangers send costs one look-up:
/// STUN by the ufrag that only the owner of a voice session was told, DTLS by an address from which such STUN came.
/// </summary>
internal sealed partial class BrowserPaths : IBrowserPaths, IBrowserTransport, IDisposable
{
    /// <summary>Addresses that one browser may have at a time: one for each of its networks, and some of them twice.</summary>
    private const int MaxAddresses = 16;

    private readonly IDtls _dtls;
    private readonly TurnServers _relays;
    private readonly Handshakes _handshakes;
    private readonly ConcurrentDictionary<ulong, BrowserPeer> _byUfrag = new();
    private readonly ConcurrentDictionary<ulong, BrowserPeer> _byAddress = new();
    private readonly ConcurrentDictionary<Leg, BrowserPeer> _byLeg = new();

    public BrowserPaths(IDtls dtls, TurnServers relays, ILogger<BrowserPaths> logger)
    {
        (_dtls, _relays) = (dtls, relays);
        _handshakes = new Handshakes(failure => LogFailure(logger, failure));
    }

    public IReadOnlyList<IceServer> Relays(Snowflake userId) => _relays.For(userId);

    /// <summary>Takes a browser's offer. Another one for the same leg replaces the first: the browser begins anew.</summary>
    public string? Answer(Leg leg, string offer, IReadOnlyList<MediaCodec> codecs, string address)
    {
        if (BrowserOffer.Read(offer, codecs) is not { } read)
            return null;
        var peer = new BrowserPeer(leg, read, _dtls, _handshakes);
        Forget(leg);
        _byLeg[leg] = peer;
        _byUfrag[peer.Key] = peer;
        leg.Gone = () => Forget(leg);
        return BrowserAnswer.Write(peer.Ufrag, peer.Password, _dtls.Fingerprint, IPAddress.Parse(address), leg.Port);
    }

    public void OnDatagram(MediaThread thread, ReadOnlySpan<byte> datagram, in SocketAddressV4 source)
    {
        if (!Stun.Is(datagram))
        {
            if (_byAddress.TryGetValue(source.Key, out var known) && known.Leg.Thread == thread)
                known.OnDtls(datagram, new UdpPath(thread, source));
            return;
        }

        Span<byte> answer = stackalloc byte[Stun.MaxLength];
        if (Check(datagram, source, answer, out var length, out var isChosen) is not { } peer || peer.Leg.Thread != thread)
            return;
        thread.Send(answer[..length], source);
        if (!_byAddress.TryGetValue(source.Key, out var owner) || owner != peer)
            Remember(peer, source.Key);
        peer.Leg.Agree(source, MediaClock.Now);
        if (isChosen)
            peer.Choose(source, thread);
    }

    /// <summary>Checks a binding request and writes what it is answered with.</summary>
    /// <param name="source">What the browser is told of where it is seen.</param>
    /// <param name="isChosen">The browser wants its media on this path.</param>
    /// <returns>Null: whoever sent it does not know the password. There is no answer then, so nobody is flooded in another's name.</returns>
    public BrowserPeer? Check(ReadOnlySpan<byte> datagram, in SocketAddressV4 source, Span<byte> answer, out int length, out bool isChosen)
    {
        (length, isChosen) = (0, false);
        if (!Stun.TryRead(datagram, out var request) || !BrowserPeer.TryReadUfrag(request.Username, out var key) || !_byUfrag.TryGetValue(key, out var peer)
            || !request.Username.SequenceEqual(peer.Username) || !Stun.IsSigned(request, peer.PasswordBytes))
            return null;
        if (request.Unknown != 0)
            length = Stun.WriteUnknownAttribute(answer, request, peer.PasswordBytes);
        else if (request.Controlled)
            length = Stun.WriteRoleConflict(answer, request, peer.PasswordBytes);
        else
            (length, isChosen) = (Stun.WriteSuccess(answer, request, source, peer.PasswordBytes), request.UseCandidate);
        return peer;
    }

    public void Dispose() => _handshakes.Dispose();

    private void Remember(BrowserPeer peer, ulong address)
    {
        lock (peer.Addresses)
        {
            if (!_byUfrag.ContainsKey(peer.Key))
                return;
            if (peer.Addresses.Count == MaxAddresses)
                _byAddress.TryRemove(new(peer.Addresses.Dequeue(), peer));
            peer.Addresses.Enqueue(address);
            _byAddress[address] = peer;
        }
    }

    private void Forget(Leg leg)
    {
        if (!_byLeg.TryRemove(leg, out var peer))
            return;
        peer.End();
        lock (peer.Addresses)
        {
            _byUfrag.TryRemove(peer.Key, out _);
            foreach (var address in peer.Addresses)
                _byAddress.TryRemove(new(address, peer));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A handshake with a browser failed in an unforeseen way")]
    private static partial void LogFailure(ILogger logger, Exception failure);
}
