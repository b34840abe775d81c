using System.Runtime.InteropServices;
using System.Security.Cryptography;

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
internal sealed unsafe partial class EvpAes : IDisposable
{
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;

    private nint _context;
    private readonly int _seal;

    public EvpAes(ReadOnlySpan<byte> key, EvpMode mode, bool seal)
    {
        _seal = seal ? 1 : 0;
        _context = EVP_CIPHER_CTX_new();
        fixed (byte* bytes = key)
            Check(EVP_CipherInit_ex(_context, mode == EvpMode.Gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), 0, bytes, null, _seal));
    }

    /// <param name="nonce">12 bytes for GCM; the 16 of the first counter otherwise.</param>
    public void Begin(ReadOnlySpan<byte> nonce)
    {
        fixed (byte* bytes = nonce)
            Check(EVP_CipherInit_ex(_context, 0, 0, null, bytes, _seal));
    }

    public void Authenticate(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
            Check(EVP_CipherUpdate(_context, null, out _, bytes, data.Length));
    }

    /// <summary>Encrypts or decrypts; the two may be the same place.</summary>
    public void Transform(ReadOnlySpan<byte> from, Span<byte> to)
    {
        if (to.Length < from.Length)
            throw new ArgumentException("There is too little room.", nameof(to));
        if (from.IsEmpty)
            return;
        fixed (byte* source = from, target = to)
            Check(EVP_CipherUpdate(_context, target, out _, source, from.Length));
    }

    public void FinishTag(Span<byte> tag)
    {
        byte nothing;
        Check(EVP_CipherFinal_ex(_context, &nothing, out _));
        fixed (byte* bytes = tag)
            Check(EVP_CIPHER_CTX_ctrl(_context, GetTag, tag.Length, bytes));
    }

    public bool HasTag(ReadOnlySpan<byte> tag)
    {
        byte nothing;
        fixed (byte* bytes = tag)
            Check(EVP_CIPHER_CTX_ctrl(_context, SetTag, tag.Length, bytes));
        return EVP_CipherFinal_ex(_context, &nothing, out _) == 1;
    }

    /// <summary>libcrypto wipes the key.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _context, 0) is var context and not 0)
            EVP_CIPHER_CTX_free(context);
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new CryptographicException("libcrypto refused an operation.");
    }

    private const string Library = "libcrypto.so.3";

    [LibraryImport(Library)]
    private static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial nint EVP_aes_128_gcm();

    [LibraryImport(Library)]
    private static partial nint EVP_aes_128_ctr();

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int seal);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int EVP_CipherUpdate(nint context, byte* output, out int written, byte* input, int length);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int EVP_CipherFinal_ex(nint context, byte* output, out int written);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    private static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int length, byte* data);
}
