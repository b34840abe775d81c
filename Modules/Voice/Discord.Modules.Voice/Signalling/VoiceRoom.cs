using System.Security.Cryptography;
using System.Text.Json;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Protocol;

namespace Discord.Modules.Voice.Signalling;

/// <summary>Those who hear each other, and what they are told of each other. Every change of a room and of its sessions happens under its lock, and no call under it waits.</summary>
/// <remarks>
/// In a small room everybody is told of everybody. In a large one that would be millions of messages when thousands join; there one is told of
/// those alone who speak, and of each once: libraries play no packet before an op 5 named the user of its SSRC.
/// </remarks>
internal sealed class VoiceRoom(Snowflake id, Sfu sfu, IBrowserPaths? browsers, TimeProvider clock)
{
    /// <summary>Participants of a small room, at most.</summary>
    public const int SmallUpTo = 100;

    /// <summary>Flag of op 5.</summary>
    private const int PrioritySpeaker = 4;

    private readonly Lock _gate = new();
    // In the order of arrival.
    private readonly List<VoiceSession> _present = [];
    private long _arrivals;

    public Snowflake Id => id;

    /// <summary>Sessions that may enter. Guarded by the server's lock.</summary>
    public int Grants { get; set; }

    private bool IsSmall => _present.Count <= SmallUpTo;

    /// <summary>IDENTIFY: READY, then who is here. A second one for the same grant begins anew, on the newest socket.</summary>
    /// <param name="streams">The layers of a picture that the client would send.</param>
    /// <returns>False when the grant ended meanwhile.</returns>
    public bool Enter(VoiceSession session, VoiceConnection connection, IReadOnlyList<VideoStream> streams)
    {
        lock (_gate)
        {
            if (session.IsOver)
                return false;
            session.Connection?.Close(VoiceCloseCode.SessionInvalid);
            Depart(session);
            session.Begin(connection, Join(session), ++_arrivals);
            session.Send(VoiceMessages.Ready(session.Leg!, connection.MediaAddress, browsers?.Relays(session.UserId) ?? [], streams.MaxBy(stream => stream.Quality)));
            Introduce(session, session.Send);
            if (_present.Count < SmallUpTo)
            {
                byte[][] introduction = [VoiceMessages.ClientsConnect([session]), VoiceMessages.ClientFlags(session.UserId), VoiceMessages.ClientPlatform(session.UserId)];
                foreach (var other in _present)
                    Introduce(other, introduction);
            }

            _present.Add(session);
            return true;
        }
    }

    /// <summary>RESUME: RESUMED, then what was missed.</summary>
    /// <param name="acknowledged">The number of the last message that the client has; null: it has none. Of no meaning before version 8, which has no numbers.</param>
    /// <returns>False when there is nothing to resume, or what was missed is not there any more.</returns>
    public bool Resume(VoiceSession session, VoiceConnection connection, int? acknowledged)
    {
        lock (_gate)
        {
            if (session.IsOver || session.Leg is null || (connection.IsNumbered && !session.Acknowledge(acknowledged)))
                return false;
            session.Connection?.Close(VoiceCloseCode.SessionInvalid);
            session.Attach(connection);
            connection.Send(VoiceMessages.Resumed);
            if (connection.IsNumbered)
                session.Replay();
            else
                Introduce(session, json => connection.Send(json));
            return true;
        }
    }

    /// <summary>The socket ended; the session stays until it is resumed or its time is over.</summary>
    public void Drop(VoiceSession session, VoiceConnection connection)
    {
        lock (_gate)
        {
            if (session.Connection == connection)
                session.Detach(clock.GetTimestamp());
        }
    }

    /// <summary>The grant ended.</summary>
    /// <param name="code">Null: the client is about to close by itself.</param>
    public void Remove(VoiceSession session, VoiceCloseCode? code, TimeSpan patience)
    {
        lock (_gate)
        {
            session.IsOver = true;
            Depart(session);
            if (code is { } now)
                session.Connection?.Close(now);
            else
                session.Connection?.CloseBy(patience, VoiceCloseCode.SessionInvalid);
        }
    }

