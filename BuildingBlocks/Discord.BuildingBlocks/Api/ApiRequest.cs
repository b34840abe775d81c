using System.Text.Json;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;

namespace Discord.BuildingBlocks.Api;

/// <summary>One request, as an operation sees it: the caller, the route's ids, the body as a form to read.</summary>
public sealed class ApiRequest(HttpContext http, Caller? caller)
{
    /// <summary>Longest X-Audit-Log-Reason, in characters.</summary>
    public const int MaxReasonLength = 512;

    private static readonly JsonDocumentOptions s_jsonOptions = new() { MaxDepth = 64 };

    /// <exception cref="InvalidOperationException">The operation's route allows anonymous callers: use <see cref="CallerOrNull"/>.</exception>
    public Caller Caller => caller ?? throw new InvalidOperationException("The route allows anonymous callers.");

    public Caller? CallerOrNull => caller;

    public Snowflake UserId => Caller.UserId;

    public HttpContext Http => http;

    public CancellationToken Cancelled => http.RequestAborted;

    /// <summary>A route value that ends in "_id"; it was checked to be a snowflake before the handler ran.</summary>
    public Snowflake Id(string name) => Snowflake.TryParse((string?)http.Request.RouteValues[name], out var id) ? id : throw new InvalidOperationException($"The route has no id '{name}'.");

    /// <summary>A route value, percent-decoded.</summary>
    public string Text(string name) => (string)http.Request.RouteValues[name]!;

    /// <summary>The query string as a form: the first value of each key.</summary>
    public Form Query => Form.OfQuery(http.Request.Query);

    /// <summary>The caller's address, for limits by address.</summary>
    public string Address => http.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>The body's JSON object. An empty body reads as an object without fields.</summary>
    /// <returns>50109 for what is not JSON, 50035 for JSON that is no object, 413 beyond the server's limit.</returns>
    public async ValueTask<Result<Form>> BodyAsync()
    {
        var element = await JsonAsync();
        return element.Error is { } error ? error : Form.OfObject(element.Value);
    }

    /// <summary>The body as any JSON value.</summary>
    public async ValueTask<Result<JsonElement>> JsonAsync()
    {
        try
        {
            if (http.Request.HasFormContentType)
                return await PayloadJsonAsync();
            var buffer = new MemoryStream(http.Request.ContentLength is { } length and < 1 << 20 ? (int)length : 256);
            await http.Request.Body.CopyToAsync(buffer, Cancelled);
            if (buffer.Length == 0)
                return s_empty;
            return Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == 413 ? ApiError.RequestTooLarge : ApiError.BadRequest;
        }
        catch (InvalidDataException)
        {
            return ApiError.InvalidJson;
        }
    }

    private static readonly JsonElement s_empty = JsonDocument.Parse("{}").RootElement;

    // Libraries send multipart when a message has files, and some also when it has none: the JSON is in one part.
    private async ValueTask<Result<JsonElement>> PayloadJsonAsync()
    {
        var form = await http.Request.ReadFormAsync(Cancelled);
        if (form.Files.Count > 0)
            return ApiError.InvalidField("files", "FILES_NOT_ACCEPTED", "This server does not take file uploads.");
        return form.TryGetValue("payload_json", out var json) ? Parse(System.Text.Encoding.UTF8.GetBytes(json.ToString())) : s_empty;
    }

    private static Result<JsonElement> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, s_jsonOptions);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return ApiError.InvalidJson;
        }
    }
}
