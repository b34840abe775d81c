using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Discord.Modules.Voice.Media;

/// <summary>aead_aes256_gcm_rtpsize: the nonce is the packet's four bytes and eight zeros.</summary>
internal sealed class AesGcmRtpSize(ReadOnlySpan<byte> key) : RtpSizeCipher
{
    private Aes256Gcm _aes = new(key);

    public override void Dispose() => _aes.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain) => _aes.TryOpen(Vector128.CreateScalar(nonce), header, box, plain);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box) => _aes.Seal(Vector128.CreateScalar(nonce), header, plain, box);
}

/// <summary>The same on other processors: one OpenSSL context for each direction; only the nonce changes between packets.</summary>
internal sealed unsafe class EvpAesGcmRtpSize : RtpSizeCipher
{
    private readonly nint _opening;
    private readonly nint _sealing;
    private bool _isDisposed;

    public EvpAesGcmRtpSize(ReadOnlySpan<byte> key)
    {
        _opening = Prepare(key, encrypts: 0);
        _sealing = Prepare(key, encrypts: 1);
    }

    public override void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Libcrypto.FreeContext(_opening);
        Libcrypto.FreeContext(_sealing);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        int written;
        var full = stackalloc uint[3] { nonce, 0, 0 };
        fixed (byte* clear = header, sealedBytes = box, output = plain)
        {
            return Libcrypto.Begin(_opening, 0, 0, null, (byte*)full, -1) == 1
                && Libcrypto.Update(_opening, null, &written, clear, header.Length) == 1
                && (plain.Length == 0 || Libcrypto.Update(_opening, output, &written, sealedBytes, plain.Length) == 1)
                && Libcrypto.Control(_opening, Libcrypto.SetTag, TagLength, sealedBytes + plain.Length) == 1
                && Libcrypto.Finish(_opening, (byte*)full, &written) == 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box)
    {
        int written;
        var full = stackalloc uint[3] { nonce, 0, 0 };
        fixed (byte* clear = header, input = plain, output = box)
        {
            if (Libcrypto.Begin(_sealing, 0, 0, null, (byte*)full, -1) != 1
                || Libcrypto.Update(_sealing, null, &written, clear, header.Length) != 1
                || (plain.Length > 0 && Libcrypto.Update(_sealing, output, &written, input, plain.Length) != 1)
                || Libcrypto.Finish(_sealing, (byte*)full, &written) != 1
                || Libcrypto.Control(_sealing, Libcrypto.GetTag, TagLength, output + plain.Length) != 1)
                throw new CryptographicException("libcrypto does not encrypt.");
        }
    }

    private static nint Prepare(ReadOnlySpan<byte> key, int encrypts)
    {
        var context = Libcrypto.NewContext();
        fixed (byte* start = key)
        {
            if (key.Length != EncryptionModes.KeyLength || Libcrypto.Begin(context, Libcrypto.Aes256Gcm(), 0, start, null, encrypts) != 1)
                throw new CryptographicException("libcrypto does not take the key.");
        }

        return context;
    }
}

/// <summary>The same with .NET's own AES-GCM, where there is no libcrypto either: four times slower.</summary>
internal sealed class PlainAesGcmRtpSize(ReadOnlySpan<byte> key) : RtpSizeCipher
{
    private readonly AesGcm _aes = new(key, TagLength);

    public override void Dispose() => _aes.Dispose();

    protected override bool Open(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> box, Span<byte> plain)
    {
        try
        {
            _aes.Decrypt(Full(nonce, stackalloc byte[12]), box[..^TagLength], box[^TagLength..], plain, header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    protected override void Seal(uint nonce, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plain, Span<byte> box) =>
        _aes.Encrypt(Full(nonce, stackalloc byte[12]), plain, box[..^TagLength], box[^TagLength..], header);

    private static Span<byte> Full(uint nonce, Span<byte> full)
    {
        full.Clear();
        System.Runtime.InteropServices.MemoryMarshal.Write(full, nonce);
        return full;
    }
}
