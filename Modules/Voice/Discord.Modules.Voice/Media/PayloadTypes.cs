namespace Discord.Modules.Voice.Media;

/// <summary>Discord's payload types and those that a browser chose for the same codecs. In a room, Discord's are used.</summary>
internal sealed class PayloadTypes
{
    private const int Count = 128;

    private readonly byte[] _toRoom = new byte[Count];
    private readonly byte[] _toLeg = new byte[Count];
    private readonly MediaKind[] _kinds = new MediaKind[Count];

    /// <param name="own">1 to 127: the leg's.</param>
    /// <param name="type">1 to 127: Discord's.</param>
    /// <param name="isPlayed">False: the leg sends it, and is not sent it.</param>
    public PayloadTypes Add(byte own, byte type, MediaKind kind, bool isPlayed = true)
    {
        (_toRoom[own], _kinds[own]) = (type, kind);
        if (isPlayed)
            _toLeg[type] = own;
        return this;
    }

    /// <summary>0: not agreed.</summary>
    public byte ToRoom(byte own, out MediaKind kind)
    {
        kind = _kinds[own & 127];
        return _toRoom[own & 127];
    }

    /// <summary>0: not agreed.</summary>
    public byte ToLeg(byte type) => _toLeg[type & 127];
}

/// <summary>Payload types in a room: those of Discord's native clients, whoever sends. A video codec's retransmissions have the next number.</summary>
internal static class RoomTypes
{
    public const byte Av1 = 101;
    public const byte H265 = 103;
    public const byte H264 = 105;
    public const byte Vp8 = 107;
    public const byte Vp9 = 109;

    /// <summary>By the name that SDP and op 1 have for a codec; 0: rooms do not carry it.</summary>
    public static byte Of(string codec) => codec.ToUpperInvariant() switch
    {
        "OPUS" => Rtp.Opus,
        "AV1" or "AV1X" => Av1,
        "H265" => H265,
        "H264" => H264,
        "VP8" => Vp8,
        "VP9" => Vp9,
        _ => 0,
    };

    /// <summary>Codecs' names are told apart by letters alone, not by their size (RFC 4855); what rooms do not carry keeps its name.</summary>
    public static string NameOf(string codec) => Of(codec) switch
    {
        Rtp.Opus => "opus",
        Av1 => "AV1",
        0 => codec,
        _ => codec.ToUpperInvariant(),
    };

    public static byte OfRetransmission(byte video) => (byte)(video + 1);
}
