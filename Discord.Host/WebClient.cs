using System.Net;
using System.Text.Json;
using Discord.Modules.Media.Contracts;
using Discord.Protocol;
using MediatR;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.StaticFiles;

namespace Discord.Host;

/// <summary>Serves the web client: its files, and its page for every path that is no file, so that links into it can be opened.</summary>
internal sealed class WebClient(RequestDelegate next, IWebHostEnvironment environment, IConfiguration configuration, IServer server, IMediator mediator)
{
    private const string Policy = "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    private readonly FileExtensionContentTypeProvider _types = new();

    public async Task InvokeAsync(HttpContext http)
    {
        var path = http.Request.Path;
        // What has a route of its own is no page; nor is what only looks like one below the API.
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method) || http.GetEndpoint() is not null || path.StartsWithSegments("/api") || path.StartsWithSegments("/gateway"))
        {
            await next(http);
            return;
        }

        if (path == "/instance.json")
        {
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(JsonSerializer.Serialize(new { name = configuration["Name"], uploads = await mediator.Send(new GetUploadLimits(), http.RequestAborted), secure_url = SecureUrl(http.Request) }, ProtocolJson.Options), http.RequestAborted);
            return;
        }

        var file = environment.WebRootFileProvider.GetFileInfo(path.Value!);
        if (!file.Exists || file.IsDirectory)
            file = environment.WebRootFileProvider.GetFileInfo("/index.html");
        if (!file.Exists)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsync("The web client is not built into this server. The API is at /api/v10.", http.RequestAborted);
            return;
        }

        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        // The build puts a hash into every name but the page's own.
        headers.CacheControl = path.StartsWithSegments("/assets") ? "public, max-age=31536000, immutable" : "no-cache";
        http.Response.ContentType = _types.TryGetContentType(file.Name, out var type) ? type : "application/octet-stream";
        http.Response.ContentLength = file.Length;
        if (HttpMethods.IsGet(http.Request.Method))
            await http.Response.SendFileAsync(file, http.RequestAborted);
    }

    /// <summary>Where this page is to be had over https, without which browsers give no page a microphone; null: here, or nowhere that is known.</summary>
    private string? SecureUrl(HttpRequest request)
    {
        if (request.IsHttps)
            return null;
        if (configuration["PublicUrl"] is { } url && url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return url.TrimEnd('/');
        var isHere = IsLoopback(request.Host.Host);
        var listeners = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse) ?? [];
        // One that listens on this machine alone is of no use to others.
        var secure = listeners.FirstOrDefault(address => address.Scheme == "https" && (isHere || !IsLoopback(address.Host)));
        return secure is null ? null : $"https://{request.Host.Host}:{secure.Port}";
    }

    private static bool IsLoopback(string host) => host == "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address);
}
