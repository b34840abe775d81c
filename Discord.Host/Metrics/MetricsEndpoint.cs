using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Discord.Host.Metrics;

/// <summary>GET /metrics, and who may read it: how much a server is used is not for everybody.</summary>
internal static class MetricsEndpoint
{
    private const int ShortestToken = 16;
    private const string Scheme = "Bearer ";

    // What proxies add. Whoever is behind one has the proxy's address.
    private static readonly string[] s_forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var configuration = services.GetRequiredService<IConfiguration>();
        var token = configuration["Metrics:Token"] ?? "";
        if (token.Length is > 0 and < ShortestToken)
            throw new InvalidOperationException($"Metrics:Token is too easy to guess: give it {ShortestToken} characters or more.");
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        // Either says that people come by a proxy: then its address says nothing of them.
        var isBehindProxy = configuration["PublicUrl"] is { Length: > 0 } || configuration["Voice:Endpoint"] is { Length: > 0 };
        var metrics = services.GetRequiredService<PrometheusText>();
        routes.MapGet("/metrics", http =>
        {
            var response = http.Response;
            response.Headers.CacheControl = "no-store";
            if (token.Length > 0 ? HasToken(http.Request, expected) : !isBehindProxy && IsLocal(http))
            {
                response.ContentType = PrometheusText.ContentType;
                return response.WriteAsync(metrics.Write(), http.RequestAborted);
            }

            response.StatusCode = StatusCodes.Status403Forbidden;
            response.ContentType = "text/plain";
            if (token.Length == 0)
                return response.WriteAsync($"Set Metrics:Token: without it {(isBehindProxy ? "nobody may read this behind a proxy (PublicUrl, Voice:Endpoint)" : "only this machine may read this")}.\n", http.RequestAborted);
            response.StatusCode = StatusCodes.Status401Unauthorized;
            response.Headers.WWWAuthenticate = Scheme.TrimEnd();
            return response.WriteAsync("Send Metrics:Token as a bearer token.\n", http.RequestAborted);
        });
    }

    // Hashes have one length, and are compared in the same time wherever they differ.
    private static bool HasToken(HttpRequest request, byte[] expected) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), expected);

    // The name that was asked for counts too: a page of some other site may have its own name lead here.
    internal static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (http.Request.Host.Host == "localhost" || (IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var asked) && IPAddress.IsLoopback(asked)))
        && !Array.Exists(s_forwarded, http.Request.Headers.ContainsKey);
}
