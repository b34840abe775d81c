using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Discord.Modules.Voice.Media;
using Discord.Protocol;

namespace Discord.Modules.Voice.Signalling;

/// <summary>The opcodes of the voice gateway.</summary>
/// <remarks>Source: Discord docs, Opcodes and Status Codes, "Voice Opcodes"; protocol.md 5.1 for the rest. 21 to 31 belong to end-to-end encryption.</remarks>
internal enum VoiceOpcode
{
    Identify = 0,
    SelectProtocol = 1,
    Ready = 2,
    Heartbeat = 3,
    SessionDescription = 4,
    Speaking = 5,
    HeartbeatAck = 6,
    Resume = 7,
    Hello = 8,
    Resumed = 9,
    ClientsConnect = 11,
    Video = 12,
    ClientDisconnect = 13,
    SessionUpdate = 14,
    MediaSinkWants = 15,
    BackendVersion = 16,
    ClientFlags = 18,
    ClientPlatform = 20,
    FirstEndToEnd = 21,
    LastEndToEnd = 31,
    NoRoute = 32,
    /// <summary>Not Discord's: <see cref="PeerMessage"/>.</summary>
    Peer = 64,
}

/// <summary>What the voice gateway says, as JSON objects.</summary>
internal static class VoiceMessages
{
    public static readonly byte[] Resumed = Make(VoiceOpcode.Resumed, "null");

    private static readonly string s_build = typeof(VoiceMessages).Assembly.GetName().Version!.ToString(3);

    public static readonly byte[] BackendVersion = Make(VoiceOpcode.BackendVersion, $$"""{"voice":"{{s_build}}","rtc_worker":"{{s_build}}"}""");

    public static byte[] Hello(int version, TimeSpan interval) => Make(VoiceOpcode.Hello, $$"""{"v":{{version}},"heartbeat_interval":{{(int)interval.TotalMilliseconds}}}""");

    /// <param name="nonce">JSON: what the heartbeat carried.</param>
    /// <param name="named">From version 8 on: {"t": nonce}.</param>
    public static byte[] HeartbeatAck(string nonce, bool named) => Make(VoiceOpcode.HeartbeatAck, named ? $$"""{"t":{{nonce}}}""" : nonce);

    /// <param name="relays">This server's own addition, which clients of Discord's protocol do not look at.</param>
    /// <param name="best">Of the layers that the client would send the one that is taken; null: it named none.</param>
    public static byte[] Ready(Leg leg, string address, IReadOnlyList<IceServer> relays, VideoStream? best)
    {
        object[] streams = best is null ? [] : [new { type = "video", rid = best.Rid, ssrc = leg.VideoSsrc, rtx_ssrc = leg.RtxSsrc, quality = best.Quality, active = false }];
        var body = new { ssrc = leg.AudioSsrc, ip = address, port = leg.Port, modes = EncryptionModes.All, experiments = Array.Empty<string>(), streams, ice_servers = relays };
        return Make(VoiceOpcode.Ready, JsonSerializer.Serialize(body, ProtocolJson.Options));
    }

    public static byte[] Speaking(VoiceSession session) =>
        Make(VoiceOpcode.Speaking, $$"""{"user_id":"{{session.UserId}}","ssrc":{{session.Leg!.AudioSsrc}},"speaking":{{session.Speaking}}}""");

    public static byte[] ClientsConnect(IEnumerable<VoiceSession> sessions) => Make(VoiceOpcode.ClientsConnect, $$"""{"user_ids":[{{string.Join(',', sessions.Select(session => $"\"{session.UserId}\""))}}]}""");

    public static byte[] ClientDisconnect(Snowflake userId) => Make(VoiceOpcode.ClientDisconnect, $$"""{"user_id":"{{userId}}"}""");

    public static byte[] ClientFlags(Snowflake userId) => Make(VoiceOpcode.ClientFlags, $$"""{"user_id":"{{userId}}","flags":0}""");

