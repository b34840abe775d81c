using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Discord.BuildingBlocks.Api;

/// <summary>Parses what clients send so that nothing later can stumble over it: valid UTF-8, no half surrogate pairs, no zero characters.</summary>
/// <remarks>JSON may escape what text cannot hold; reading such a string throws, and PostgreSQL keeps no U+0000. Refused at the door instead.</remarks>
public static class WireJson
{
    private static readonly SearchValues<byte> s_suspicious = SearchValues.Create("\\"u8);

    /// <returns>Null when it is not JSON, deeper than <paramref name="maxDepth"/>, or holds text that is none.</returns>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json.Span))
            return null;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth });
        }
        catch (JsonException)
        {
            return null;
        }

        // Without an escape every string is the bytes that were just checked.
        if (!json.Span.ContainsAny(s_suspicious) || IsText(document.RootElement))
            return document;
        document.Dispose();
        return null;
    }

    private static bool IsText(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(field => !field.Name.Contains('\0', StringComparison.Ordinal) && IsText(field.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(IsText),
                JsonValueKind.String => !element.GetString()!.Contains('\0', StringComparison.Ordinal),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            // What the reader says of half a surrogate pair.
            return false;
        }
    }
}
