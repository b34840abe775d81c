using System.Reflection;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>The product as it was built and as it is written: found, not listed, so that what is new is covered when it exists.</summary>
internal static class Product
{
    private const string Prefix = "Discord.Modules.";
    private const string ContractsSuffix = ".Contracts";

    /// <summary>The folder of Discord.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Assembly names: Discord.Modules.Guilds.</summary>
    public static IReadOnlyList<string> Modules { get; } = [.. Built(Prefix + "*.dll").Where(name => !name.EndsWith(ContractsSuffix, StringComparison.Ordinal))];

    /// <summary>Assembly names: Discord.Modules.Guilds.Contracts.</summary>
    public static IReadOnlyList<string> Contracts { get; } = [.. Built(Prefix + "*" + ContractsSuffix + ".dll")];

    public static IReadOnlyList<string> BuildingBlocks { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "BuildingBlocks")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public const string Host = "Discord.Host";

    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. BuildingBlocks.Concat(Contracts).Concat(Modules).Append(Host).Select(Assembly.Load)];

    public static TheoryData<string> Theory(IEnumerable<string> names)
    {
        var data = new TheoryData<string>();
        foreach (var name in names)
            data.Add(name);
        return data;
    }

    /// <summary>Fails with every objection in full: each says what is wrong and what to do.</summary>
    public static void AssertNone(IEnumerable<string> objections)
    {
        var all = objections.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    /// <summary>What other assemblies can see.</summary>
    public static IEnumerable<Type> Visible(string assembly) => Assembly.Load(assembly).GetTypes().Where(type => type.IsVisible);

    /// <summary>Classes of the product that can be made and are, or derive from, <paramref name="role"/>.</summary>
    public static IEnumerable<Type> Implementing(Type role) =>
        Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(role));

    /// <summary>The product's sources: full paths, without what is generated or fetched.</summary>
    public static IEnumerable<string> Sources(params string[] extensions) => new[] { "BuildingBlocks", "Modules", Host }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories))
        .Where(file => extensions.Contains(Path.GetExtension(file)) && !Relative(file).Split('/').Any(part => part is "node_modules" or "wwwroot" or "data" or "bin" or "obj" or "artifacts"));

    public static IEnumerable<string> Projects() => new[] { "BuildingBlocks", "Modules", Host, "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Where(file => !Relative(file).Contains("/node_modules/", StringComparison.Ordinal));

    /// <summary>A path as it is written in documents: from the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    public static string Read(string relative) => File.ReadAllText(Path.Combine(Root, relative));

    private static IEnumerable<string> Built(string pattern) =>
        Directory.GetFiles(AppContext.BaseDirectory, pattern).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Discord.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("These tests read the sources: run them from a build inside the tree.");
    }
}
