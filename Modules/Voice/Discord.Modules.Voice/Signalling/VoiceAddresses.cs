using System.Net;
using System.Net.Sockets;
using Discord.Modules.Voice.Media;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Discord.Modules.Voice.Signalling;

/// <summary>Where clients find the voice gateway and the media port.</summary>
internal sealed class VoiceAddresses(VoiceOptions options, Sfu sfu, IServer server, ILogger<VoiceAddresses> logger)
{
    public const string Path = "/voice";

    // Names that only a network of one's own knows (RFC 6761, 6762, 8375).
    private static readonly string[] s_private = [".localhost", ".local", ".internal", ".home.arpa", ".lan"];

    private string? _endpoint = options.Endpoint;

    /// <summary>host:port/path, without a scheme. Null until the server listens.</summary>
    public string? Endpoint => _endpoint ??= EndpointOf(options, Listeners(), sfu.Address);

    /// <summary>IPv4, as libraries insist on.</summary>
    /// <param name="local">Where the client's socket arrived: on a network without a proxy, the address by which it knows this machine.</param>
    public string MediaAddress(IPAddress? local)
    {
        if (options.PublicAddress is not null || !options.Bind.Equals(IPAddress.Any))
            return sfu.Address.ToString();
        var address = local is { IsIPv4MappedToIPv6: true } ? local.MapToIPv4() : local;
        return (address is { AddressFamily: AddressFamily.InterNetwork } && !IPAddress.IsLoopback(address) ? address : sfu.Address).ToString();
    }

    /// <summary>Once it listens: says what will keep clients from being heard.</summary>
    public void Explain()
    {
        foreach (var doubt in Doubts(options, Listeners(), sfu.Address))
            logger.LogWarning("{Doubt}", doubt);
    }

    /// <summary>What clients would be told as the voice gateway; null: there is no listener.</summary>
    public static string? EndpointOf(VoiceOptions options, IReadOnlyCollection<BindingAddress> listeners, IPAddress media) =>
        options.Endpoint ?? (Listener(listeners) is { } listener ? $"{HostOf(listener, media)}:{listener.Port}{Path}" : null);

    /// <summary>What of the settings will keep clients from being heard, a sentence or two for each thing.</summary>
    /// <param name="media">Where clients are told to send packets.</param>
    public static IEnumerable<string> Doubts(VoiceOptions options, IReadOnlyCollection<BindingAddress> listeners, IPAddress media)
    {
        if (EndpointOf(options, listeners, media) is not { } endpoint)
            yield break;
        if (options.Endpoint is null && Listener(listeners) is { Scheme: "http" })
            yield return $"Voice: clients are told wss://{endpoint}, but this server has no https listener. A proxy has to end TLS there; Voice:Endpoint names another address.";
        if (IsPublic(new Uri($"wss://{endpoint}").Host) && !IsPublic(media))
            yield return $"Voice: clients are told wss://{endpoint}, and to send packets to {media}, which the Internet does not reach: nobody from there will be heard. Set Voice:PublicAddress.";
    }

    private BindingAddress[] Listeners() => [.. server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse) ?? []];

    private static BindingAddress? Listener(IReadOnlyCollection<BindingAddress> all) => all.FirstOrDefault(address => address.Scheme == "https") ?? all.FirstOrDefault();

    // A listener on every address has no name of its own.
    private static string HostOf(BindingAddress listener, IPAddress media) => listener.Host is "+" or "*" or "0.0.0.0" or "[::]" ? media.ToString() : listener.Host;

    private static bool IsPublic(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var address) ? IsPublic(address) : host.Contains('.', StringComparison.Ordinal) && !s_private.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private static bool IsPublic(IPAddress address) => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !address.IsIPv6UniqueLocal && address.GetAddressBytes() is not
        ([0 or 10, _, _, _] or [100, >= 64 and < 128, _, _] or [169, 254, _, _] or [172, >= 16 and < 32, _, _] or [192, 168, _, _]);
}