    public static byte[] ClientPlatform(Snowflake userId) => Make(VoiceOpcode.ClientPlatform, $$"""{"user_id":"{{userId}}","platform":0}""");

    public static byte[] SessionUpdate(VoiceSession session) =>
        Make(VoiceOpcode.SessionUpdate, $$"""{"audio_codec":"opus","video_codec":"{{session.VideoCodec}}","media_session_id":"{{session.MediaSessionId}}"}""");

    /// <summary>The streams of somebody's camera or screen, under the SSRCs at which the others receive them.</summary>
    public static byte[] Video(VoiceSession session)
    {
        var (leg, video) = (session.Leg!, session.Video!);
        var streams = video.Streams.Select(stream => new
        {
            type = "video",
            rid = stream.Rid,
            ssrc = leg.VideoSsrc,
            rtx_ssrc = leg.RtxSsrc,
            quality = stream.Quality,
            active = stream.Active,
            max_bitrate = stream.MaxBitrate,
            max_framerate = stream.MaxFramerate,
            max_resolution = new { type = stream.IsSource ? "source" : "fixed", width = stream.Width, height = stream.Height },
        });
        var body = new { user_id = session.UserId, audio_ssrc = leg.AudioSsrc, video_ssrc = video.IsOn ? leg.VideoSsrc : 0, streams };
        return Make(VoiceOpcode.Video, JsonSerializer.Serialize(body, ProtocolJson.Options));
    }

    public static byte[] Peer(object body) => Make(VoiceOpcode.Peer, JsonSerializer.Serialize(body, ProtocolJson.Options));

    /// <summary>Op 15 to who shows a picture: how well it is wanted by whoever wants it most, and the most pixels that it may have.</summary>
    public static byte[] MediaSinkWants(VoiceSession session)
    {
        var (ssrc, limits) = (session.Leg!.VideoSsrc, PictureLimits.Of(session.Rights));
        return Make(VoiceOpcode.MediaSinkWants, $$"""{"any":{{session.LookedAt}},"{{ssrc}}":{{session.LookedAt}},"pixelCounts":{"{{ssrc}}":{{limits.Width * limits.Height}} } }""");
    }

    /// <summary>Op 4 for a browser: the server's half of the description of both.</summary>
    public static byte[] SessionDescription(VoiceSession session, string answer) =>
        Make(VoiceOpcode.SessionDescription, $$"""{"sdp":{{JsonSerializer.Serialize(answer)}},"audio_codec":"opus","video_codec":"{{session.VideoCodec}}","media_session_id":"{{session.MediaSessionId}}","dave_protocol_version":0}""");

    /// <summary>Op 4 with the key. No string ever holds it; the one array that does is wiped when it was sent, and does not move before.</summary>
    public static byte[] SessionDescription(VoiceSession session, string mode, ReadOnlySpan<byte> key)
    {
        Span<byte> json = stackalloc byte[512];
        Utf8.TryWrite(json, $$"""{"op":4,"d":{"mode":"{{mode}}","secret_key":[{{key[0]}}""", out var at);
        foreach (var number in key[1..])
        {
            Utf8.TryWrite(json[at..], $",{number}", out var written);
            at += written;
        }

        Utf8.TryWrite(json[at..], $$"""],"video_codec":"{{session.VideoCodec}}","media_session_id":"{{session.MediaSessionId}}",""", out var rest);
        var end = """
            "audio_codec":"opus","dave_protocol_version":0}}
            """u8;
        end.CopyTo(json[(at + rest)..]);
        var message = GC.AllocateUninitializedArray<byte>(at + rest + end.Length, pinned: true);
        json[..message.Length].CopyTo(message);
        CryptographicOperations.ZeroMemory(json);
        return message;
    }

    private static byte[] Make(VoiceOpcode opcode, string data) => Encoding.UTF8.GetBytes($$"""{"op":{{(int)opcode}},"d":{{data}}}""");
}
