using System.Buffers.Binary;
using System.Security.Cryptography;
using Discord.Modules.Voice.Media;

namespace Discord.Modules.Voice.Browsers;

/// <summary>AES-128-GCM under one key, in one direction.</summary>
internal interface ISrtpGcm : IDisposable
{
    /// <summary>Encrypts in place.</summary>
    void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, Span<byte> text, Span<byte> tag);

    /// <param name="plain">As long as the text. Means something only when it is genuine.</param>
    bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag, Span<byte> plain);
}

/// <summary>AES-128 in counter mode under one key.</summary>
internal interface ISrtpCounter : IDisposable
{
    /// <summary>Encrypts or decrypts; the two may be the same place.</summary>
    /// <param name="first">The counter, 16 bytes.</param>
    void Mix(ReadOnlySpan<byte> first, ReadOnlySpan<byte> from, Span<byte> to);
}

/// <summary>Where there is no libcrypto, as on other systems than Linux: .NET's own. Several times slower, and a forged packet costs an exception.</summary>
internal sealed class PlainSrtpGcm(ReadOnlySpan<byte> key) : ISrtpGcm
{
    private readonly AesGcm _aes = new(key, SrtpGcm.TagLength);
    private readonly byte[] _text = new byte[DatagramPort.MaxDatagram];

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, Span<byte> text, Span<byte> tag)
    {
        // Not every system encrypts in place.
        text.CopyTo(_text);
        _aes.Encrypt(nonce, _text.AsSpan(0, text.Length), text, tag, clear);
    }

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> clear, ReadOnlySpan<byte> text, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        try
        {
            _aes.Decrypt(nonce, text, tag, plain[..text.Length], clear);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();
}

/// <summary>The same in counter mode, of which .NET has the block cipher alone.</summary>
internal sealed class PlainSrtpCounter : ISrtpCounter
{
    private const int BlockLength = 16;

    private readonly ICryptoTransform _blocks;
    private readonly byte[] _counters = new byte[DatagramPort.MaxDatagram];
    private readonly byte[] _stream = new byte[DatagramPort.MaxDatagram];

    public PlainSrtpCounter(ReadOnlySpan<byte> key)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        (aes.Mode, aes.Padding) = (CipherMode.ECB, PaddingMode.None);
        _blocks = aes.CreateEncryptor();
    }

    public void Mix(ReadOnlySpan<byte> first, ReadOnlySpan<byte> from, Span<byte> to)
    {
        var length = (from.Length + BlockLength - 1) & -BlockLength;
        var number = BinaryPrimitives.ReadUInt128BigEndian(first);
        for (var at = 0; at < length; at += BlockLength)
            BinaryPrimitives.WriteUInt128BigEndian(_counters.AsSpan(at), number++);
        if (length > 0)
            _blocks.TransformBlock(_counters, 0, length, _stream, 0);
        Keystream.Mix(_stream, from, to);
    }

    public void Dispose() => _blocks.Dispose();
}
