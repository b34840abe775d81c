using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Users.Contracts;
using Discord.Protocol;
using MediatR;
using Route = Discord.BuildingBlocks.Api.Route;

namespace Discord.Host.Api;

/// <summary>Everything between Kestrel and an operation: path aliases, CORS, authentication, rate limits, and Discord's error bodies.</summary>
internal sealed partial class ApiPipeline(IEnumerable<IEndpoint> endpoints, RateLimiter limiter, IMediator mediator, ILogger<ApiPipeline> logger)
{
    private const string Prefix = "/api/v10";
    private static readonly string[] s_aliases = ["/api/v10", "/api/v9"];
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(5);
    private static readonly string[] s_answers = ["429", "2xx", "3xx", "4xx", "5xx"];

    private readonly long[] _answered = new long[s_answers.Length];

    /// <summary>The operations that are served, for `routes` and the contract tests.</summary>
    public IEnumerable<Route> Routes => endpoints.Select(endpoint => endpoint.Route).OrderBy(route => route.OperationId, StringComparer.Ordinal);

    /// <summary>Requests since the start, by the hundreds of their status; what was too much (429) is counted apart.</summary>
    public IEnumerable<(string Status, long Count)> Answered => s_answers.Select((name, index) => (name, Volatile.Read(ref _answered[index])));

