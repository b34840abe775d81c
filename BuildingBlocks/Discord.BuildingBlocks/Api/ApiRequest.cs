using System.Buffers;
using System.Text.Json;
using Discord.BuildingBlocks.Files;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>The body's fields and files; without files for JSON. The files are in the blob store already: dispose the upload after the commit.</summary>
    /// <remarks>Check first what can be refused without the body: files are stored as they come.</remarks>
    /// <returns>Those of <see cref="BodyAsync"/>; 30015 for more than ten files, 40005 for one that is longer than this user's may be.</returns>
    /// <param name="refusal">What to answer to the first file, when this caller may send none.</param>
    public async ValueTask<Result<Upload>> UploadAsync(ApiError? refusal = null)
    {
        if (!IsMultipart)
        {
            var body = await JsonAsync();
            return body.Error is { } error ? error : new Upload(body.Value, []);
        }

        var maxBytes = await Uploads.MaxBytesAsync(UserId, Cancelled);
        return await ReadableAsync(() => MultipartBody.ReadAsync(http, Uploads, maxBytes, refusal, Cancelled));
    }

    /// <summary>The body is a form of parts, which may hold files.</summary>
    public bool IsMultipart => http.Request.HasFormContentType && http.Request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body as any JSON value.</summary>
    public ValueTask<Result<JsonElement>> JsonAsync() => ReadableAsync(async () =>
    {
        if (http.Request.ContentLength > MaxBodyLength)
            return ApiError.RequestTooLarge;
        // Libraries send multipart when a message has files, and some also when it has none.
        if (IsMultipart)
        {
            var upload = await MultipartBody.ReadAsync(http, Uploads, MaxBodyLength, s_noFiles, Cancelled);
            return upload.Error is { } refused ? refused : upload.Value.Form.Json;
        }

        if (http.Request.HasFormContentType)
            return await FieldsAsync();
        return await ReadAsync() is not { } body ? ApiError.RequestTooLarge : body.Length == 0 ? s_empty : Parse(body);
    });

    private static readonly ApiError s_noFiles = ApiError.InvalidField("", "CONTENT_TYPE_INVALID", "Expected \"Content-Type\" header to be one of {'application/json'}.");
    private static readonly JsonElement s_empty = JsonDocument.Parse("{}").RootElement;

    private IUploads Uploads => http.RequestServices.GetRequiredService<IUploads>();

    private static async ValueTask<Result<T>> ReadableAsync<T>(Func<ValueTask<Result<T>>> read)
    {
        try
        {
            return await read();
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == 413 ? ApiError.RequestTooLarge : ApiError.BadRequest;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // A form that is none, or that ends in the middle.
            return ApiError.InvalidJson;
        }
    }

    // application/x-www-form-urlencoded.
    private async ValueTask<Result<JsonElement>> FieldsAsync()
    {
        var form = await http.Request.ReadFormAsync(Cancelled);
        if (form.TryGetValue(MultipartBody.PayloadJson, out var json))
            return Parse(System.Text.Encoding.UTF8.GetBytes(json.ToString()));
        return JsonSerializer.SerializeToElement(form.ToDictionary(field => field.Key, field => field.Value.ToString()), ProtocolJson.Options);
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

    internal static Result<JsonElement> Parse(ReadOnlyMemory<byte> json)
    {
        using var document = WireJson.TryParse(json, MaxJsonDepth);
        return document is null ? ApiError.InvalidJson : document.RootElement.Clone();
    }
}
