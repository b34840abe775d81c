using System.Reflection;
using Discord.BuildingBlocks;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>Who may reference whom and what a module shows. Directory.Build.targets says it of projects; this says it of what was built.</summary>
public sealed class ModuleBoundaryTests
{
    public static TheoryData<string> Modules() => Product.Theory(Product.Modules);

    public static TheoryData<string> Contracts() => Product.Theory(Product.Contracts);

    public static TheoryData<string> BuildingBlocks() => Product.Theory(Product.BuildingBlocks);

    [Fact]
    public void There_are_modules_to_check()
    {
        Assert.True(Product.Modules.Count >= 5, $"Only {Product.Modules.Count} modules were found: {string.Join(", ", Product.Modules)}.");
        Assert.Equal(Product.Modules.Select(module => module + ".Contracts"), Product.Contracts);
        Assert.Contains("Discord.Protocol", Product.BuildingBlocks);
        Assert.Contains("Discord.BuildingBlocks", Product.BuildingBlocks);
    }

    [Theory, MemberData(nameof(Modules))]
    public void A_module_shows_only_its_module_class(string module)
    {
        var shown = Product.Visible(module).ToList();
        Assert.All(shown, type => Assert.True(type.IsAssignableTo(typeof(IModule)), $"{type} is public: make it internal, or move it to {module}.Contracts."));
        Assert.Single(shown);
    }

    [Theory, MemberData(nameof(Modules))]
    public void A_module_refers_to_other_modules_only_through_contracts(string module) =>
        Assert.DoesNotContain(References(module), name => Product.Modules.Contains(name));

    [Theory, MemberData(nameof(Contracts))]
    public void Contracts_refer_to_no_module_no_other_contracts_and_no_building_block_but_the_protocol(string contracts) =>
        Assert.DoesNotContain(References(contracts), name => name.StartsWith("Discord.", StringComparison.Ordinal) && name != "Discord.Protocol");

    [Theory, MemberData(nameof(BuildingBlocks))]
    public void Building_blocks_know_no_module(string block) =>
        Assert.DoesNotContain(References(block), name => name.StartsWith("Discord.Modules.", StringComparison.Ordinal) || name == Product.Host);

    [Fact]
    public void The_protocol_depends_on_the_base_class_library_alone() =>
        Assert.All(References("Discord.Protocol"), name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard" or "mscorlib", $"Discord.Protocol references {name}."));

    [Fact]
    public void The_host_runs_every_module_that_exists()
    {
        var listed = Assembly.Load(Product.Host).GetType("Discord.Host.Program")!.GetProperty("Modules")!.GetValue(null);
        Assert.Equal(
            Product.Modules.SelectMany(Product.Visible).Select(type => type.FullName).Order(StringComparer.Ordinal),
            Assert.IsType<IReadOnlyList<IModule>>(listed, exactMatch: false).Select(module => module.GetType().FullName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_module_is_named_as_its_project_so_that_its_settings_and_migrations_are_found() => Assert.All(
        Product.Modules.SelectMany(Product.Visible),
        type => Assert.Equal(type.Assembly.GetName().Name, "Discord.Modules." + ((IModule)Activator.CreateInstance(type)!).Name));

    private static IEnumerable<string> References(string assembly) => Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);
}
