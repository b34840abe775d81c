using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Discord.Modules.Voice;

/// <summary>The section "Voice" of the settings.</summary>
/// <param name="Endpoint">host:port/path under which clients reach the voice gateway by wss; null: this server's own listener with TLS.</param>
/// <param name="PublicAddress">The IPv4 address under which clients reach the media port; null: as bound.</param>
/// <param name="Bind">Where the media ports listen.</param>
/// <param name="Port">The first media port: UDP, and TCP for browsers behind walls. 0: any that is free.</param>
/// <param name="Region">What rtc_region says of the server in this process.</param>
/// <param name="Secret">What carriers and their home share; null: no links.</param>
/// <param name="Home">Of a carrier (--role voice): where it dials its home. Null: this is a home.</param>
/// <param name="Threads">Media threads; each has a port of its own, counted up from <paramref name="Port"/>.</param>
internal sealed record VoiceOptions(string? Endpoint, IPAddress? PublicAddress, IPAddress Bind, int Port, int Threads, string Region, string? Secret, Uri? Home)
{
    /// <summary>How long a carrier that stops waits for its people to go elsewhere.</summary>
    public TimeSpan DrainWithin { get; init; } = TimeSpan.FromSeconds(10);

    public static VoiceOptions Read(IConfiguration section)
    {
        var port = section.GetValue("Port", 5004);
        if (port is < 0 or > 65_000)
            throw new InvalidOperationException("Voice:Port must be 0 (any free one) to 65000.");
        var threads = section.GetValue("Threads", 1);
        if (threads is < 1 or > 64)
            throw new InvalidOperationException("Voice:Threads must be 1 to 64.");
        var endpoint = section["Endpoint"] is { Length: > 0 } given ? given.TrimEnd('/') : null;
        if (endpoint is not null && !IsEndpoint(endpoint))
            throw new InvalidOperationException($"Voice:Endpoint is '{endpoint}'; it must be host:port/path without a scheme: clients put wss:// before it.");
        return new VoiceOptions(endpoint, Address(section, "PublicAddress"), Address(section, "Bind") ?? IPAddress.Loopback, port, threads,
            section["Region"] is { Length: > 0 } region ? region : "local", SecretOf(section), Link(section["Home"]));
    }

    /// <summary>host, host:port or host:port/path: what makes an address with wss:// before it, and a query behind it.</summary>
    public static bool IsEndpoint(string? text) =>
        text is { Length: > 0 and <= 255 } && !text.Contains("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString($"wss://{text}", UriKind.Absolute)
        && new Uri($"wss://{text}") is { Host.Length: > 0, Port: > 0, UserInfo: "", Query: "", Fragment: "" };

    private static string? SecretOf(IConfiguration section) => section["Secret"] switch
    {
        null or "" => null,
        { Length: < 16 } => throw new InvalidOperationException("Voice:Secret is too easy to guess: give it 16 characters or more."),
        var secret => secret,
    };

    private static Uri? Link(string? home) => home switch
    {
        null or "" => null,
        _ when Uri.TryCreate(home, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" =>
            new UriBuilder(address) { Scheme = address.Scheme == "http" ? "ws" : "wss", Path = Servers.VoiceLinks.Path }.Uri,
        _ => throw new InvalidOperationException($"Voice:Home is '{home}'; it must be an address as http://10.0.0.1:5000 or https://chat.example.org."),
    };

    private static IPAddress? Address(IConfiguration section, string key) => section[key] switch
    {
        null or "" => null,
        var text when IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork => address,
        var text => throw new InvalidOperationException($"Voice:{key} is '{text}'; it must be an IPv4 address: clients of Discord's voice protocol know no other."),
    };
}