    public void Change(VoiceSession session, VoiceRights rights)
    {
        lock (_gate)
        {
            var changed = session.Rights ^ rights;
            session.Rights = rights;
            session.Leg?.Change(rights);
            if (session.IsAnnounced && changed.HasFlag(VoiceRights.Speak))
                TellSpeaking(session);
            if (session.Video is { IsOn: true } && !rights.HasFlag(VoiceRights.Video))
                Show(session, VideoOffer.None);
        }
    }

    /// <summary>Whether a session waits for its client since this time.</summary>
    public bool IsLost(VoiceSession session, long since)
    {
        lock (_gate)
            return session is { IsOver: false, Leg: not null, Connection: null } && session.DroppedAt <= since;
    }

    /// <summary>Whether it is to be reported that somebody speaks: once every so often.</summary>
    public bool IsToReport(VoiceSession session, TimeSpan every)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (session.Leg is null || session.Speaking == 0 || clock.GetElapsedTime(session.ReportedAt, now) < every)
                return false;
            session.ReportedAt = now;
            return true;
        }
    }

    /// <summary>Op 1 for UDP: a new key, which begins to count when the client has been told.</summary>
    /// <param name="address">Where the client says that it is: nobody else's IP discovery counts from now on. Null: it does not say.</param>
    /// <returns>Null, or the code to close with.</returns>
    public VoiceCloseCode? SelectUdp(VoiceSession session, VoiceConnection connection, string mode, SocketAddressV4? address, IReadOnlyList<MediaCodec> codecs)
    {
        if (!EncryptionModes.All.Contains(mode))
            return VoiceCloseCode.UnknownEncryptionMode;
        lock (_gate)
        {
            if (!IsOf(session, connection))
                return null;
            BeginAnew(session);
            Choose(session, codecs);
            Span<byte> key = stackalloc byte[EncryptionModes.KeyLength];
            RandomNumberGenerator.Fill(key);
            connection.SendSecret(VoiceMessages.SessionDescription(session, mode, key));
            session.Leg!.Use(EncryptionModes.Create(mode, key)!);
            if (address is { } told)
                session.Leg.Expect(told);
            AnnounceEarly(session);
            CryptographicOperations.ZeroMemory(key);
            Pictures.Tell(_present);
            return null;
        }
    }

    private Leg Join(VoiceSession session)
    {
        var leg = sfu.Join(id, session.UserId, session.Rights);
        leg.KeyWorn = () => Renew(session, leg);
        return leg;
    }

    // A key wears out; who identifies again gets another.
    private void Renew(VoiceSession session, Leg leg)
    {
        lock (_gate)
        {
            if (session.Leg == leg)
                session.Connection?.Close(VoiceCloseCode.SessionInvalid);
        }
    }

    // A browser that begins anew numbers its packets anew, from anywhere: under the SSRCs that the others know they would be taken for old ones. It gets others.
    private void BeginAnew(VoiceSession session)
    {
        if (!session.IsBrowser)
            return;
        session.Leg!.Leave();
        session.Take(Join(session));
        session.Leg.Want(session.Wants.Any, session.Wants.BySsrc);
        if (session.IsAnnounced)
        {
            TellSpeaking(session);
            session.Leg.Announce();
        }

        if (session.Video is { IsOn: true } offer)
            Show(session, offer);
    }

    // Libraries send op 5 and the first packets in one breath, and the packets are faster: those would be lost. In a small room the others are told of the
    // SSRC at once, with nobody speaking yet.
    private void AnnounceEarly(VoiceSession session)
    {
        if (session.IsAnnounced || !IsSmall)
            return;
        session.IsAnnounced = true;
        TellSpeaking(session);
        session.Leg!.Announce();
    }

    /// <summary>Op 1 for a browser.</summary>
    /// <returns>Null, or the code to close with.</returns>
    public VoiceCloseCode? SelectWebRtc(VoiceSession session, VoiceConnection connection, string offer, IReadOnlyList<MediaCodec> codecs)
    {
        lock (_gate)
        {
            if (!IsOf(session, connection))
                return null;
            BeginAnew(session);
            Choose(session, codecs);
            if (browsers?.Answer(session.Leg!, offer, codecs, connection.MediaAddress) is not { } answer)
                return VoiceCloseCode.UnknownProtocol;
            session.IsBrowser = true;
            session.Send(VoiceMessages.SessionDescription(session, answer));
            Pictures.Tell(_present);
            return null;
        }
    }

    /// <summary>Op 5. Media of this session is taken from now on.</summary>
    public void Speak(VoiceSession session, VoiceConnection connection, int flags)
    {
        lock (_gate)
        {
            if (!IsOf(session, connection))
                return;
            session.Flags = session.Rights.HasFlag(VoiceRights.Priority) ? flags : flags & ~PrioritySpeaker;
            var isFirst = !session.IsAnnounced;
            session.IsAnnounced = true;
            TellSpeaking(session);
            // The others know whose packets these are before the first is sent to them.
            if (isFirst)
                session.Leg!.Announce();
        }
    }

    /// <summary>Op 12.</summary>
    public void Show(VoiceSession session, VoiceConnection connection, VideoOffer offer)
    {
        lock (_gate)
        {
            if (IsOf(session, connection) && (!offer.IsOn || session.Rights.HasFlag(VoiceRights.Video)))
                Show(session, offer);
        }
    }

    /// <summary>Op 14: what this client can play.</summary>
    public void Negotiate(VoiceSession session, VoiceConnection connection, IReadOnlyList<MediaCodec> codecs)
    {
        lock (_gate)
        {
            if (!IsOf(session, connection))
                return;
            Choose(session, codecs);
            session.Send(VoiceMessages.SessionUpdate(session));
            Pictures.Tell(_present);
        }
    }

    /// <summary>Op 15.</summary>
    public void Want(VoiceSession session, VoiceConnection connection, MediaSinkWants wants)
    {
        lock (_gate)
        {
            if (!IsOf(session, connection))
                return;
            session.Wants = wants;
            session.Leg!.Want(wants.Any, wants.BySsrc);
            Pictures.Tell(_present);
        }
    }

    /// <summary>Op 64: passed on between the two of a direct call, once both have said that they would. For others nothing happens, and their media goes by the SFU.</summary>
    public void Pass(VoiceSession session, VoiceConnection connection, PeerMessage message)
    {
        lock (_gate)
        {
            if (!IsOf(session, connection) || !session.Grant.IsDirect)
                return;
            var other = _present.Find(other => other != session);
            var wereBoth = session.IsPeer && other is { IsPeer: true };
            switch (message.Type)
            {
                case PeerMessage.Ready:
                    session.IsPeer = true;
                    if (wereBoth || other is not { IsPeer: true })
                        return;
                    other.Send(PeerMessage.WriteStart(session.UserId, offers: true));
                    session.Send(PeerMessage.WriteStart(other.UserId, offers: false));
                    break;
                case PeerMessage.End:
                    session.IsPeer = false;
                    if (!wereBoth)
                        return;
                    other!.IsPeer = false;
                    other.Send(message.Write(session.UserId));
                    break;
                default:
                    if (wereBoth)
                        other!.Send(message.Write(session.UserId));
                    break;
            }
        }
    }

    /// <summary>What a client has need not be kept for it.</summary>
    /// <returns>False when it claims to have what was never sent.</returns>
    public bool Acknowledge(VoiceSession session, VoiceConnection connection, int? sequence)
    {
        lock (_gate)
            return !IsOf(session, connection) || sequence is null || session.Acknowledge(sequence);
    }

    // What an older socket of the session still says is passed over.
    private static bool IsOf(VoiceSession session, VoiceConnection connection) => !session.IsOver && session.Leg is not null && session.Connection == connection;

    private void Show(VoiceSession session, VideoOffer offer)
    {
        session.Video = offer.Within(session.Rights);
        Tell(session, VoiceMessages.Video(session));
        session.Leg!.Show(offer.IsOn);
        Pictures.Tell(_present);
    }

    private static void Choose(VoiceSession session, IReadOnlyList<MediaCodec> codecs)
    {
        if (codecs.Count == 0)
            return;
        session.Choose(codecs);
        session.Leg!.Choose(MediaCodec.Number(codecs));
    }

    private void Depart(VoiceSession session)
    {
        if (session.Leg is not { } leg)
            return;
        leg.Leave();
        session.End();
        _present.Remove(session);
        var goodbye = VoiceMessages.ClientDisconnect(session.UserId);
        foreach (var other in _present)
        {
            if (IsSmall || other.Arrival <= session.KnownUpTo)
                other.Send(goodbye);
        }

        Pictures.Tell(_present);
    }

    // Tells a newcomer, or who was away, of those who are here.
    private void Introduce(VoiceSession to, Action<byte[]> send)
    {
        var others = _present.Where(other => other != to && (IsSmall || other.Speaking != 0)).ToList();
        if (others.Count == 0)
            return;
        send(VoiceMessages.ClientsConnect(others));
        foreach (var other in others)
        {
            if (to.Connection!.IsNumbered && IsSmall)
            {
                send(VoiceMessages.ClientFlags(other.UserId));
                send(VoiceMessages.ClientPlatform(other.UserId));
            }

            if (other.IsAnnounced)
                send(VoiceMessages.Speaking(other));
            if (other.Video is { IsOn: true })
                send(VoiceMessages.Video(other));
            if (other.KnownUpTo == to.Arrival - 1)
                other.KnownUpTo = to.Arrival;
        }
    }

    private static void Introduce(VoiceSession to, byte[][] introduction)
    {
        // Flags and platform came with later versions.
        foreach (var json in introduction.AsSpan(0, to.Connection is { IsNumbered: false } ? 1 : introduction.Length))
            to.Send(json);
    }

    private void TellSpeaking(VoiceSession session)
    {
        if (IsSmall)
        {
            Tell(session, VoiceMessages.Speaking(session));
        }
        else if (session.Speaking != 0)
        {
            byte[][] news = [VoiceMessages.ClientsConnect([session]), VoiceMessages.Speaking(session)];
            for (var i = _present.Count - 1; i >= 0 && _present[i].Arrival > session.KnownUpTo; i--)
            {
                if (_present[i] == session)
                    continue;
                foreach (var json in news)
                    _present[i].Send(json);
            }
        }
        else
        {
            return;
        }

        session.KnownUpTo = _arrivals;
    }

    private void Tell(VoiceSession session, byte[] json)
    {
        foreach (var other in _present)
        {
            if (other != session)
                other.Send(json);
        }
    }
}

/// <summary>Browsers' way in: WebRTC instead of a key for plain UDP.</summary>
internal interface IBrowserPaths
{
    /// <summary>Takes the browser's offer; its keys are agreed on over the media port then, and the leg is given its cipher.</summary>
    /// <param name="offer">Lines of SDP: protocol.md 5.7. Not checked yet.</param>
    /// <param name="codecs">With the browser's payload types; empty: none were named.</param>
    /// <param name="address">The IPv4 address at which this client finds the media port.</param>
    /// <returns>The answer's lines; null: the offer is none.</returns>
    string? Answer(Leg leg, string offer, IReadOnlyList<MediaCodec> codecs, string address);

    /// <summary>What a browser's connection may be relayed by; empty: nothing.</summary>
    IReadOnlyList<IceServer> Relays(Snowflake userId);
}

/// <summary>An entry of RTCConfiguration.iceServers, with credentials for one person.</summary>
internal sealed record IceServer(IReadOnlyList<string> Urls, string Username, string Credential);
