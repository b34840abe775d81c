using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Discord.BuildingBlocks.Storage;

/// <summary>A module's numbered schema changes: forward only, applied once each, at start.</summary>
/// <remarks>Embedded files <c>Storage/Migrations/NNN_name.sql</c>. The placeholders {blob} and {clustered} are the engine's words.</remarks>
public sealed partial record Migrations(string Module, IReadOnlyList<Migrations.Script> Scripts)
{
    public sealed record Script(long Number, string Name, string Sql);

    public static Migrations Of(string module, Assembly assembly)
    {
        var scripts = new List<Script>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (FileName().Match(resource) is not { Success: true } match)
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            scripts.Add(new Script(long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value, reader.ReadToEnd().Trim().TrimEnd(';')));
        }

        return new Migrations(module, [.. scripts.OrderBy(script => script.Number)]);
    }

    [GeneratedRegex(@"\.(\d{3})_([a-z0-9_]+)\.sql$")]
    private static partial Regex FileName();
}
