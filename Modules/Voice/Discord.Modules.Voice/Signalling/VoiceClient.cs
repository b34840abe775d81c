using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Voice.Media;
using Discord.Protocol;

namespace Discord.Modules.Voice.Signalling;

/// <summary>One voice connection's conversation: which opcodes are due, and what each does. Used by the connection's receive loop alone.</summary>
/// <remarks>Source: Discord docs, Voice, "Connecting to Voice"; protocol.md 5.1; clients.md 2.5 for what libraries insist on.</remarks>
internal sealed class VoiceClient(VoiceConnection connection, VoiceServer server, Action onIdentified)
{
    private const int MaxJsonDepth = 16;
    private const int MaxSecret = 128;
    private const int SpeakingFlags = 7;

    private VoiceSession? _session;
    private long _windowStart = server.Clock.GetTimestamp();
    private int _received;

    public void Hello() => connection.Send(VoiceMessages.Hello(connection.Version, server.Limits.HeartbeatInterval));

    /// <summary>Handles one message of the client.</summary>
    /// <returns>Null, or the code to close with.</returns>
    public VoiceCloseCode? Handle(ReadOnlyMemory<byte> message)
    {
        if (IsTooMany())
            return VoiceCloseCode.RateLimited;
        // Binary messages that are passed over.
        if (message.IsEmpty)
            return null;
        using var document = WireJson.TryParse(message, MaxJsonDepth);
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("op", out var opcode) || opcode.ValueKind != JsonValueKind.Number || !opcode.TryGetInt32(out var op))
            return VoiceCloseCode.DecodeError;
        var d = root.TryGetProperty("d", out var data) ? data : default;
        switch ((VoiceOpcode)op)
        {
            // Always answered, also before IDENTIFY.
            case VoiceOpcode.Heartbeat:
                return Beat(d);
            case VoiceOpcode.BackendVersion:
                connection.Send(VoiceMessages.BackendVersion);
                return null;
            case VoiceOpcode.Identify or VoiceOpcode.Resume when _session is not null:
                return VoiceCloseCode.AlreadyAuthenticated;
            case VoiceOpcode.Identify or VoiceOpcode.SelectProtocol or VoiceOpcode.Speaking or VoiceOpcode.Resume or VoiceOpcode.Video or VoiceOpcode.SessionUpdate or VoiceOpcode.MediaSinkWants or VoiceOpcode.Peer when d.ValueKind != JsonValueKind.Object:
                return VoiceCloseCode.DecodeError;
            case VoiceOpcode.Identify:
                return Identify(d);
            case VoiceOpcode.Resume:
                return Resume(d);
            case VoiceOpcode.SelectProtocol or VoiceOpcode.Speaking or VoiceOpcode.Video or VoiceOpcode.SessionUpdate or VoiceOpcode.MediaSinkWants or VoiceOpcode.Peer:
                return _session is { } session ? Handle((VoiceOpcode)op, session, d) : VoiceCloseCode.NotAuthenticated;
            // What belongs to end-to-end encryption is passed over: version 0 was chosen. Nor is there another route.
            case VoiceOpcode.NoRoute or (>= VoiceOpcode.FirstEndToEnd and <= VoiceOpcode.LastEndToEnd):
                return _session is null ? VoiceCloseCode.NotAuthenticated : null;
            default:
                return VoiceCloseCode.UnknownOpcode;
        }
    }

    /// <summary>The socket is gone: the session waits for another one.</summary>
    public void End()
    {
        if (_session is { } session)
            session.Room.Drop(session, connection);
        else
            onIdentified();
    }

    private VoiceCloseCode? Handle(VoiceOpcode op, VoiceSession session, JsonElement d)
    {
        switch (op)
        {
            case VoiceOpcode.SelectProtocol:
                return Select(session, d);
            case VoiceOpcode.Speaking:
                if (ReadSpeaking(d) is not { } flags)
                    return VoiceCloseCode.DecodeError;
                server.Speak(session, connection, flags);
                return null;
            case VoiceOpcode.Video:
                if (VideoOffer.Read(d) is not { } offer)
                    return VoiceCloseCode.DecodeError;
                session.Room.Show(session, connection, offer);
                return null;
            case VoiceOpcode.SessionUpdate:
                if (!TryCodecs(d, out var codecs))
                    return VoiceCloseCode.DecodeError;
                session.Room.Negotiate(session, connection, codecs);
                return null;
            case VoiceOpcode.Peer:
                if (PeerMessage.Read(d) is not { } message)
                    return VoiceCloseCode.DecodeError;
                session.Room.Pass(session, connection, message);
                return null;
            default:
                if (MediaSinkWants.Read(d) is not { } wants)
                    return VoiceCloseCode.DecodeError;
                session.Room.Want(session, connection, wants);
                return null;
        }
    }

    private VoiceCloseCode? Beat(JsonElement d)
    {
        connection.LastSeen = server.Clock.GetTimestamp();
        // From version 8 on {"t": nonce, "seq_ack": number}; before, the bare nonce. Each is answered as it came.
        var isNamed = d.ValueKind == JsonValueKind.Object;
        var nonce = isNamed && d.TryGetProperty("t", out var t) ? t : isNamed ? default : d;
        if (nonce.ValueKind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Null) || nonce.GetRawText() is not { Length: <= MaxSecret } text)
            return VoiceCloseCode.DecodeError;
        if (isNamed && _session is { } session && (!TrySequence(d, out var acknowledged) || !session.Room.Acknowledge(session, connection, acknowledged)))
            return VoiceCloseCode.DecodeError;
        connection.Send(VoiceMessages.HeartbeatAck(text, isNamed));
        return null;
    }

    private VoiceCloseCode? Identify(JsonElement d)
    {
        if (!TryCredentials(d, out var serverId, out var sessionId, out var token) || !TryId(d, "user_id", out var userId) || VideoStream.ReadMany(d) is not { } streams)
            return VoiceCloseCode.DecodeError;
        var (session, refused) = server.Find(serverId, sessionId, userId, token);
        if (session is null)
            return refused;
        if (!server.Enter(session, connection, streams))
            return VoiceCloseCode.SessionInvalid;
        Carry(session);
        return null;
    }

    private VoiceCloseCode? Resume(JsonElement d)
    {
        if (!TryCredentials(d, out var serverId, out var sessionId, out var token) || !TrySequence(d, out var acknowledged))
            return VoiceCloseCode.DecodeError;
        // Somebody else's session is as unknown as one that never was.
        if (server.Find(serverId, sessionId, null, token).Session is not { } session || !session.Room.Resume(session, connection, acknowledged))
            return VoiceCloseCode.SessionInvalid;
        Carry(session);
        return null;
    }

    private VoiceCloseCode? Select(VoiceSession session, JsonElement d)
    {
        if (!d.TryText("protocol", MaxSecret, out var protocol) || !TryCodecs(d, out var codecs))
            return VoiceCloseCode.DecodeError;
        var hasData = d.TryGetProperty("data", out var data);
        switch (protocol)
        {
            case "udp":
                // The address is learned from packets that the key proves. Who only listens sends none: they are where IP discovery told them that they are.
                return !hasData || data.ValueKind != JsonValueKind.Object ? VoiceCloseCode.DecodeError
                    : !data.TryText("mode", MaxSecret, out var mode) ? VoiceCloseCode.UnknownEncryptionMode
                    : session.Room.SelectUdp(session, connection, mode, AddressOf(data), codecs);
            case "webrtc":
                return hasData && data.ValueKind == JsonValueKind.String ? session.Room.SelectWebRtc(session, connection, data.GetString()!, codecs) : VoiceCloseCode.DecodeError;
            default:
                return VoiceCloseCode.UnknownProtocol;
        }
    }

    private void Carry(VoiceSession session)
    {
        _session = session;
        connection.IsIdentified = true;
        connection.LastSeen = server.Clock.GetTimestamp();
        onIdentified();
    }

    private bool IsTooMany()
    {
        if (server.Clock.GetElapsedTime(_windowStart) >= SignallingLimits.RateWindow)
            (_windowStart, _received) = (server.Clock.GetTimestamp(), 0);
        return ++_received > SignallingLimits.MaxMessages;
    }

    // Libraries of old send true and false.
    private static int? ReadSpeaking(JsonElement d) => d.TryGetProperty("speaking", out var speaking) ? speaking.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when speaking.TryGetInt32(out var flags) && (flags & ~SpeakingFlags) == 0 => flags,
        _ => null,
    } : null;

    // Null: none that can be used, as of clients that did without IP discovery.
    private static SocketAddressV4? AddressOf(JsonElement data) =>
        data.TryText("address", MaxSecret, out var text) && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
        && !address.Equals(IPAddress.Any) && data.TryUInt("port", 1, ushort.MaxValue, out var port) && port > 0 ? new SocketAddressV4(address, (int)port) : null;

    private static bool TryCredentials(JsonElement d, out Snowflake serverId, out string sessionId, out string token)
    {
        token = "";
        sessionId = "";
        return TryId(d, "server_id", out serverId) && d.TryText("session_id", MaxSecret, out sessionId) && d.TryText("token", MaxSecret, out token);
    }

    private static bool TryId(JsonElement d, string name, out Snowflake id)
    {
        id = default;
        return d.TryGetProperty(name, out var value) && Snowflake.TryParse(value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }, out id);
    }

    /// <param name="sequence">Null: the client has nothing yet. It says so with -1, or not at all.</param>
    private static bool TrySequence(JsonElement d, out int? sequence)
    {
        var isNumber = d.TryUInt("seq_ack", -1, ushort.MaxValue, out var number);
        sequence = d.TryGetProperty("seq_ack", out var given) && given.ValueKind == JsonValueKind.Number && number >= 0 ? (int)number : null;
        return isNumber;
    }

    private static bool TryCodecs(JsonElement d, out IReadOnlyList<MediaCodec> codecs)
    {
        var read = MediaCodec.ReadMany(d.TryGetProperty("codecs", out var list) ? list : default);
        codecs = read ?? [];
        return read is not null;
    }
}
