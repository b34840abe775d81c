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
internal sealed unsafe class EvpAes : ISrtpGcm, ISrtpCounter
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

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, Span<byte> text, Span<byte> tag)
    {
        byte nothing;
        int written;
        Begin(nonce);
        Authenticate(clear);
        Transform(text, text);
        Check(Libcrypto.Finish(_context, &nothing, &written));
        fixed (byte* bytes = tag)
            Check(Libcrypto.Control(_context, Libcrypto.GetTag, tag.Length, bytes));
    }

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        byte nothing;
        int written;
        Begin(nonce);
        Authenticate(clear);
        Transform(text, plain);
        fixed (byte* bytes = tag)
            Check(Libcrypto.Control(_context, Libcrypto.SetTag, tag.Length, bytes));
        return Libcrypto.Finish(_context, &nothing, &written) == 1;
    }

    public void Mix(ReadOnlySpan<byte> first, ReadOnlySpan<byte> from, Span<byte> to)
    {
        Begin(first);
        Transform(from, to);
    }

    /// <summary>libcrypto wipes the key.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _context, 0) is var context and not 0)
            Libcrypto.FreeContext(context);
    }

    private void Begin(ReadOnlySpan<byte> nonce)
    {
        fixed (byte* bytes = nonce)
            Check(Libcrypto.Begin(_context, 0, 0, null, bytes, _seal));
    }

    private void Authenticate(ReadOnlySpan<byte> data)
    {
        int written;
        fixed (byte* bytes = data)
            Check(Libcrypto.Update(_context, null, &written, bytes, data.Length));
    }

    // The two may be the same place.
    private void Transform(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (to.Length < from.Length)
            throw new ArgumentException("There is too little room.", nameof(to));
        if (from.IsEmpty)
            return;
        int written;
        fixed (byte* source = from, target = to)
            Check(Libcrypto.Update(_context, target, &written, source, from.Length));
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new CryptographicException("libcrypto refused an operation.");
    }
}
