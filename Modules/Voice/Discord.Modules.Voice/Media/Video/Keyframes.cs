using System.Buffers.Binary;

namespace Discord.Modules.Voice.Media;

/// <summary>Where a keyframe begins: a picture that is understood without those before. The first bytes of a payload tell; nothing is decoded.</summary>
internal static class Keyframes
{
    /// <param name="type">A payload type of the room.</param>
    public static bool Begins(byte type, ReadOnlySpan<byte> payload) => payload.Length > 2 && type switch
    {
        RoomTypes.H264 => BeginsH264(payload),
        RoomTypes.H265 => BeginsH265(payload),
        RoomTypes.Vp8 => BeginsVp8(payload),
        RoomTypes.Vp9 => BeginsVp9(payload),
        // The aggregation header says that a coded video sequence is new.
        RoomTypes.Av1 => (payload[0] & 0x08) != 0,
        _ => false,
    };

    // RFC 6184: an intra picture (5) or the parameters that precede it (7), alone, in an aggregate (24), or as the first fragment (28).
    private static bool BeginsH264(ReadOnlySpan<byte> payload)
    {
        switch (payload[0] & 0x1F)
        {
            case 24:
                for (var rest = payload[1..]; rest.Length > 2;)
                {
                    if ((rest[2] & 0x1F) is 5 or 7)
                        return true;
                    var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(rest);
                    if (length > rest.Length)
                        break;
                    rest = rest[length..];
                }

                return false;
            case 28:
                return (payload[1] & 0x80) != 0 && (payload[1] & 0x1F) is 5 or 7;
            default:
                return (payload[0] & 0x1F) is 5 or 7;
        }
    }

    // RFC 7798: the same with other numbers; an aggregate (48) begins with the parameters.
    private static bool BeginsH265(ReadOnlySpan<byte> payload)
    {
        var kind = Kind(payload[0]);
        return kind switch
        {
            48 => payload.Length > 4 && IsIntra(Kind(payload[4])),
            49 => (payload[2] & 0x80) != 0 && IsIntra(payload[2] & 0x3F),
            _ => IsIntra(kind),
        };

        static int Kind(byte first) => first >> 1 & 0x3F;
        static bool IsIntra(int kind) => kind is (>= 16 and <= 21) or 32 or 33;
    }

    // RFC 7741: the first partition's beginning, and there the bit that says "not a keyframe".
    private static bool BeginsVp8(ReadOnlySpan<byte> payload)
    {
        if ((payload[0] & 0x17) != 0x10)
            return false;
        var at = 1;
        if ((payload[0] & 0x80) != 0)
        {
            var extension = payload[at++];
            if ((extension & 0x80) != 0)
                at += (payload[at] & 0x80) != 0 ? 2 : 1;
            at += ((extension & 0x40) != 0 ? 1 : 0) + ((extension & 0x30) != 0 ? 1 : 0);
        }

        return at < payload.Length && (payload[at] & 1) == 0;
    }

    // RFC 9628: a frame's beginning, predicted from none, in the lowest layer.
    private static bool BeginsVp9(ReadOnlySpan<byte> payload)
    {
        if ((payload[0] & 0x48) != 0x08)
            return false;
        var at = 1;
        if ((payload[0] & 0x80) != 0)
            at += (payload[at] & 0x80) != 0 ? 2 : 1;
        return (payload[0] & 0x20) == 0 || (at < payload.Length && (payload[at] & 0x0E) == 0);
    }
}
