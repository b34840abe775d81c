using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;

namespace Discord.Modules.Voice.Browsers;

/// <summary>
/// Relays for browsers that reach this server no other way: a coturn with use-auth-secret. Each person gets a name of their own that ends after some hours,
/// and a password that proves that this server gave it (TURN REST API).
/// </summary>
internal sealed class TurnServers(IReadOnlyList<string> urls, string secret, TimeProvider time)
{
    /// <summary>Longer than a call lasts: the relay asks for it anew whenever an allocation is refreshed.</summary>
    private static readonly TimeSpan s_lifetime = TimeSpan.FromHours(24);

    private readonly bool _isOwn = urls.Count > 0;
    private volatile LinkRelays _relays = new(urls, secret);

    public static TurnServers Read(IConfiguration section, TimeProvider time)
    {
        var urls = (section["Urls"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.FirstOrDefault(url => !url.StartsWith("turn:", StringComparison.Ordinal) && !url.StartsWith("turns:", StringComparison.Ordinal)) is { } wrong)
            throw new InvalidOperationException($"Voice:Turn:Urls has '{wrong}'; each must begin with turn: or turns:, as turn:turn.example.org:3478.");
        var secret = section["Secret"] ?? "";
        return urls.Length > 0 && secret.Length == 0
            ? throw new InvalidOperationException("Voice:Turn:Secret is needed with Voice:Turn:Urls: it is coturn's static-auth-secret.")
            : new TurnServers(urls, secret, time);
    }

    /// <summary>What a home tells its carriers.</summary>
    public LinkRelays Relays => _relays;

    /// <summary>Takes over a home's relays, unless this process has some of its own.</summary>
    public void Adopt(LinkRelays relays)
    {
        if (!_isOwn)
            _relays = relays;
    }

    /// <summary>Empty when there is no relay.</summary>
    public IReadOnlyList<IceServer> For(Snowflake userId)
    {
        var relays = _relays;
        if (relays.Urls.Count == 0)
            return [];
        var username = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().Add(s_lifetime).ToUnixTimeSeconds()}:{userId}");
#pragma warning disable CA5350 // SHA-1 is what relays compute.
        return [new IceServer(relays.Urls, username, Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(relays.Secret), Encoding.UTF8.GetBytes(username))))];
#pragma warning restore CA5350
    }
}
