using System.Buffers.Binary;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>What protects the media of a browser; the numbers are those of DTLS-SRTP (RFC 5764, RFC 7714).</summary>
internal enum SrtpProfile
{
    Aes128CmSha1Tag80 = 1,
    AeadAes128Gcm = 7,
}

/// <summary>
/// Keys of SRTP (RFC 3711): one of RTP or RTCP, in one direction. For one thread at a time. Nothing is allocated for a packet.
/// </summary>
/// <remarks>An index has 48 bits: roll-over counter and sequence number of RTP, or the explicit index of RTCP.</remarks>
internal abstract class SrtpKeys : IDisposable
{
    /// <summary>What a packet grows by, at most: a tag, and the index of RTCP.</summary>
    public const int MaxOverhead = 20;

    /// <summary>Set in the word that carries the index of RTCP: the packet is encrypted.</summary>
    public const uint Encrypted = 0x8000_0000;

    /// <summary>Bytes behind the payload: the tag, and for RTCP the index.</summary>
    public abstract int Overhead { get; }

    /// <summary>Encrypts in place what follows the header, and appends the rest.</summary>
    /// <param name="packet">The plain packet, with <see cref="Overhead"/> bytes of room behind it.</param>
    /// <param name="header">Bytes that stay readable.</param>
    public abstract void Seal(Span<byte> packet, int header, uint ssrc, ulong index);

    /// <summary>Decrypts what follows the header, when it is genuine.</summary>
    /// <param name="payload">Exactly as long as the packet without header and <see cref="Overhead"/>.</param>
    public abstract bool TryOpen(ReadOnlySpan<byte> packet, int header, uint ssrc, ulong index, Span<byte> payload);

    public abstract void Dispose();

    /// <summary>The index of an RTCP packet, which lies where the profile puts it.</summary>
    public abstract uint ReadControlIndex(ReadOnlySpan<byte> packet);

    /// <summary>Keys for RTP or RTCP, from the keys that both sides took out of their handshake (RFC 3711, 4.3).</summary>
    /// <param name="withLibcrypto">Null: where there is one.</param>
    public static SrtpKeys Derive(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, bool control, bool seal, bool? withLibcrypto = null)
    {
        Span<byte> key = stackalloc byte[16];
        Span<byte> salt = stackalloc byte[masterSalt.Length];
        Span<byte> signing = stackalloc byte[HMACSHA1.HashSizeInBytes];
        var labels = control ? 3 : 0;
        Expand(masterKey, masterSalt, labels, key);
        Expand(masterKey, masterSalt, labels + 1, signing);
        Expand(masterKey, masterSalt, labels + 2, salt);
        SrtpKeys keys = profile == SrtpProfile.AeadAes128Gcm ? new SrtpGcm(key, salt, control, seal, withLibcrypto) : new SrtpCounterMode(key, salt, signing, control, withLibcrypto);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(signing);
        return keys;
    }

    /// <summary>The key derivation: AES in counter mode, started at the salt with the label in it.</summary>
    public static void Expand(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt, int label, Span<byte> output)
    {
        using var aes = Aes.Create();
        aes.SetKey(masterKey);
        Span<byte> counter = stackalloc byte[16];
        Span<byte> stream = stackalloc byte[16];
        counter.Clear();
        masterSalt.CopyTo(counter);
        counter[7] ^= (byte)label;
        for (var done = 0; done < output.Length; done += 16, counter[15]++)
        {
            aes.EncryptEcb(counter, stream, PaddingMode.None);
            stream[..Math.Min(16, output.Length - done)].CopyTo(output[done..]);
        }
        CryptographicOperations.ZeroMemory(stream);
    }

