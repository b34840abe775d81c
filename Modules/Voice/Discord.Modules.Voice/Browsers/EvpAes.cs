using System.Security.Cryptography;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

internal enum EvpMode
{
    /// <summary>Counter mode: the same in both directions.</summary>
    Counter,
    Gcm,
}

/// <summary>
/// AES-128 of libcrypto under one key: the key is expanded once, and a packet costs what its bytes cost. The platform's own AesGcm takes five times as long.
/// For one thread at a time.
/// </summary>
internal sealed unsafe class EvpAes : IDisposable
{
    private nint _context;
    private readonly int _seal;

    public EvpAes(ReadOnlySpan<byte> key, EvpMode mode, bool seal)
    {
        _seal = seal ? 1 : 0;
        _context = Libcrypto.NewContext();
        fixed (byte* bytes = key)
            Check(Libcrypto.Begin(_context, mode == EvpMode.Gcm ? Libcrypto.Aes128Gcm() : Libcrypto.Aes128Counter(), 0, bytes, null, _seal));
    }

    /// <param name="nonce">12 bytes for GCM; the 16 of the first counter otherwise.</param>
    public void Begin(ReadOnlySpan<byte> nonce)
    {
        fixed (byte* bytes = nonce)
            Check(Libcrypto.Begin(_context, 0, 0, null, bytes, _seal));
    }

    public void Authenticate(ReadOnlySpan<byte> data)
    {
        int written;
        fixed (byte* bytes = data)
            Check(Libcrypto.Update(_context, null, &written, bytes, data.Length));
    }

    /// <summary>Encrypts or decrypts; the two may be the same place.</summary>
    public void Transform(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (to.Length < from.Length)
            throw new ArgumentException("There is too little room.", nameof(to));
        if (from.IsEmpty)
            return;
        int written;
        fixed (byte* source = from, target = to)
            Check(Libcrypto.Update(_context, target, &written, source, from.Length));
    }

    public void FinishTag(Span<byte> tag)
    {
        byte nothing;
        int written;
        Check(Libcrypto.Finish(_context, &nothing, &written));
        fixed (byte* bytes = tag)
            Check(Libcrypto.Control(_context, Libcrypto.GetTag, tag.Length, bytes));
    }

    public bool HasTag(ReadOnlySpan<byte> tag)
    {
        byte nothing;
        int written;
        fixed (byte* bytes = tag)
            Check(Libcrypto.Control(_context, Libcrypto.SetTag, tag.Length, bytes));
        return Libcrypto.Finish(_context, &nothing, &written) == 1;
    }

    /// <summary>libcrypto wipes the key.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _context, 0) is var context and not 0)
            Libcrypto.FreeContext(context);
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new CryptographicException("libcrypto refused an operation.");
    }
}
