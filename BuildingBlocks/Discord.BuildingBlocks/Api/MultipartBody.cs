using System.Buffers;
using System.Text;
using System.Text.Json;
using Discord.BuildingBlocks.Files;
using Discord.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Discord.BuildingBlocks.Api;

/// <summary>Reads multipart/form-data part by part: fields into memory, files straight into the blob store.</summary>
/// <remarks>
/// Source: Discord docs, Reference, "Uploading Files": the JSON is the part payload_json, or each of its fields is a part. Parts come in
/// any order: eris sends the files first. Only the fields are ever in memory, and those are bounded.
/// </remarks>
internal static class MultipartBody
{
    /// <summary>Source: Discord docs, JSON error 30015.</summary>
    public const int MaxFiles = 10;

    private const int MaxFieldBytes = 1 << 20;
    private const int MaxParts = 128;
    private const int MaxBoundaryLength = 128;

    /// <param name="refusal">The answer to the first file; null: files are taken.</param>
    /// <exception cref="IOException">The body ends in the middle.</exception>
    /// <exception cref="InvalidDataException">It is no multipart.</exception>
    public static async ValueTask<Result<Upload>> ReadAsync(HttpContext http, IUploads uploads, long maxFileBytes, ApiError? refusal, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= MaxBoundaryLength } boundary)
            return ApiError.InvalidJson;
        var maxBytes = MaxFieldBytes * 2 + maxFileBytes * MaxFiles;
        if (http.Request.ContentLength > maxBytes)
            return ApiError.RequestTooLarge;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes;

        var files = new List<UploadedFile>();
        try
        {
            var fields = await ReadAsync(new MultipartReader(boundary, http.Request.Body), uploads, maxFileBytes, refusal, files, cancellationToken);
            if (fields.Error is { } refused)
                return refused;
            var upload = new Upload(fields.Value, files);
            files = [];
            return upload;
        }
        finally
        {
            // A refusal, an end in the middle, a client that went away: what was stored until then is let go.
            foreach (var file in files)
                file.Dispose();
        }
    }

    private static async ValueTask<Result<JsonElement>> ReadAsync(MultipartReader reader, IUploads uploads, long maxFileBytes, ApiError? refusal, List<UploadedFile> files, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, JsonElement>();
        var left = MaxFieldBytes;
        for (var parts = 1; await reader.ReadNextSectionAsync(cancellationToken) is { } section; parts++)
        {
            if (parts > MaxParts || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                return ApiError.InvalidJson;
            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            var filename = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;
            if (filename is null)
            {
                if (await ReadFieldAsync(section.Body, left, cancellationToken) is not { } bytes)
                    return ApiError.RequestTooLarge;
                left -= bytes.Length;
                var isJson = name == PayloadJson || section.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
                if ((isJson ? ApiRequest.Parse(bytes) : Text(bytes)) is not { Error: null } value)
                    return ApiError.InvalidJson;
                fields[name] = value.Value;
            }
            else if (refusal is not null)
            {
                return refusal;
            }
            else if (files.Count == MaxFiles)
            {
                return ApiError.MaximumAttachments;
            }
            else
            {
                var stored = await uploads.StoreAsync(section.Body, name, filename, maxFileBytes, cancellationToken);
                if (stored.Error is { } refused)
                    return refused;
                files.Add(stored.Value);
            }
        }

        return OfFields(fields);
    }

    /// <summary>The JSON of a form's fields: payload_json when it is there, else an object of them all.</summary>
    public static JsonElement OfFields(Dictionary<string, JsonElement> fields) =>
        fields.TryGetValue(PayloadJson, out var json) ? json : JsonSerializer.SerializeToElement(fields, ProtocolJson.Options);

    public const string PayloadJson = "payload_json";

    // Null: longer than it may be.
    private static async ValueTask<ReadOnlyMemory<byte>?> ReadFieldAsync(Stream body, int max, CancellationToken cancellationToken)
    {
        var field = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await body.ReadAsync(field.GetMemory(1024), cancellationToken)) > 0)
        {
            field.Advance(read);
            if (field.WrittenCount > max)
                return null;
        }

        return field.WrittenMemory;
    }

    private static Result<JsonElement> Text(ReadOnlyMemory<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes.Span) && !bytes.Span.Contains((byte)0)
        ? JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(bytes.Span), ProtocolJson.Options)
        : ApiError.InvalidJson;
}