    /// <summary>SSRC and index, exclusive-or the salt: for both profiles the same, with another offset.</summary>
    protected static void MakeNonce(Span<byte> nonce, int offset, ReadOnlySpan<byte> salt, uint ssrc, ulong index)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[offset..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(nonce[(offset + 4)..], (ushort)(index >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(nonce[(offset + 6)..], (uint)index);
        for (var at = 0; at < salt.Length; at++)
            nonce[at] ^= salt[at];
    }
}

/// <summary>AEAD_AES_128_GCM (RFC 7714). RTCP: header, ciphertext, tag, index; the index is authenticated with the header.</summary>
internal sealed class SrtpGcm(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, bool control, bool seal, bool? withLibcrypto = null) : SrtpKeys
{
    public const int TagLength = 16;

    private const int IndexLength = 4;
    private const int LongestClear = Rtp.RtcpHeaderLength + IndexLength;

    private readonly ISrtpGcm _aes = withLibcrypto ?? Libcrypto.IsPresent ? new EvpAes(key, EvpMode.Gcm, seal) : new PlainSrtpGcm(key);
    private readonly byte[] _salt = salt.ToArray();

    public override int Overhead => control ? TagLength + IndexLength : TagLength;

    public override void Seal(Span<byte> packet, int header, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[12];
        MakeNonce(nonce, 2, _salt, ssrc, index);
        var end = packet.Length - Overhead;
        if (control)
            BinaryPrimitives.WriteUInt32BigEndian(packet[^IndexLength..], (uint)index | Encrypted);
        _aes.Seal(nonce, Clear(packet, header, stackalloc byte[LongestClear]), packet[header..end], packet.Slice(end, TagLength));
    }

    public override bool TryOpen(ReadOnlySpan<byte> packet, int header, uint ssrc, ulong index, Span<byte> payload)
    {
        Span<byte> nonce = stackalloc byte[12];
        MakeNonce(nonce, 2, _salt, ssrc, index);
        var end = packet.Length - Overhead;
        return _aes.TryOpen(nonce, Clear(packet, header, stackalloc byte[LongestClear]), packet[header..end], packet.Slice(end, TagLength), payload);
    }

    public override uint ReadControlIndex(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^IndexLength..]);

    public override void Dispose() => _aes.Dispose();

    // What is authenticated and not encrypted lies at both ends of RTCP.
    private ReadOnlySpan<byte> Clear(ReadOnlySpan<byte> packet, int header, Span<byte> joined)
    {
        if (!control)
            return packet[..header];
        packet[..header].CopyTo(joined);
        packet[^IndexLength..].CopyTo(joined[header..]);
        return joined;
    }
}

/// <summary>AES_CM_128_HMAC_SHA1_80 (RFC 3711), for those who know nothing newer. RTCP: header, ciphertext, index, tag.</summary>
internal sealed class SrtpCounterMode : SrtpKeys
{
    private const int TagLength = 10;

    private readonly ISrtpCounter _aes;
    private readonly byte[] _salt;
    private readonly IncrementalHash _hash;
    private readonly bool _control;

    public SrtpCounterMode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> signing, bool control, bool? withLibcrypto)
    {
        _aes = withLibcrypto ?? Libcrypto.IsPresent ? new EvpAes(key, EvpMode.Counter, seal: true) : new PlainSrtpCounter(key);
        _salt = salt.ToArray();
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, signing);
        _control = control;
    }

    public override int Overhead => _control ? TagLength + 4 : TagLength;

    public override void Seal(Span<byte> packet, int header, uint ssrc, ulong index)
    {
        var end = packet.Length - Overhead;
        Apply(packet[header..end], packet[header..end], ssrc, index);
        if (_control)
            BinaryPrimitives.WriteUInt32BigEndian(packet[end..], (uint)index | Encrypted);
        Span<byte> tag = stackalloc byte[HMACSHA1.HashSizeInBytes];
        Sign(packet[..^TagLength], index, tag);
        tag[..TagLength].CopyTo(packet[^TagLength..]);
    }

    public override bool TryOpen(ReadOnlySpan<byte> packet, int header, uint ssrc, ulong index, Span<byte> payload)
    {
        Span<byte> tag = stackalloc byte[HMACSHA1.HashSizeInBytes];
        Sign(packet[..^TagLength], index, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag[..TagLength], packet[^TagLength..]))
            return false;
        Apply(packet[header..^Overhead], payload, ssrc, index);
        return true;
    }

    public override uint ReadControlIndex(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[^(TagLength + 4)..]);

    public override void Dispose()
    {
        _aes.Dispose();
        _hash.Dispose();
    }

    private void Apply(ReadOnlySpan<byte> from, Span<byte> to, uint ssrc, ulong index)
    {
        Span<byte> counter = stackalloc byte[16];
        MakeNonce(counter, 4, _salt, ssrc, index);
        _aes.Mix(counter, from, to);
    }

    /// <summary>The roll-over counter is signed with the packet though it does not travel; the index of RTCP travels in it.</summary>
    private void Sign(ReadOnlySpan<byte> packet, ulong index, Span<byte> hash)
    {
        _hash.AppendData(packet);
        if (!_control)
        {
            Span<byte> rollovers = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(rollovers, (uint)(index >> 16));
            _hash.AppendData(rollovers);
        }
        _hash.GetHashAndReset(hash);
    }
}
