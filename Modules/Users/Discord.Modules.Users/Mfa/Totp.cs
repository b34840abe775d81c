using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Discord.Modules.Users.Mfa;

/// <summary>Codes that follow from a shared secret and the time: SHA-1, six digits, thirty seconds, as every authenticator app makes them.</summary>
/// <remarks>Source: RFC 6238 and RFC 4226; the secret's form is base32 of RFC 4648.</remarks>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const int Digits = 6;
    private const int Modulus = 1_000_000;
    private const int MinSecretBytes = 10;
    private const int MaxSecretBytes = 64;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A secret as apps show it: base32 in either case, with or without blanks and padding; 10 to 64 bytes.</summary>
    /// <returns>Null when it is none.</returns>
    public static byte[]? ParseSecret(string text)
    {
        var bytes = new List<byte>();
        var (bits, count) = (0, 0);
        foreach (var character in text.Replace(" ", "", StringComparison.Ordinal).TrimEnd('='))
        {
            if (Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal) is not (>= 0 and var value))
                return null;
            bits = ((bits << 5) | value) & 0xFFF;
            count += 5;
            if (count < 8)
                continue;
            count -= 8;
            bytes.Add((byte)(bits >> count));
        }

        return bytes.Count is >= MinSecretBytes and <= MaxSecretBytes ? [.. bytes] : null;
    }

    public static long StepAt(DateTimeOffset time) => time.ToUnixTimeSeconds() / StepSeconds;

    public static string CodeAt(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The algorithm of RFC 6238 that apps know. HMAC does not need SHA-1's resistance to collisions.
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var value = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & int.MaxValue;
        return (value % Modulus).ToString($"D{Digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>The step whose code this is: now, or the one before or after, for clocks go wrong.</summary>
    /// <param name="after">Codes up to this step were taken already.</param>
    /// <returns>Null when the code is wrong or used.</returns>
    public static long? FindStep(byte[] secret, string code, DateTimeOffset now, long after)
    {
        var given = Encoding.UTF8.GetBytes(code);
        for (var step = StepAt(now) - 1; step <= StepAt(now) + 1; step++)
        {
            if (step > after && CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(CodeAt(secret, step))))
                return step;
        }

        return null;
    }
}
