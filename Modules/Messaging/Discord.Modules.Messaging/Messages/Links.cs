using Discord.BuildingBlocks.Api;

namespace Discord.Modules.Messaging.Messages;

/// <summary>Reads addresses in messages: clients make links of them, so nothing but the web and the message's own files is one.</summary>
internal static class Links
{
    private const int MaxLength = 2048;

    /// <param name="file">Whether "attachment://name" is allowed.</param>
    public static string? Read(Form form, string name, int max = MaxLength, bool required = false, bool file = true)
    {
        var url = form.String(name, required ? 1 : 0, max, required, nullable: !required);
        // The name of a file need not be what a host's name may be.
        if (string.IsNullOrEmpty(url) || (file && url.StartsWith("attachment://", StringComparison.Ordinal)) || (Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" or "discord"))
            return url;
        form.Fail(name, "URL_TYPE_INVALID_SCHEME", $"Scheme must be one of ({(file ? "'http', 'https', 'attachment'" : "'http', 'https'")}).");
        return null;
    }
}
