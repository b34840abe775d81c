using Discord.Protocol;

namespace Discord.BuildingBlocks.Api;

/// <summary>Who makes a request, after the token was looked up.</summary>
/// <param name="TokenHash">SHA-256 of the token in hexadecimal: identifies the login session, and is not the token.</param>
/// <param name="ApplicationId">For bots, their application.</param>
public sealed record Caller(Snowflake UserId, bool IsBot, Snowflake? ApplicationId, string TokenHash);

/// <summary>Who may call an operation.</summary>
public enum Access
{
    Anyone,
    Authenticated,
    Users,
    Bots,
}

/// <summary>A rate-limit bucket: requests in a window, per caller and major parameter.</summary>
/// <param name="Name">Operations with the same name share the limit.</param>
/// <remarks>Source: Discord publishes no numbers; ours are sized so that ordinary use never meets them. protocol.md 2.3.</remarks>
public sealed record RateLimit(string Name, int Requests, TimeSpan Window)
{
    public static RateLimit Per(string name, int requests, double seconds) => new(name, requests, TimeSpan.FromSeconds(seconds));
}

/// <summary>Where an operation is served.</summary>
/// <param name="OperationId">The operationId of the published description, in snake case: "create_message".</param>
/// <param name="Pattern">Below /api/v10; route values that end in "_id" are snowflakes and checked before the handler runs.</param>
public sealed record Route(string OperationId, string Method, string Pattern)
{
    public Access Access { get; init; } = Access.Authenticated;

    /// <summary>Null: a bucket of its own with 50 requests in 5 seconds (reads) or 20 in 5 seconds (writes).</summary>
    public RateLimit? RateLimit { get; init; }

    /// <summary>Other paths that end in the same handler: an older form of the route.</summary>
    public string? Alias { get; init; }

    public static Route Get(string operationId, string pattern) => new(operationId, "GET", pattern);
    public static Route Post(string operationId, string pattern) => new(operationId, "POST", pattern);
    public static Route Put(string operationId, string pattern) => new(operationId, "PUT", pattern);
    public static Route Patch(string operationId, string pattern) => new(operationId, "PATCH", pattern);
    public static Route Delete(string operationId, string pattern) => new(operationId, "DELETE", pattern);
}

/// <summary>One REST operation: the one type of a slice file that the host sees. A singleton; its dependencies come by constructor.</summary>
public interface IEndpoint
{
    Route Route { get; }

    ValueTask<Reply> HandleAsync(ApiRequest request);
}
