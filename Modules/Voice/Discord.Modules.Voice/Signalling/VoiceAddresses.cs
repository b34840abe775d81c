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

    private string? _endpoint = options.Endpoint;

    /// <summary>host:port/path, without a scheme. Null until the server listens.</summary>
    public string? Endpoint => _endpoint ??= Listener() is { } listener ? $"{HostOf(listener)}:{listener.Port}{Path}" : null;

    /// <summary>IPv4, as libraries insist on.</summary>
    /// <param name="local">Where the client's socket arrived: on a network without a proxy, the address by which it knows this machine.</param>
    public string MediaAddress(IPAddress? local)
    {
        if (options.PublicAddress is not null || !options.Bind.Equals(IPAddress.Any))
            return sfu.Address.ToString();
        var address = local is { IsIPv4MappedToIPv6: true } ? local.MapToIPv4() : local;
        return (address is { AddressFamily: AddressFamily.InterNetwork } && !IPAddress.IsLoopback(address) ? address : sfu.Address).ToString();
    }

    /// <summary>Once it listens: says what clients are told, when that may surprise.</summary>
    public void Explain()
    {
        if (options.Endpoint is null && Listener() is { Scheme: "http" })
            logger.LogInformation("Voice: clients are told wss://{Endpoint}, but this server has no https listener. A proxy has to end TLS there; Voice:Endpoint names another address", Endpoint);
    }

    private BindingAddress? Listener()
    {
        var all = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).ToList() ?? [];
        return all.Find(address => address.Scheme == "https") ?? all.FirstOrDefault();
    }

    // A listener on every address has no name of its own.
    private string HostOf(BindingAddress listener) =>
        listener.Host is "+" or "*" or "0.0.0.0" or "[::]" ? MediaAddress(null) : listener.Host;
}
