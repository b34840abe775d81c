using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Users.Auth;

/// <summary>Hashes passwords with argon2id, as many at once as there are cores: a rush of logins queues instead of eating memory.</summary>
/// <remarks>
/// Source: OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. It is libsodium's; where that library is missing
/// new passwords get PBKDF2-HMAC-SHA512 with 210,000 rounds from the same sheet, and the log says so. A hash names its own method.
/// </remarks>
internal sealed partial class PasswordHasher : IDisposable
{
    private const int MemoryKiB = 19 * 1024;
    private const int Passes = 2;
    private const int Pbkdf2Rounds = 210_000;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly SemaphoreSlim _running = new(Environment.ProcessorCount);
    private readonly bool _hasSodium = Sodium.IsAvailable();

    // Verified against when there is no account, so that the time of an answer does not tell whether an address is known.
    private readonly string _nobody;

    public PasswordHasher(ILogger<PasswordHasher> logger)
    {
        if (!_hasSodium)
            LogNoSodium(logger);
        _nobody = Format(RandomNumberGenerator.GetBytes(SaltBytes), RandomNumberGenerator.GetBytes(HashBytes));
    }

    /// <returns><c>$argon2id$v=19$m=…,t=…,p=1$salt$hash</c>, or <c>$pbkdf2-sha512$v=1$m=0,t=…,p=1$salt$hash</c></returns>
    public async Task<string> HashAsync(string password, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Format(salt, await RunAsync(password, salt, _hasSodium, MemoryKiB, _hasSodium ? Passes : Pbkdf2Rounds, cancellationToken));
    }

    /// <param name="stored">Null takes as long and is false.</param>
    public async Task<bool> VerifyAsync(string password, string? stored, CancellationToken cancellationToken)
    {
        var parts = (stored ?? _nobody).Split('$');
        var settings = parts[3].Split(',');
        var hash = await RunAsync(password, Convert.FromBase64String(parts[4]), parts[1] == "argon2id", Number(settings[0]), Number(settings[1]), cancellationToken);
        return CryptographicOperations.FixedTimeEquals(hash, Convert.FromBase64String(parts[5])) && stored is not null;
    }

    public void Dispose() => _running.Dispose();

    private static int Number(string setting) => int.Parse(setting.AsSpan(2), CultureInfo.InvariantCulture);

    private string Format(byte[] salt, byte[] hash) => (_hasSodium ? $"$argon2id$v=19$m={MemoryKiB},t={Passes}" : $"$pbkdf2-sha512$v=1$m=0,t={Pbkdf2Rounds}")
        + $",p=1${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";

    private async Task<byte[]> RunAsync(string password, byte[] salt, bool argon2, int memoryKiB, int passes, CancellationToken cancellationToken)
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => argon2 ? Sodium.Argon2id(password, salt, memoryKiB, passes, HashBytes)
                : Rfc2898DeriveBytes.Pbkdf2(password, salt, passes, HashAlgorithmName.SHA512, HashBytes), cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "libsodium is not installed: passwords are hashed with PBKDF2 instead of argon2id. On Debian: apt-get install libsodium23")]
    private static partial void LogNoSodium(ILogger logger);

    private static partial class Sodium
    {
        private const string Library = "libsodium.so.23";
        private const int AlgorithmArgon2id13 = 2;

        public static bool IsAvailable() => NativeLibrary.TryLoad(Library, out _) && sodium_init() >= 0;

        public static byte[] Argon2id(string password, byte[] salt, int memoryKiB, int passes, int length)
        {
            var hash = new byte[length];
            var secret = Encoding.UTF8.GetBytes(password);
            var failed = crypto_pwhash(hash, (ulong)length, secret, (ulong)secret.Length, salt, (ulong)passes, (nuint)memoryKiB * 1024, AlgorithmArgon2id13);
            return failed == 0 ? hash : throw new InvalidOperationException("argon2id did not get the memory that it needs.");
        }

        [LibraryImport(Library)]
        private static partial int sodium_init();

        [LibraryImport(Library)]
        private static partial int crypto_pwhash(byte[] output, ulong outputLength, byte[] password, ulong passwordLength, byte[] salt, ulong operations, nuint memory, int algorithm);
    }
}
