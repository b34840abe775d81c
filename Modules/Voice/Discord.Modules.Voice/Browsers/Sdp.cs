using System.Globalization;
using System.Net;
using System.Text;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Signalling;

namespace Discord.Modules.Voice.Browsers;

/// <summary>What a browser's side of the session description says: all that is needed to answer it.</summary>
/// <param name="Ufrag">4 to 256 characters (RFC 8839).</param>
/// <param name="Fingerprint">Of the certificate that its DTLS will show.</param>
/// <param name="Types">The browser's payload types, and the room's.</param>
/// <param name="LevelExtension">The browser's number of the header extension that says how loud a packet is (RFC 6464); 0: none.</param>
internal sealed record BrowserOffer(string Ufrag, CertificateFingerprint Fingerprint, PayloadTypes Types, byte LevelExtension)
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a whole offer, or the lines of one that matter (protocol.md 5.7): ice-ufrag, fingerprint, extmap, rtpmap, fmtp with apt.</summary>
    /// <param name="codecs">Where the lines do not tell all payload types.</param>
    /// <returns>Null: what must be there is not, or makes no sense.</returns>
    public static BrowserOffer? Read(string sdp, IReadOnlyList<MediaCodec> codecs)
    {
        if (sdp.Length > MaxLength)
            return null;
        string? ufrag = null;
        CertificateFingerprint? fingerprint = null;
        byte level = 0;
        var maps = new Dictionary<byte, string>();
        var repairs = new Dictionary<byte, byte>();
        foreach (var range in sdp.AsSpan().SplitAny('\r', '\n'))
        {
            var line = sdp.AsSpan()[range].Trim();
            if (TryCut(line, "a=ice-ufrag:", out var rest))
                ufrag ??= rest.ToString();
            else if (TryCut(line, "a=fingerprint:", out rest))
                fingerprint ??= CertificateFingerprint.Read(rest);
            else if (TryCut(line, "a=extmap:", out rest) && TryNumber(rest, " /", out var number, out rest) && number is > 0 and < 15 && rest.EndsWith(" urn:ietf:params:rtp-hdrext:ssrc-audio-level"))
                level = number;
            else if (TryCut(line, "a=rtpmap:", out rest) && TryNumber(rest, " ", out number, out rest) && rest.Contains('/'))
                maps.TryAdd(number, rest[1..rest.IndexOf('/')].ToString());
            else if (TryCut(line, "a=fmtp:", out rest) && TryNumber(rest, " ", out number, out rest) && TryCut(rest[1..], "apt=", out var repaired) && byte.TryParse(repaired, out var apt))
                repairs.TryAdd(apt, number);
        }

        // The first of a codec counts: browsers list H264 once for each of its profiles.
        var listed = codecs.Select(codec => (codec.Name, Own: codec.PayloadType, Repair: codec.RtxPayloadType))
            .Concat(maps.Select(map => (Name: map.Value, Own: (int)map.Key, Repair: (int)repairs.GetValueOrDefault(map.Key))));
        var (types, taken, hasAudio) = (new PayloadTypes(), new HashSet<int>(), false);
        foreach (var (name, own, repair) in listed.DistinctBy(codec => codec.Name.ToUpperInvariant()))
        {
            var native = RoomTypes.Of(name);
            if (native == 0)
                continue;
            if (own is 0 or > 127 || !taken.Add(own))
                return null;
            types.Add((byte)own, native, native == Rtp.Opus ? MediaKind.Audio : MediaKind.Video);
            hasAudio |= native == Rtp.Opus;
            if (native != Rtp.Opus && repair is > 0 and <= 127 && taken.Add(repair))
                types.Add((byte)repair, RoomTypes.OfRetransmission(native), MediaKind.Retransmission);
        }
        return ufrag is { Length: >= 4 and <= 256 } && fingerprint is not null && hasAudio ? new BrowserOffer(ufrag, fingerprint, types, level) : null;
    }

    private static bool TryCut(ReadOnlySpan<char> line, string prefix, out ReadOnlySpan<char> rest)
    {
        rest = line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : default;
        return !rest.IsEmpty;
    }

    /// <summary>A number up to one of the ends, which the rest begins with.</summary>
    private static bool TryNumber(ReadOnlySpan<char> text, string ends, out byte number, out ReadOnlySpan<char> rest)
    {
        var end = text.IndexOfAny(ends);
        rest = end < 0 ? default : text[end..];
        number = 0;
        return end > 0 && byte.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}

/// <summary>Our side: what SESSION_DESCRIPTION tells a browser.</summary>
internal static class BrowserAnswer
{
    // As RFC 8445 counts them: type 126 (host), first component; UDP before TCP.
    private const uint UdpPriority = (126u << 24) | (0xFFFFu << 8) | 255;
    private const uint TcpPriority = (126u << 24) | (0x4FFFu << 8) | 255;

    public static string Write(string ufrag, string password, CertificateFingerprint fingerprint, IPAddress address, int port) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"m=audio {port} ICE/SDP\n")
        .Append(CultureInfo.InvariantCulture, $"c=IN IP4 {address}\n")
        .Append(CultureInfo.InvariantCulture, $"a=rtcp:{port}\n")
        .Append(CultureInfo.InvariantCulture, $"a=ice-ufrag:{ufrag}\n")
        .Append(CultureInfo.InvariantCulture, $"a=ice-pwd:{password}\n")
        .Append(CultureInfo.InvariantCulture, $"a=fingerprint:{fingerprint}\n")
        .Append(CultureInfo.InvariantCulture, $"a=candidate:1 1 UDP {UdpPriority} {address} {port} typ host\n")
        .Append(CultureInfo.InvariantCulture, $"a=candidate:2 1 TCP {TcpPriority} {address} {port} typ host tcptype passive\n")
        .ToString();
}
