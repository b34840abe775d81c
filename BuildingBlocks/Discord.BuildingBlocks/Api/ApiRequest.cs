using System.Buffers;
using System.Text.Json;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;

namespace Discord.BuildingBlocks.Api;

/// <summary>One request, as an operation sees it: the caller, the route's ids, the body as a form to read.</summary>
public sealed class ApiRequest(HttpContext http, Caller? caller)
{
    /// <summary>Longest X-Audit-Log-Reason, in characters.</summary>
    public const int MaxReasonLength = 512;

    /// <summary>Bytes of the longest body. Source: protocol.md 2.5: 25 MiB.</summary>
    public const int MaxBodyLength = 25 << 20;

    private const int MaxJsonDepth = 64;

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

    /// <summary>Why the caller does this, for the audit log: X-Audit-Log-Reason, percent-decoded. Null when there is none. 1 to <see cref="MaxReasonLength"/> characters: longer ones were refused.</summary>
    public string? Reason => Uri.UnescapeDataString(http.Request.Headers["X-Audit-Log-Reason"].ToString()) is { } reason && !string.IsNullOrWhiteSpace(reason) ? reason : null;

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
            if (http.Request.ContentLength > MaxBodyLength)
                return ApiError.RequestTooLarge;
            if (http.Request.HasFormContentType)
                return await PayloadJsonAsync();
            return await ReadAsync() is not { } body ? ApiError.RequestTooLarge : body.Length == 0 ? s_empty : Parse(body);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == 413 ? ApiError.RequestTooLarge : ApiError.BadRequest;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Multipart that is none, or that ends in the middle.
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

    // Null: longer than a body may be. The length is counted, for a chunked body does not tell it.
    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync()
    {
        var buffer = new MemoryStream(http.Request.ContentLength is { } length and < 1 << 20 ? (int)length : 256);
        var piece = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await http.Request.Body.ReadAsync(piece, Cancelled)) > 0)
            {
                if (buffer.Length + read > MaxBodyLength)
                    return null;
                buffer.Write(piece, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Result<JsonElement> Parse(ReadOnlyMemory<byte> json)
    {
        using var document = WireJson.TryParse(json, MaxJsonDepth);
        return document is null ? ApiError.InvalidJson : document.RootElement.Clone();
    }
}
