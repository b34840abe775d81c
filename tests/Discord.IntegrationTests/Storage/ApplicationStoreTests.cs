using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Integrations.Storage;
using Discord.Protocol;
using Discord.Protocol.Gateway;
using Xunit;

namespace Discord.IntegrationTests.Storage;

public abstract class ApplicationStoreTests(Site site) : IAsyncLifetime
{
    private Database _database = null!;
    private ApplicationStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await site.SharedDatabaseAsync();
        _store = new ApplicationStore(_database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_application_comes_back_with_every_field()
    {
        var application = Application(1, 10) with
        {
            Description = "what it does: \"日本\"",
            Flags = ApplicationFlags.GatewayMessageContentLimited | ApplicationFlags.GatewayPresenceLimited,
            BotPublic = false,
            BotRequireCodeGrant = true,
            RedirectUris = ["https://example.org/a", "https://example.org/b"],
            Tags = ["one", "two"],
            TermsOfServiceUrl = "https://example.org/terms",
            PrivacyPolicyUrl = "https://example.org/privacy",
            CustomInstallUrl = "https://example.org/install",
        };

        await SaveAsync(application);

        Assert.Equivalent(application, await _store.FindAsync(application.Id), strict: true);
    }

    [Fact]
    public async Task An_application_with_nothing_optional_comes_back_without()
    {
        var application = Application(2, 10);

        await SaveAsync(application);

        Assert.Equivalent(application, await _store.FindAsync(application.Id), strict: true);
        Assert.Null(await _store.FindAsync(new Snowflake(999)));
    }

    [Fact]
    public async Task A_change_replaces_the_document()
    {
        await SaveAsync(Application(3, 10) with { Tags = ["old"] });
        var changed = Application(3, 10) with { Name = "new name", Flags = ApplicationFlags.GatewayGuildMembersLimited };

        await SaveAsync(changed);

        Assert.Equivalent(changed, await _store.FindAsync(changed.Id), strict: true);
    }

    [Fact]
    public async Task An_owners_applications_are_listed_by_id_and_others_are_not()
    {
        foreach (var id in new ulong[] { 33, 31, 32 })
            await SaveAsync(Application(id, 20));
        await SaveAsync(Application(34, 21));

        Assert.Equal([31, 32, 33], (await _store.OfOwnerAsync(new Snowflake(20))).Select(application => application.Id.Value));
        Assert.Empty(await _store.OfOwnerAsync(new Snowflake(22)));
    }

    private static StoredApplication Application(ulong id, ulong owner) =>
        new() { Id = new Snowflake(id), OwnerId = new Snowflake(owner), BotId = new Snowflake(id + 1000), Name = $"application {id}", VerifyKey = "00ff" };

    private Task SaveAsync(StoredApplication application) => _database.CommitAsync(ApplicationStore.Save(new WriteUnit(), application));
}

public sealed class SqliteApplicationStoreTests(SqliteSite site) : ApplicationStoreTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresApplicationStoreTests(PostgresSite site) : ApplicationStoreTests(site), IClassFixture<PostgresSite>;
