using System.Security.Cryptography;

namespace Discord.Modules.Voice.Browsers;

/// <summary>DTLS as far as media needs it: a handshake that proves who the browser is, and gives the keys of SRTP (RFC 5764).</summary>
/// <remarks>Behind an interface because the library that does it speaks nothing newer than DTLS 1.2.</remarks>
internal interface IDtls
{
    /// <summary>Of the certificate that is shown to browsers.</summary>
    CertificateFingerprint Fingerprint { get; }

    /// <summary>Blocks until the handshake is done, for <paramref name="patience"/> at most.</summary>
    /// <param name="browser">What its certificate must be.</param>
    /// <exception cref="DtlsException">It failed.</exception>
    IDtlsSession Accept(IDatagrams datagrams, CertificateFingerprint browser, TimeSpan patience);
}

/// <summary>A handshake that was made. For one thread at a time.</summary>
internal interface IDtlsSession
{
    SrtpProfile Profile { get; }

    /// <summary>The keys of both directions, as <see cref="SrtpCipher"/> wants them. Who takes them wipes them.</summary>
    byte[] Keying { get; }

    /// <summary>Reads what has arrived since: the end of the handshake once more, when our last words were lost, or the browser's good-bye.</summary>
    /// <returns>False: the browser closed.</returns>
    bool Read();
}

/// <summary>The datagrams of one handshake.</summary>
internal interface IDatagrams
{
    /// <param name="wait">For the next one; zero: not at all.</param>
    /// <returns>Its length; -1: none came. What does not fit is cut off.</returns>
    int Receive(Span<byte> buffer, TimeSpan wait);

    void Send(ReadOnlySpan<byte> datagram);
}

internal sealed class DtlsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How a session description names a certificate (RFC 8122).</summary>
internal sealed class CertificateFingerprint : IEquatable<CertificateFingerprint>
{
    private readonly HashAlgorithmName _algorithm;
    private readonly byte[] _hash;

    private CertificateFingerprint(HashAlgorithmName algorithm, byte[] hash) => (_algorithm, _hash) = (algorithm, hash);

    /// <returns>Null: not "sha-256 AA:BB:…" with as many bytes as the hash has. Nothing weaker is taken.</returns>
    public static CertificateFingerprint? Read(ReadOnlySpan<char> text)
    {
        var space = text.IndexOf(' ');
        if (space < 0)
            return null;
        (HashAlgorithmName? name, var length) = text[..space].ToString().ToUpperInvariant() switch
        {
            "SHA-256" => (HashAlgorithmName.SHA256, 32),
            "SHA-384" => (HashAlgorithmName.SHA384, 48),
            "SHA-512" => (HashAlgorithmName.SHA512, 64),
            _ => ((HashAlgorithmName?)null, 0),
        };
        var digits = text[(space + 1)..].Trim().ToString().Replace(":", "", StringComparison.Ordinal);
        var hash = new byte[length];
        return name is { } algorithm && digits.Length == 2 * length && Convert.FromHexString(digits, hash, out _, out _) == System.Buffers.OperationStatus.Done
            ? new CertificateFingerprint(algorithm, hash)
            : null;
    }

    public static CertificateFingerprint Of(ReadOnlySpan<byte> certificate) => new(HashAlgorithmName.SHA256, SHA256.HashData(certificate));

    /// <param name="certificate">DER.</param>
    public bool Matches(ReadOnlySpan<byte> certificate) => CryptographicOperations.FixedTimeEquals(_hash, CryptographicOperations.HashData(_algorithm, certificate));

    public bool Equals(CertificateFingerprint? other) => other is not null && _algorithm == other._algorithm && _hash.AsSpan().SequenceEqual(other._hash);

    public override bool Equals(object? obj) => Equals(obj as CertificateFingerprint);

    public override int GetHashCode() => _hash[0];

    public override string ToString() => $"{(_hash.Length == 32 ? "sha-256" : _hash.Length == 48 ? "sha-384" : "sha-512")} {string.Join(':', _hash.Select(value => value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)))}";
}
