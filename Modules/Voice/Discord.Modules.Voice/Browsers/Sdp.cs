using System.Globalization;
using System.Net;
using System.Text;

namespace Discord.Modules.Voice.Browsers;

/// <summary>A codec as SELECT_PROTOCOL lists it, besides the SDP.</summary>
internal readonly record struct BrowserCodec(string Name, byte PayloadType, byte? RetransmissionType);

/// <summary>What a browser's side of the session description says: all that is needed to answer it.</summary>
/// <param name="Ufrag">4 to 256 characters (RFC 8839).</param>
/// <param name="Fingerprint">Of the certificate that its DTLS will show.</param>
/// <param name="PayloadTypes">The browser's number, and the room's.</param>
/// <param name="Extensions">The same for header extensions.</param>
/// <param name="Codecs">Those that both know, by the names of SDP, in the browser's order.</param>
internal sealed record BrowserOffer(
    string Ufrag, CertificateFingerprint Fingerprint, IReadOnlyList<(byte Own, byte Native)> PayloadTypes, IReadOnlyList<(byte Own, byte Native)> Extensions, IReadOnlyList<string> Codecs)
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a whole offer, or the lines of one that matter (protocol.md 5.7): ice-ufrag, fingerprint, extmap, rtpmap, fmtp with apt.</summary>
    /// <param name="codecs">Where the lines do not tell all payload types.</param>
    /// <returns>Null: what must be there is not, or makes no sense.</returns>
    public static BrowserOffer? Read(string sdp, IReadOnlyList<BrowserCodec> codecs)
    {
        if (sdp.Length > MaxLength)
            return null;
        string? ufrag = null;
        CertificateFingerprint? fingerprint = null;
        var maps = new Dictionary<byte, string>();
        var repairs = new Dictionary<byte, byte>();
        var extensions = new List<(byte, byte)>();
        foreach (var range in sdp.AsSpan().SplitAny('\r', '\n'))
        {
            var line = sdp.AsSpan()[range].Trim();
            if (TryCut(line, "a=ice-ufrag:", out var rest))
                ufrag ??= rest.ToString();
            else if (TryCut(line, "a=fingerprint:", out rest))
                fingerprint ??= CertificateFingerprint.Read(rest);
            else if (TryCut(line, "a=extmap:", out rest) && TryNumber(rest, " /", out var number, out rest) && number is > 0 and < 15)
                Map(extensions, number, ExtensionOf(rest[(rest.IndexOf(' ') + 1)..]));
            else if (TryCut(line, "a=rtpmap:", out rest) && TryNumber(rest, " ", out number, out rest) && number < 128)
                maps.TryAdd(number, rest[1..].ToString());
            else if (TryCut(line, "a=fmtp:", out rest) && TryNumber(rest, " ", out number, out rest) && TryCut(rest[1..], "apt=", out var repaired) && byte.TryParse(repaired, out var apt))
                repairs.TryAdd(number, apt);
        }
        if (ufrag is not { Length: >= 4 and <= 256 } || fingerprint is null)
            return null;

        var types = new List<(byte, byte)>();
        var known = new List<string>();
        void Add(string name, byte own, byte? retransmission)
        {
            var native = name.Equals("opus", StringComparison.OrdinalIgnoreCase) ? Browsers.PayloadTypes.Opus : Browsers.PayloadTypes.OfVideo(name);
            if (native == 0 || own is 0 or > 127 || known.Contains(name, StringComparer.OrdinalIgnoreCase))
                return;
            known.Add(name);
            types.Add((own, native));
            if (retransmission is > 0 and < 128 && native != Browsers.PayloadTypes.Opus)
                types.Add((retransmission.Value, (byte)(native + 1)));
        }

        foreach (var codec in codecs)
            Add(codec.Name, codec.PayloadType, codec.RetransmissionType);
        foreach (var (own, map) in maps)
            Add(map[..Math.Max(0, map.IndexOf('/'))], own, repairs.Where(repair => repair.Value == own).Select(repair => (byte?)repair.Key).FirstOrDefault());
        return types.Select(type => type.Item1).Distinct().Count() == types.Count && known.Contains("opus", StringComparer.OrdinalIgnoreCase)
            ? new BrowserOffer(ufrag, fingerprint, types, extensions, known)
            : null;
    }

    /// <summary>The numbers that header extensions have on the wire of Discord's native clients.</summary>
    private static byte ExtensionOf(ReadOnlySpan<char> uri) => uri switch
    {
        "urn:ietf:params:rtp-hdrext:ssrc-audio-level" => 1,
        "urn:ietf:params:rtp-hdrext:toffset" => 2,
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time" => 3,
        "urn:3gpp:video-orientation" => 4,
        "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay" => 6,
        "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type" => 7,
        "http://www.webrtc.org/experiments/rtp-hdrext/video-timing" => 8,
        // What numbers one connection's own packets or sections means nothing in another: it is not passed on.
        _ => 0,
    };

    private static void Map(List<(byte Own, byte Native)> extensions, byte own, byte native)
    {
        if (native != 0 && !extensions.Exists(extension => extension.Own == own || extension.Native == native))
            extensions.Add((own, native));
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
