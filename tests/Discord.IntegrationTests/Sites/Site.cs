using System.Globalization;
using Discord.BuildingBlocks.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Sites;

/// <summary>Where the databases and servers of one test class live, on one engine. Everything is closed and deleted after the class.</summary>
public abstract class Site : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-test-").FullName;
    private Task<Database>? _shared;
    private Task<TestHost>? _host;
    private int _count;

    /// <summary>A place for one database, new and empty.</summary>
    public async Task<Place> NewPlaceAsync()
    {
        var folder = Path.Combine(_folder, (++_count).ToString(CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        return await MakeAsync(folder);
    }

    /// <summary>A database with every module's tables, one for the class.</summary>
    public Task<Database> SharedDatabaseAsync() => _shared ??= OpenSharedAsync();

    /// <summary>A server without rate limits, one for the class.</summary>
    /// <param name="replace">Puts other services in place of the server's own; the same for all of the class.</param>
    public Task<TestHost> SharedHostAsync(Action<IServiceCollection>? replace = null) => _host ??= StartSharedAsync(replace);

    /// <summary>A server of its own for one test, which disposes it.</summary>
    public async Task<TestHost> StartHostAsync(params (string Key, string Value)[] settings) => await TestHost.StartAsync(await NewPlaceAsync(), settings);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await (await _host).DisposeAsync();
        if (_shared is not null)
            await (await _shared).DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected abstract Task<Place> MakeAsync(string folder);

    private async Task<TestHost> StartSharedAsync(Action<IServiceCollection>? replace) => await TestHost.StartAsync(await NewPlaceAsync(), replace, ("RateLimits:Enabled", "false"));

    private async Task<Database> OpenSharedAsync()
    {
        var database = (await NewPlaceAsync()).Open();
        await database.StartAsync(Schema.Everything, CancellationToken.None);
        return database;
    }
}

public sealed class SqliteSite : Site
{
    protected override Task<Place> MakeAsync(string folder) => Task.FromResult(new Place(folder, null));
}

/// <remarks>Its databases go with their server: dropping each would make PostgreSQL wait for a checkpoint.</remarks>
public sealed class PostgresSite(PostgresServer server) : Site
{
    protected override async Task<Place> MakeAsync(string folder) => new(folder, await server.CreateDatabaseAsync());
}

/// <summary>A database's address; it can be opened again and again.</summary>
/// <param name="Folder">The server's data folder.</param>
/// <param name="Connection">PostgreSQL's connection string, or null: SQLite, in the folder.</param>
public sealed record Place(string Folder, string? Connection)
{
    public Database Open(TimeProvider? clock = null) =>
        Connection is null ? new SqliteDatabase(Path.Combine(Folder, "chat.db"), clock ?? TimeProvider.System) : new PostgresDatabase(Connection);

    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Data", Folder),
        new("Database:Engine", Connection is null ? "sqlite" : "postgres"),
        new("Database:Postgres", Connection ?? ""),
    ];
}

/// <summary>The tables of the product.</summary>
internal static class Schema
{
    public static readonly Migrations Outbox = Migrations.Of("Outbox", typeof(Database).Assembly);

    public static IReadOnlyList<Migrations> Everything { get; } = [Outbox, .. Host.Program.Modules.Select(module => Migrations.Of(module.Name, module.GetType().Assembly))];
}
