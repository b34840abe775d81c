using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>What holds for the files themselves.</summary>
public sealed partial class SourceTests
{
    private const int MaxLines = 500;

    // One wire format's encoder and decoder, read side by side. It may shrink, not grow.
    private static readonly Dictionary<string, int> s_longer = new() { ["Discord.Host/Gateway/Encoding/Etf.cs"] = 511 };

    [Fact]
    public void No_source_file_of_the_product_is_longer_than_one_can_read()
    {
        var files = Product.Sources(".cs", ".ts", ".tsx", ".sql").ToList();
        Assert.True(files.Count > 100, $"Only {files.Count} source files were found.");
        Product.AssertNone(files.Select(file => (Name: Product.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(file => file.Lines > s_longer.GetValueOrDefault(file.Name, MaxLines))
            .Select(file => $"{file.Name} has {file.Lines} lines: take out what stands on its own."));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Product.Read("Discord.sln").Replace('\\', '/');
        Assert.All(Product.Projects().Select(Product.Relative), project => Assert.True(solution.Contains($"\"{project}\"", StringComparison.Ordinal), $"Add it: dotnet sln add {project}"));
    }

    [Fact]
    public void Every_project_inherits_the_rules_of_the_root()
    {
        var props = XDocument.Parse(Product.Read("Directory.Build.props"));
        Assert.Contains(props.Descendants("AdditionalFiles"), item => item.Attribute("Include")!.Value.EndsWith("BannedSymbols.txt", StringComparison.Ordinal));
        Assert.Contains(props.Descendants("PackageReference"), item => item.Attribute("Include")!.Value == "Microsoft.CodeAnalysis.BannedApiAnalyzers");
        Assert.Equal("true", Assert.Single(props.Descendants("TreatWarningsAsErrors")).Value);
        Assert.Equal("true", Assert.Single(props.Descendants("DisableTransitiveProjectReferences")).Value);

        // A nearer file of this name would hide the root's.
        string[] rules = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", ".editorconfig"];
        foreach (var project in Product.Projects())
        {
            for (var folder = Directory.GetParent(project)!; folder.FullName != Product.Root; folder = folder.Parent!)
                Assert.All(rules, rule => Assert.False(File.Exists(Path.Combine(folder.FullName, rule)), $"{Product.Relative(folder.FullName)}/{rule} hides the root's."));

            var xml = XDocument.Load(project);
            string[] loosening = ["TreatWarningsAsErrors", "WarningsNotAsErrors", "DisableTransitiveProjectReferences", "AnalysisLevel", "RunAnalyzers", "RunAnalyzersDuringBuild"];
            Product.AssertNone(xml.Descendants().Where(element => loosening.Contains(element.Name.LocalName)).Select(element => $"{Product.Relative(project)} sets {element.Name.LocalName}."));
            Product.AssertNone(xml.Descendants("NoWarn").Where(element => element.Value.Contains("RS0030", StringComparison.Ordinal)).Select(_ => $"{Product.Relative(project)} silences RS0030."));
            Product.AssertNone(xml.Descendants("AdditionalFiles").Where(element => element.Attribute("Remove") is not null).Select(_ => $"{Product.Relative(project)} removes additional files."));
        }
    }

    [Fact]
    public void Nobody_talks_the_compiler_out_of_the_banned_symbols()
    {
        Product.AssertNone(Product.Sources(".cs").Where(file => File.ReadAllText(file).Contains("RS0030", StringComparison.Ordinal)).Select(Product.Relative));
        Assert.DoesNotContain("RS0030", Product.Read(".editorconfig"));
    }

    [Fact]
    public void No_type_has_a_name_that_says_nothing()
    {
        var vague = Product.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Discord.", StringComparison.Ordinal) == true && !type.Name.Contains('<', StringComparison.Ordinal) && Vague().IsMatch(type.Name.Split('`')[0]));
        Product.AssertNone(vague.Select(type => $"{type}: say what it is, or what it does."));
    }

    [GeneratedRegex("(Manager|Helper|Helpers|Util|Utils|Service|Base|Impl|DTO|Dto)$")]
    private static partial Regex Vague();
}
