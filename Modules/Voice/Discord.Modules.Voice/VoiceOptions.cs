using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Discord.Modules.Voice.Signalling;
using Microsoft.Extensions.Configuration;

namespace Discord.Modules.Voice;

/// <summary>The section "Voice" of the settings.</summary>
/// <param name="Endpoint">host:port/path under which clients reach the voice gateway by wss; null: this server's own listener with TLS.</param>
/// <param name="PublicAddress">The IPv4 address under which clients reach the media port; null: as bound.</param>
/// <param name="Bind">Where the media ports listen.</param>
/// <param name="Port">The first media port: UDP, and TCP for browsers behind walls. 0: any that is free.</param>
/// <param name="Region">What rtc_region says of the server in this process.</param>
/// <param name="Secret">What carriers and their home share; null: no links.</param>
/// <param name="Home">Of a carrier (--role voice): the address of its home. Null: this is a home.</param>
/// <param name="Threads">Media threads; each has a port of its own, counted up from <paramref name="Port"/>.</param>
internal sealed record VoiceOptions(string? Endpoint, IPAddress? PublicAddress, IPAddress Bind, int Port, int Threads, string Region, string? Secret, Uri? Home)
{
    /// <summary>Another port is not as good: this one was chosen, or others than this machine come to it, through firewalls.</summary>
    public bool IsPortFixed { get; init; }

    /// <summary>How long a carrier that stops waits for its people to go elsewhere.</summary>
    public TimeSpan DrainWithin { get; init; } = TimeSpan.FromSeconds(10);

    public static VoiceOptions Read(IConfiguration section)
    {
        var port = Number(section, "Port", 5004, 0, 65_000);
        var bind = Address(section, "Bind") ?? IPAddress.Loopback;
        var endpoint = section["Endpoint"] is { Length: > 0 } given ? given.TrimEnd('/') : null;
        if (endpoint is not null && !IsEndpoint(endpoint))
            throw new InvalidOperationException($"Voice:Endpoint is '{endpoint}'; it must be host:port/path without a scheme: clients put wss:// before it.");
        if (endpoint?.Contains('/', StringComparison.Ordinal) == false)
            endpoint += VoiceAddresses.Path;
        return new VoiceOptions(endpoint, Address(section, "PublicAddress"), bind, port, Number(section, "Threads", 1, 1, 64), RegionOf(section), SecretOf(section), HomeOf(section))
        {
            IsPortFixed = port != 0 && (!string.IsNullOrEmpty(section["Port"]) || !IPAddress.IsLoopback(bind)),
        };
    }

    /// <summary>host, host:port or host:port/path: what makes an address with wss:// before it, and a query behind it.</summary>
    public static bool IsEndpoint(string? text) =>
        text is { Length: > 0 and <= 255 } && !text.Contains("//", StringComparison.Ordinal) && Uri.IsWellFormedUriString($"wss://{text}", UriKind.Absolute)
        && new Uri($"wss://{text}") is { Host.Length: > 0, Port: > 0, UserInfo: "", Query: "", Fragment: "" };

    /// <summary>Says in words why a media port cannot be had.</summary>
    public InvalidOperationException Refusal(ProtocolType protocol, int port, SocketError reason) => new(reason switch
    {
        SocketError.AddressNotAvailable => $"Voice:Bind is {Bind}, which is no address of this machine.",
        SocketError.AddressAlreadyInUse => $"{Name(protocol)} port {port} is taken by another program; choose another by Voice:Port.",
        SocketError.AccessDenied => $"{Name(protocol)} port {port} is not for this user to open; choose one from 1024 up by Voice:Port.",
        _ => $"{Name(protocol)} port {port} cannot be opened on {Bind}: {reason}.",
    });

    private static string Name(ProtocolType protocol) => protocol.ToString().ToUpperInvariant();

    private static int Number(IConfiguration section, string key, int usual, int min, int max) => section[key] switch
    {
        null or "" => usual,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max => number,
        var text => throw new InvalidOperationException($"Voice:{key} is '{text}'; it must be a number from {min} to {max}."),
    };

    // It stands in a channel's rtc_region, and in lists of regions.
    private static string RegionOf(IConfiguration section) => section["Region"] switch
    {
        null => "local",
        { Length: > 0 and <= 100 } region when region.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-') => region,
        var region => throw new InvalidOperationException($"Voice:Region is '{region}'; it must be one name of letters, digits and hyphens, 100 at most."),
    };

    private static string? SecretOf(IConfiguration section) => section["Secret"] switch
    {
        null or "" => null,
        { Length: < 16 } => throw new InvalidOperationException("Voice:Secret is too easy to guess: give it 16 characters or more."),
        var secret => secret,
    };

    private static Uri? HomeOf(IConfiguration section) => section["Home"] switch
    {
        null or "" => null,
        var home when Uri.TryCreate(home, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => address,
        var home => throw new InvalidOperationException($"Voice:Home is '{home}'; it must be an address as http://10.0.0.1:5000 or https://chat.example.org."),
    };

    private static IPAddress? Address(IConfiguration section, string key) => section[key] switch
    {
        null or "" => null,
        var text when IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork => address,
        var text => throw new InvalidOperationException($"Voice:{key} is '{text}'; it must be an IPv4 address: clients of Discord's voice protocol know no other."),
    };
}
