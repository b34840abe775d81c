using Discord.BuildingBlocks.Storage;
using Discord.IntegrationTests.Sites;
using Discord.Modules.Users.Storage;
using Discord.Protocol;
using Xunit;
using StoredAccount = Discord.Modules.Users.Accounts.Account;

namespace Discord.IntegrationTests.Storage;

public abstract class AccountStoreTests(Site site) : IAsyncLifetime
{
    // Far above any id that another test of the class uses.
    private static ulong s_ids = 1000;

    private Database _database = null!;
    private AccountStore _store = null!;

    public async Task InitializeAsync()
    {
        _database = await site.SharedDatabaseAsync();
        _store = new AccountStore(_database);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_account_comes_back_with_every_field()
    {
        var account = Person("Zoë") with
        {
            Discriminator = "0042",
            GlobalName = "Zoë 日本",
            Avatar = "a",
            Banner = "b",
            AccentColor = 0xFFFFFF,
            Verified = true,
            Password = "$argon2id$v=19$m=1,t=1,p=1$AAAA$BBBB",
            Locale = "de",
            Flags = 1 << 17,
            PremiumType = 2,
        };

        await SaveAsync(account);

        Assert.Equal(account, await _store.FindAsync(account.Id));
    }

    [Fact]
    public async Task An_account_with_nothing_optional_comes_back_without()
    {
        var account = new StoredAccount { Id = NextId(), Username = "helper", Bot = true };

        await SaveAsync(account);

        Assert.Equal(account, await _store.FindAsync(account.Id));
    }

    [Fact]
    public async Task The_greatest_id_is_that_of_the_newest_account()
    {
        var account = Person("newest") with { Id = new Snowflake(ulong.MaxValue >> 2) };
        await SaveAsync(account);

        Assert.Equal(account.Id, await _store.GreatestIdAsync());
    }

    [Fact]
    public async Task Nobody_is_found_under_an_unknown_id_name_or_address()
    {
        Assert.Null(await _store.FindAsync(new Snowflake(1)));
        Assert.Null(await _store.FindByLoginAsync("nobody@example.org"));
        Assert.Null(await _store.FindByLoginAsync(""));
        Assert.Empty(await _store.FindTokenAsync("00"));
        Assert.Null(await _store.SettingsAsync(new Snowflake(1)));
        Assert.Null(await _store.InstanceAsync("nothing"));
    }

    [Theory]
    [InlineData("MiXed", "mixed")]
    [InlineData("MiXed", " MIXED ")]
    [InlineData("MiXed", "Mixed@Example.org")]
    public async Task A_login_is_found_by_name_or_address_whatever_its_case(string username, string login)
    {
        var account = Person(username) with { Id = new Snowflake(500), Email = "miXed@example.ORG" };
        if (await _store.FindAsync(account.Id) is null)
            await SaveAsync(account);

        Assert.Equal(account.Id, (await _store.FindByLoginAsync(login))?.Id);
    }

    [Fact]
    public async Task A_name_or_address_is_taken_whatever_its_case_and_the_key_is_named()
    {
        await SaveAsync(Person("Taken") with { Email = "taken@example.org" });

        var name = await Assert.ThrowsAsync<UniqueViolationException>(() => SaveAsync(Person("tAKEN")));
        var address = await Assert.ThrowsAsync<UniqueViolationException>(() => SaveAsync(Person("free") with { Email = "TAKEN@example.org" }));

        Assert.Contains("username_key", name.Constraint, StringComparison.Ordinal);
        Assert.Contains("email_key", address.Constraint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bots_may_share_a_name_and_have_no_address()
    {
        await SaveAsync(new StoredAccount { Id = NextId(), Username = "robot", Bot = true });
        await SaveAsync(new StoredAccount { Id = NextId(), Username = "robot", Bot = true });
        await SaveAsync(Person("robot"));

        Assert.False((await _store.FindByLoginAsync("robot"))!.Bot);
    }

    [Fact]
    public async Task A_change_replaces_every_field_and_frees_the_old_name_and_address()
    {
        var account = Person("before") with { Email = "before@example.org" };
        await SaveAsync(account);
        var changed = account with
        {
            Username = "after", Discriminator = "1", GlobalName = "g", Avatar = "a", Banner = "b", AccentColor = 7, Email = "after@example.org", Verified = true, Password = "p",
            Locale = "fr", Flags = 3, PremiumType = 1,
        };

        await _database.CommitAsync(AccountStore.Update(new WriteUnit(), changed));

        Assert.Equal(changed, await _store.FindAsync(account.Id));
        Assert.Null(await _store.FindByLoginAsync("before"));
        Assert.Null(await _store.FindByLoginAsync("before@example.org"));
        Assert.Equal(changed, await _store.FindByLoginAsync("AFTER"));
        await SaveAsync(Person("before") with { Email = "before@example.org" });
    }

    [Fact]
    public async Task A_change_to_a_taken_name_changes_nothing()
    {
        var other = Person("other");
        var account = Person("mine");
        await SaveAsync(other);
        await SaveAsync(account);

        await Assert.ThrowsAsync<UniqueViolationException>(() => _database.CommitAsync(AccountStore.Update(new WriteUnit(), account with { Username = "OTHER", GlobalName = "x" })));

        Assert.Equal(account, await _store.FindAsync(account.Id));
    }

    [Fact]
    public async Task Many_accounts_are_read_at_once_and_unknown_ids_are_missing()
    {
        var people = new[] { Person("many1"), Person("many2"), Person("many3") };
        foreach (var person in people)
            await SaveAsync(person);

        var found = await _store.FindManyAsync([people[2].Id, people[0].Id, new Snowflake(1)]);

        Assert.Equal([people[0].Id, people[2].Id], found.Select(account => account.Id).Order());
    }

    [Fact]
    public async Task Tokens_are_found_by_their_hash_until_they_are_deleted()
    {
        var (person, other, application) = (NextId(), NextId(), NextId());
        var unit = AccountStore.InsertToken(new WriteUnit(), "aa", person, null, new Timestamp(1));
        AccountStore.InsertToken(unit, "bb", person, null, new Timestamp(2));
        AccountStore.InsertToken(unit, "cc", other, application, new Timestamp(3));
        await _database.CommitAsync(unit);

        Assert.Equal(("aa", person, null), Assert.Single(await _store.FindTokenAsync("aa")));
        Assert.Equal(("cc", other, application), Assert.Single(await _store.FindTokenAsync("cc")));
        Assert.Empty(await _store.FindTokenAsync("AA"));
        await Assert.ThrowsAsync<UniqueViolationException>(() => _database.CommitAsync(AccountStore.InsertToken(new WriteUnit(), "aa", other, null, new Timestamp(4))));

        await _database.CommitAsync(AccountStore.DeleteToken(new WriteUnit(), "aa"));
        Assert.Empty(await _store.FindTokenAsync("aa"));
        Assert.Single(await _store.FindTokenAsync("bb"));
        await _database.CommitAsync(AccountStore.DeleteTokensOf(new WriteUnit(), person));
        Assert.Empty(await _store.FindTokenAsync("bb"));
        Assert.Single(await _store.FindTokenAsync("cc"));
    }

    [Fact]
    public async Task Settings_are_kept_for_each_user_and_replaced()
    {
        var (person, other) = (NextId(), NextId());
        await _database.CommitAsync(AccountStore.SaveSettings(AccountStore.SaveSettings(new WriteUnit(), person, """{"a":1}"""), other, "{}"));
        await _database.CommitAsync(AccountStore.SaveSettings(new WriteUnit(), person, """{"a":"日本"}"""));

        Assert.Equal("""{"a":"日本"}""", await _store.SettingsAsync(person));
        Assert.Equal("{}", await _store.SettingsAsync(other));
    }

    [Fact]
    public async Task Facts_about_the_instance_are_replaced()
    {
        await _database.CommitAsync(AccountStore.SaveInstance(new WriteUnit(), "owner", "1"));
        await _database.CommitAsync(AccountStore.SaveInstance(new WriteUnit(), "owner", "2"));

        Assert.Equal("2", await _store.InstanceAsync("owner"));
    }

    private static Snowflake NextId() => new(Interlocked.Increment(ref s_ids));

    private static StoredAccount Person(string name)
    {
        var id = NextId();
        return new StoredAccount { Id = id, Username = name, Email = $"{id}@example.org" };
    }

    private Task SaveAsync(StoredAccount account) => _database.CommitAsync(AccountStore.Insert(new WriteUnit(), account));
}

public sealed class SqliteAccountStoreTests(SqliteSite site) : AccountStoreTests(site), IClassFixture<SqliteSite>;

[Collection(PostgresServer.Collection)]
public sealed class PostgresAccountStoreTests(PostgresSite site) : AccountStoreTests(site), IClassFixture<PostgresSite>;
