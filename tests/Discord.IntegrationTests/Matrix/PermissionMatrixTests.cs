using System.Reflection;
using System.Runtime.CompilerServices;
using Discord.BuildingBlocks.Api;
using Discord.IntegrationTests.Sites;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Matrix;

/// <summary>
/// Who gets what: for each operation that the server has, no token, a stranger, a member who holds everything but what is needed, one who
/// holds just that, the owner and a bot; on both engines. Rows are in the files beside this one; an operation without a row fails.
/// </summary>
public abstract class PermissionMatrixTests(Site site)
{
    // One world for all rows: making people is slow, and each row makes its own targets.
    private static readonly ConditionalWeakTable<Site, Task<World>> s_worlds = [];

    private static IReadOnlyList<Row> All { get; } =
    [
        .. typeof(PermissionMatrixTests).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(Row[]))
            .SelectMany(field => (Row[])field.GetValue(null)!)
            .OrderBy(row => row.OperationId, StringComparer.Ordinal),
    ];

    public static TheoryData<string> Operations => [.. All.Select(row => row.OperationId)];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Each_caller_gets_what_is_theirs(string operation)
    {
        var row = All.Single(row => row.OperationId == operation);
        var world = await s_worlds.GetValue(site, async _ => await World.MakeAsync(await site.SharedHostAsync()));
        await world.PrepareAsync(row.Needs);
        var wrong = new List<string>();
        foreach (var caller in Enum.GetValues<CallerKind>())
        {
            var request = await row.Request(world, world[caller]);
            var answer = await world.Host.SendAsync(request.Method, request.Path, world[caller] is null ? null : request.As ?? world[caller], request.Body);
            var (status, code) = row.Expected(caller);
            if (answer.Status != status || (code != 0 && answer.Code != code))
                wrong.Add($"{caller}: expected {status}/{code}, got {answer.Status} {answer.Body}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    [Fact]
    public async Task Every_operation_that_is_served_has_its_row()
    {
        var host = await site.SharedHostAsync();
        var served = host.Services.GetServices<IEndpoint>().Select(endpoint => endpoint.Route.OperationId).Order(StringComparer.Ordinal);

        Assert.Equal(served, All.Select(row => row.OperationId));
    }
}

public sealed class SqlitePermissionMatrixTests(SqliteSite site) : PermissionMatrixTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresPermissionMatrixTests(PostgresSite site) : PermissionMatrixTests(site), IClassFixture<PostgresSite>;