    /// <summary>Runs before routing: rewrites the aliases of the API's path, answers CORS, and turns what nobody answered into Discord's bodies.</summary>
    public async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/api", out var rest))
        {
            await next(http);
            return;
        }

        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlExposeHeaders = "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-RateLimit-Reset-After, X-RateLimit-Bucket, X-RateLimit-Scope, X-RateLimit-Global, Retry-After, Date";
        if (HttpMethods.IsOptions(http.Request.Method))
        {
            headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
            headers.AccessControlAllowHeaders = "Authorization, Content-Type, X-Audit-Log-Reason, X-Super-Properties";
            headers.AccessControlMaxAge = "86400";
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        if (Canonical(http.Request.Path.Value!, rest.Value ?? "") is not { } path)
        {
            await WriteAsync(http, new ApiError(400, 50041, "Invalid API version provided"));
            return;
        }

        http.Request.Path = path;
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response is { StatusCode: 404 or 405, ContentLength: null })
                await WriteAsync(http, http.Response.StatusCode == 405 ? ApiError.MethodNotAllowed : ApiError.NotFound);
        }
        catch (Exception e) when (e is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
            return;
        }
        catch (BadHttpRequestException e)
        {
            if (!http.Response.HasStarted)
                await WriteAsync(http, e.StatusCode == 413 ? ApiError.RequestTooLarge : ApiError.BadRequest);
        }
        catch (Exception e)
        {
            LogFailed(logger, e, http.Request.Method, http.GetEndpoint()?.DisplayName ?? "an unknown route", http.TraceIdentifier);
            if (!http.Response.HasStarted)
                await WriteAsync(http, ApiError.InternalServerError);
        }

        var status = http.Response.StatusCode;
        Interlocked.Increment(ref _answered[status == StatusCodes.Status429TooManyRequests ? 0 : status / 100 - 1]);
    }

    /// <summary>Maps every operation below the canonical prefix.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var endpoint in endpoints)
        {
            var operation = new Operation(endpoint);
            string[] patterns = endpoint.Route.Alias is { } alias ? [endpoint.Route.Pattern, alias] : [endpoint.Route.Pattern];
            string[] methods = patterns.Length > 1 ? [endpoint.Route.Method, "POST"] : [endpoint.Route.Method];
            for (var i = 0; i < patterns.Length; i++)
                routes.MapMethods(Prefix + patterns[i], [methods[i]], http => ServeAsync(http, operation)).WithDisplayName(endpoint.Route.OperationId);
        }
    }

    /// <summary>The caller of a request, from its Authorization header.</summary>
    /// <returns>Null without a header; an error for a token that is not valid.</returns>
    public async ValueTask<Result<Caller?>> AuthenticateAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return (Caller?)null;
        var isBot = header.StartsWith("Bot ", StringComparison.Ordinal);
        var isBearer = header.StartsWith("Bearer ", StringComparison.Ordinal);
        var token = isBot ? header[4..] : isBearer ? header[7..] : header;
        if (await mediator.Send(new AuthenticateToken(token.Trim())) is not { } owner || owner.IsBot != isBot)
            return ApiError.Unauthorized;
        return new Caller(owner.UserId, owner.IsBot, owner.ApplicationId, owner.TokenHash);
    }

    public static Task WriteAsync(HttpContext http, ApiError error, bool global = false)
    {
        if (error.Status == 429)
            http.Response.Headers.RetryAfter = Math.Ceiling(error.RetryAfter ?? 1).ToString(CultureInfo.InvariantCulture);
        return WriteAsync(http, error.Status, ErrorBody.Write(error, global));
    }

    private static string? Canonical(string path, string rest)
    {
        foreach (var alias in s_aliases)
        {
            if (path.StartsWith(alias, StringComparison.Ordinal) && (path.Length == alias.Length || path[alias.Length] == '/'))
                return Prefix + path[alias.Length..];
        }

        return rest.Length > 2 && rest[1] == 'v' && char.IsAsciiDigit(rest[2]) ? null : Prefix + rest;
    }

    private async Task ServeAsync(HttpContext http, Operation operation)
    {
        var route = operation.Endpoint.Route;
        var authenticated = await AuthenticateAsync(http);
        // An operation for everybody does not care about a token; every other refuses a bad one.
        if (authenticated.Error is { } unauthorized && route.Access != Access.Anyone)
        {
            await WriteAsync(http, unauthorized);
            return;
        }

        var caller = authenticated.Error is null ? authenticated.Value : null;
        if (caller is null && route.Access != Access.Anyone)
        {
            await WriteAsync(http, ApiError.Unauthorized);
            return;
        }

        if (await IsLimitedAsync(http, operation, caller))
            return;
        if (route.Access == Access.Users && caller!.IsBot)
        {
            await WriteAsync(http, ApiError.BotsCannotUseThis);
            return;
        }

        if (route.Access == Access.Bots && !caller!.IsBot)
        {
            await WriteAsync(http, ApiError.OnlyBots);
            return;
        }

        if (InvalidId(http) is { } invalid)
        {
            await WriteAsync(http, invalid);
            return;
        }

        var request = new ApiRequest(http, caller);
        if (request.Reason is { Length: > ApiRequest.MaxReasonLength })
        {
            await WriteAsync(http, ApiError.InvalidField("reason", "BASE_TYPE_MAX_LENGTH", $"Must be {ApiRequest.MaxReasonLength} or fewer in length."));
            return;
        }

        var reply = await operation.Endpoint.HandleAsync(request);
        if (reply.Error is { } error)
        {
            // A refusal with a wait is a limit on the thing asked for, not on the caller.
            if (error.Status == 429)
                http.Response.Headers["X-RateLimit-Scope"] = "shared";
            await WriteAsync(http, error);
        }
        else if (reply.Body is { } body)
        {
            await WriteAsync(http, reply.Status, body, reply.ContentType);
        }
        else
        {
            http.Response.StatusCode = reply.Status;
        }
    }

    // Exactly the type: with a charset behind it some libraries take JSON for a string.
    private static Task WriteAsync(HttpContext http, int status, byte[] body, string contentType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }

    private async ValueTask<bool> IsLimitedAsync(HttpContext http, Operation operation, Caller? caller)
    {
        var key = caller is null ? http.Connection.RemoteIpAddress?.ToString() ?? "" : caller.UserId.ToString();
        var global = limiter.TryTakeGlobal(key);
        var state = global.IsAllowed ? limiter.TryTake(key, operation.Limit, operation.Major(http)) : global;
        var headers = http.Response.Headers;
        headers["X-RateLimit-Limit"] = state.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = state.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = (state.Reset.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset-After"] = state.ResetAfter.TotalSeconds.ToString("F3", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Bucket"] = operation.BucketHash;
        if (state.IsAllowed)
            return false;
        if (state.IsGlobal)
            headers["X-RateLimit-Global"] = "true";
        headers["X-RateLimit-Scope"] = state.IsGlobal ? "global" : "user";
        await WriteAsync(http, new ApiError(429, 0, "You are being rate limited.") { RetryAfter = state.ResetAfter.TotalSeconds }, state.IsGlobal);
        return true;
    }

    private static ApiError? InvalidId(HttpContext http)
    {
        foreach (var (name, value) in http.Request.RouteValues)
        {
            if (name.EndsWith("_id", StringComparison.Ordinal) && !Snowflake.TryParse(value as string, out _))
                return ApiError.InvalidField(name, "NUMBER_TYPE_COERCE", $"Value \"{value}\" is not snowflake.");
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Operation} failed (request {RequestId})")]
    private static partial void LogFailed(ILogger logger, Exception e, string method, string operation, string requestId);

    /// <summary>An endpoint with what is the same for each of its requests.</summary>
    private sealed class Operation(IEndpoint endpoint)
    {
        private static readonly string[] s_majors = ["channel_id", "guild_id", "webhook_id"];

        private readonly string? _major = s_majors.FirstOrDefault(name => endpoint.Route.Pattern.Contains($"{{{name}}}", StringComparison.Ordinal));

        public IEndpoint Endpoint => endpoint;

        public RateLimit Limit { get; } = endpoint.Route.RateLimit ?? new RateLimit(endpoint.Route.OperationId, endpoint.Route.Method == "GET" ? 50 : 20, s_window);

        /// <summary>Opaque, and the same for operations that share the bucket; without the major parameter.</summary>
        public string BucketHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(endpoint.Route.RateLimit?.Name ?? endpoint.Route.OperationId)))[..32];

        public string Major(HttpContext http) => _major is null ? "" : http.Request.RouteValues[_major] as string ?? "";
    }
}
