using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Discord.Modules.Voice.Media;

/// <summary>A key of 32 bytes in unmanaged memory: the collector makes no copies of it, and it is overwritten at the end.</summary>
internal sealed unsafe class SecretKey : IDisposable
{
    private Vector128<uint>* _rows;

    public SecretKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != EncryptionModes.KeyLength)
            throw new ArgumentException($"A key has {EncryptionModes.KeyLength} bytes, not {key.Length}.", nameof(key));
        _rows = (Vector128<uint>*)NativeMemory.AlignedAlloc(EncryptionModes.KeyLength, 64);
        key.CopyTo(new Span<byte>(_rows, EncryptionModes.KeyLength));
    }

    public Vector128<uint> First => _rows[0];

    public Vector128<uint> Second => _rows[1];

    public void Dispose()
    {
        if (_rows is null)
            return;
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(new Span<byte>(_rows, EncryptionModes.KeyLength));
        NativeMemory.AlignedFree(_rows);
        _rows = null;
    }
}
