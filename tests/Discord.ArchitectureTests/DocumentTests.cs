using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>What the documents promise of themselves: every setting is explained, every decision has its five parts, every link leads somewhere.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() => Product.Theory(
        Directory.EnumerateFiles(Product.Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Product.Root, "docs"), "*.md", SearchOption.AllDirectories)).Select(Product.Relative).Order(StringComparer.Ordinal));

    [Fact]
    public void The_readme_names_every_setting_with_its_default()
    {
        var rows = Product.Read("README.md").Split('\n').Where(line => line.StartsWith('|')).ToList();
        using var settings = JsonDocument.Parse(Product.Read("Discord.Host/appsettings.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        var leaves = Leaves(settings.RootElement, "").Where(leaf => !leaf.Key.StartsWith("Serilog", StringComparison.Ordinal)).ToList();
        Assert.True(leaves.Count >= 15);
        Product.AssertNone(leaves
            .Where(leaf => !rows.Exists(row => row.Contains($"`{leaf.Key}`", StringComparison.Ordinal) && (leaf.Default.Length == 0 || row.Contains($"`{leaf.Default}`", StringComparison.Ordinal))))
            .Select(leaf => $"README.md has no row for `{leaf.Key}` with the default `{leaf.Default}`."));
    }

    [Fact]
    public void The_map_stays_short() => Assert.InRange(Product.Read("CONTRIBUTING.md").Split('\n').Length - 1, 1, 120);

    [Fact]
    public void Decisions_are_numbered_without_a_gap_and_have_their_five_parts()
    {
        var decisions = Directory.GetFiles(Path.Combine(Product.Root, "docs", "adr"), "*.md").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Enumerable.Range(1, decisions.Count), decisions.Select(file => int.Parse(Path.GetFileName(file)[..4])));
        Assert.All(decisions, file => Assert.Equal(
            ["Status", "Context", "Options", "Decision", "Consequences"],
            File.ReadLines(file).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..])));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Product.Root, document))!;
        Assert.All(
            Link().Matches(Product.Read(document)).Select(match => match.Groups[1].Value).Where(target => !target.Contains(':', StringComparison.Ordinal)),
            target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{document} links to {target}, which is not there."));
    }

    private static IEnumerable<(string Key, string Default)> Leaves(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return [(path, element.ToString() is var text && element.ValueKind is JsonValueKind.True or JsonValueKind.False ? text.ToLowerInvariant() : text)];
        return element.EnumerateObject().SelectMany(property => Leaves(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}"));
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
