using System.Net;
using System.Net.Sockets;

namespace Discord.Host;

/// <summary>The addresses that this server is to listen on.</summary>
internal static class Listeners
{
    /// <summary>Those of the settings, or of --urls.</summary>
    public static IReadOnlyList<BindingAddress> Of(IConfiguration configuration)
    {
        var urls = configuration["Listen:Urls"] is { Length: > 0 } given ? given : $"{configuration["Listen:Http"]};{configuration["Listen:Https"]}";
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // Kestrel would take an address of its own choice then.
        return addresses.Length > 0 ? [.. addresses.Select(Parse)] : throw new InvalidOperationException("There is no address to listen on: set Listen:Http or Listen:Https, or give --urls.");
    }

    /// <summary>Says in words why an address cannot be listened on; null: it can.</summary>
    public static string? WhyNot(BindingAddress address)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any, address.Port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"{address} is taken by another program; choose another with --urls.",
                SocketError.AddressNotAvailable => $"{address} is no address of this machine; choose another with --urls.",
                SocketError.AccessDenied => $"{address} is not for this user to listen on; choose a port from 1024 up with --urls.",
                _ => $"{address} cannot be listened on: {e.Message}. Choose another with --urls.",
            };
        }
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            // A port that is no number counts as part of the host's name. What is passed over here would be listened on otherwise than it says.
            if (address is { Scheme: "http" or "https", PathBase: "", Port: <= IPEndPoint.MaxPort } && (address.Host is "*" or "+" || Uri.CheckHostName(address.Host) != UriHostNameType.Unknown))
                return address;
        }
        catch (FormatException)
        {
            // Told below.
        }

        throw new InvalidOperationException($"'{url}' is no address to listen on; it must be as http://127.0.0.1:5000.");
    }
}
