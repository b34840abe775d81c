using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>
/// The "rtpsize" modes: header and CSRCs in the clear and authenticated, everything else sealed, then a tag of 16 bytes and the 4 bytes of the nonce that vary.
/// </summary>
/// <remarks>Source: protocol.md 5.4; checked against unmodified clients.</remarks>
internal abstract class RtpSizeCipher : RtpCipher
{
    protected const int TagLength = 16;
    protected const int NonceLength = 4;

    private ServerNonce _nonce = new();
    private UsedNonces _used;

    public override bool IsWorn => _nonce.IsWorn;

    /// <summary>Runs for each packet: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool TryUnprotect(ReadOnlySpan<byte> packet, Span<byte> plain, out int length)
    {
        length = 0;
        var clear = Rtp.ClearLength(packet);
        var body = packet.Length - clear - TagLength - NonceLength;
        if (body < 0)
            return false;
        var start = Rtp.CopyClear(packet, clear, plain);
        length = start + body;
        var nonce = MemoryMarshal.Read<uint>(packet[^NonceLength..]);
        return Open(nonce, packet[..clear], packet[clear..^NonceLength], plain.Slice(start, body)) && _used.TryAdd(nonce);
    }

    /// <summary>Runs for each recipient: no allocation, no lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Protect(ReadOnlySpan<byte> plain, Span<byte> output)
    {
        if (!_nonce.TryTake(out var nonce))
            return 0;
        var clear = Rtp.ClearLength(plain);
        plain[..clear].CopyTo(output);
        var sealedEnd = plain.Length + TagLength;
        Seal(nonce, plain[..clear], plain[clear..], output[clear..sealedEnd]);
        MemoryMarshal.Write(output[sealedEnd..], nonce);
        return sealedEnd + NonceLength;
    }

    /// <param name="nonce">As it stands in the packet.</param>
    /// <param name="box">Ciphertext and tag.</param>
    protected abstract bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain);

    protected abstract void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box);
}
