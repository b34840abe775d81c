namespace Discord.Host;

/// <summary>What is known of the settings as a whole.</summary>
internal static class Settings
{
    // Every setting is in it: a test looks after that.
    private static readonly IConfiguration s_known = Shipped();

    /// <summary>What is set in this program's sections and is no setting: slips of the pen.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration) => s_known.GetChildren()
        .Where(section => section.Key != "Serilog" && section.GetChildren().Any())
        .SelectMany(section => configuration.GetSection(section.Key).AsEnumerable())
        // A variable of the environment that is called as a section is (NODE) is somebody else's. Listen:Urls is how --urls arrives.
        .Where(pair => pair.Value is not null && pair.Key.Contains(':', StringComparison.Ordinal) && s_known[pair.Key] is null && pair.Key != "Listen:Urls")
        .Select(pair => pair.Key);

    /// <summary>Fills in what follows from other settings.</summary>
    /// <exception cref="InvalidOperationException">Clients could not be told of an address.</exception>
    public static void Complete(IConfiguration configuration)
    {
        foreach (var key in (ReadOnlySpan<string>)["PublicUrl", "Media:PublicUrl"])
        {
            if (configuration[key] is { Length: > 0 } url && !(Uri.TryCreate(url, UriKind.Absolute, out var told) && told.Scheme is "http" or "https"))
                throw new InvalidOperationException($"{key} is '{url}'; it must be as https://chat.example.org.");
        }

        // The proxy that ends TLS for everything else does so for voice sockets.
        if (string.IsNullOrEmpty(configuration["Voice:Endpoint"]) && configuration["PublicUrl"] is { } address && address.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            configuration["Voice:Endpoint"] = $"{address["https://".Length..].TrimEnd('/')}/voice";
    }

    private static IConfigurationRoot Shipped()
    {
        using var file = typeof(Settings).Assembly.GetManifestResourceStream("appsettings.json")!;
        return new ConfigurationBuilder().AddJsonStream(file).Build();
    }
}
