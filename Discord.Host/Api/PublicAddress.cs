using System.Net;
using Discord.BuildingBlocks.Files;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Discord.Host.Api;

/// <summary>Under which address clients reach this server.</summary>
internal sealed class PublicAddress(IConfiguration configuration, IHttpContextAccessor accessor, IServiceProvider services) : IPublicAddress
{
    private readonly string? _files = Configured(configuration["Media:PublicUrl"]) ?? Configured(configuration["PublicUrl"]);

    public string ForAnswer => _files ?? (accessor.HttpContext is { } http ? OfRequest(http) : ForEverybody);

    // Asked for when it is needed: nothing listens yet when this is made.
    public string ForEverybody => _files ?? services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()?.TrimEnd('/') ?? "";

    /// <summary>The gateway of a client: the configured address, else the one that it used; without a query string, because libraries append theirs.</summary>
    public static string GatewayOf(HttpContext http)
    {
        var address = Configured(http.RequestServices.GetRequiredService<IConfiguration>()["PublicUrl"]) ?? OfRequest(http);
        return $"ws{address["http".Length..]}/gateway";
    }

    private static string OfRequest(HttpContext http)
    {
        var host = http.Request.Host;
        // Some clients leave the port out of Host. A bare address can only mean this listener's own port.
        var port = host.Port ?? (IPAddress.TryParse(host.Host, out _) || host.Host == "localhost" ? http.Connection.LocalPort : null);
        return $"{http.Request.Scheme}://{host.Host}{(port is { } number ? $":{number}" : "")}";
    }

    private static string? Configured(string? address) => string.IsNullOrEmpty(address) ? null : address.TrimEnd('/');
}
