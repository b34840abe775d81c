using System.Reflection;
using System.Runtime.CompilerServices;
using Discord.BuildingBlocks.Api;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>One REST operation is one class in one file, and both carry the operation's published name.</summary>
public sealed class EndpointTests
{
    private const string Suffix = "Endpoint";

    // Reading a document and changing it, where the file would otherwise be two of ten lines each.
    private static readonly Dictionary<string, string> s_together = new()
    {
        ["GetUserSettings"] = "UserSettings.cs",
        ["UpdateUserSettings"] = "UserSettings.cs",
    };

    private static readonly List<Type> s_endpoints = [.. Product.Implementing(typeof(IEndpoint))];

    [Fact]
    public void There_are_endpoints_to_check() => Assert.True(s_endpoints.Count >= 80, $"Only {s_endpoints.Count} endpoints were found.");

    [Fact]
    public void An_endpoint_is_named_after_its_operation()
    {
        var contracts = Product.Contracts.SelectMany(Product.Visible).Select(type => type.Name).ToHashSet();
        Assert.All(s_endpoints, type =>
        {
            var expected = Pascal(RouteOf(type).OperationId);
            // The suffix keeps it apart from the request of the same name that other modules send.
            var wanted = contracts.Contains(expected) ? expected + Suffix : expected;
            Assert.True(type.Name == wanted, $"{type} serves {RouteOf(type).OperationId}: call it {wanted}.");
        });
    }

    [Fact]
    public void An_endpoint_lives_in_a_file_of_its_own_name()
    {
        var files = Product.Sources(".cs").ToLookup(Path.GetFileName, File.ReadAllText);
        Assert.All(s_endpoints, type =>
        {
            var file = s_together.GetValueOrDefault(type.Name, type.Name.EndsWith(Suffix, StringComparison.Ordinal) && !files.Contains(type.Name + ".cs") ? type.Name[..^Suffix.Length] + ".cs" : type.Name + ".cs");
            Assert.True(files[file].Any(text => text.Contains($"class {type.Name}(", StringComparison.Ordinal) || text.Contains($"class {type.Name} ", StringComparison.Ordinal)), $"{type} is not in a file {file}.");
        });
    }

    [Fact]
    public void No_two_endpoints_share_an_operation_id() => AssertUnique(s_endpoints, type => RouteOf(type).OperationId);

    [Fact]
    public void No_two_endpoints_share_a_method_and_path() => AssertUnique(s_endpoints, type => $"{RouteOf(type).Method} {RouteOf(type).Pattern}");

    [Fact]
    public void Route_values_of_a_path_are_in_snake_case_as_the_published_description_has_them() =>
        Assert.All(s_endpoints, type => Assert.DoesNotMatch("[A-Z -]", RouteOf(type).Pattern.Split('{').Skip(1).Select(part => part.Split('}')[0]).Aggregate("", (all, name) => all + name)));

    // A route says where, and needs nothing of what the endpoint works with.
    private static Route RouteOf(Type type) => ((IEndpoint)RuntimeHelpers.GetUninitializedObject(type)).Route;

    private static string Pascal(string operationId) => string.Concat(operationId.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static void AssertUnique(IEnumerable<Type> endpoints, Func<Type, string> key) =>
        Product.AssertNone(endpoints.GroupBy(key).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group)}"));
}
