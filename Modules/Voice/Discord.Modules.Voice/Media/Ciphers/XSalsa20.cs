using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// The modes before "rtpsize", of which Discord's first was one: the fixed header in the clear, not authenticated by itself, then NaCl's secretbox, tag
/// first, and at the end what the mode says of its nonce.
/// </summary>
/// <remarks>Source: protocol.md 5.4.</remarks>
internal sealed class XSalsa20 : RtpCipher
{
    public const int NonceLength = 24;

    private const int TagLength = Poly1305.TagLength;

    // The stream's first bytes are the authenticator's key; the message takes the next.
    private const int PolyKeyLength = 32;

    private readonly SecretKey _key;
    private readonly int _saidNonce;
    private readonly byte[] _sealing = new byte[NonceLength];
    private ServerNonce _counter = new();
    private UsedNonces _used;

    /// <param name="saidNonce">
    /// Bytes of the nonce that a packet ends with: 24, "_suffix"; 4, "_lite", and the others are zero; 0: the nonce is the packet's header. A header is
    /// never sent twice with one key: it has the SSRC of its sender, and a leg hears only others.
    /// </param>
    public XSalsa20(ReadOnlySpan<byte> key, int saidNonce)
    {
        (_key, _saidNonce) = (new SecretKey(key), saidNonce);
        // Four bytes count, and keep packets apart; the others keep them apart from the client's, which are random.
        if (saidNonce == NonceLength)
            RandomNumberGenerator.Fill(_sealing);
    }

    public override bool IsWorn => _counter.IsWorn;

    public override bool BindsHeader => _saidNonce == 0;

    public override void Dispose() => _key.Dispose();

    /// <summary>Runs for each packet: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public override bool TryUnprotect(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        length = 0;
        var clear = ClearLength(packet);
        var body = packet.Length - clear - TagLength - _saidNonce;
        if (clear == 0 || body < 0)
            return false;
        Span<byte> nonce = stackalloc byte[NonceLength];
        nonce.Clear();
        (_saidNonce == 0 ? packet[..clear] : packet[^_saidNonce..]).CopyTo(nonce);
        Span<byte> stream = stackalloc byte[Keystream.StripeLength];
        Span<byte> tag = stackalloc byte[TagLength];
        var cipher = new Salsa20(_key.First, _key.Second, nonce);
        cipher.Stripe(0, stream);
        var said = packet.Slice(clear, TagLength);
        var sealedBytes = packet.Slice(clear + TagLength, body);
        Authenticate(stream, sealedBytes, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, said))
            return false;
        packet[..clear].CopyTo(plain);
        Keystream.Mix(cipher, stream, PolyKeyLength, sealedBytes, plain[clear..]);
        length = clear + body;
        return (_saidNonce == 0 || _used.TryAdd(MemoryMarshal.Read<uint>(nonce))) && (Rtp.IsRtcp(packet) || Rtp.TryDropSources(plain, ref length));
    }

    /// <summary>Runs for each recipient: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization), SkipLocalsInit]
    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> output)
    {
        var clear = ClearLength(plain);
        if (clear == 0 || !_counter.TryTake(out var count))
            return 0;
        if (_saidNonce == 0)
            plain[..clear].CopyTo(_sealing);
        else
            MemoryMarshal.Write(_sealing, count);
        Span<byte> stream = stackalloc byte[Keystream.StripeLength];
        Span<byte> key = stackalloc byte[PolyKeyLength];
        var cipher = new Salsa20(_key.First, _key.Second, _sealing);
        cipher.Stripe(0, stream);
        // Longer messages write over the stream.
        stream[..PolyKeyLength].CopyTo(key);
        plain[..clear].CopyTo(output);
        var sealedBytes = output.Slice(clear + TagLength, plain.Length - clear);
        Keystream.Mix(cipher, stream, PolyKeyLength, plain[clear..], sealedBytes);
        Authenticate(key, sealedBytes, output.Slice(clear, TagLength));
        _sealing.AsSpan(0, _saidNonce).CopyTo(output[(plain.Length + TagLength)..]);
        return plain.Length + TagLength + _saidNonce;
    }

    // RTCP has headers that are alike: where the header is the nonce, there is none.
    private int ClearLength(ReadOnlySpan<byte> packet) => !Rtp.IsRtcp(packet) ? Rtp.HeaderLength : _saidNonce == 0 ? 0 : Rtp.RtcpHeaderLength;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> sealedBytes, Span<byte> tag)
    {
        var poly = new Poly1305(key);
        poly.AddLast(sealedBytes);
        poly.Finish(tag);
    }
}
