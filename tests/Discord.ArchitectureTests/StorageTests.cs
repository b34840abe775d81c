using System.Text.RegularExpressions;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>Tables belong to one module each, change forward only, and are described.</summary>
public sealed partial class StorageTests
{
    private static readonly List<Migration> s_migrations = [.. Product.Sources(".sql").Where(file => file.Contains("Migrations", StringComparison.Ordinal)).Select(file => new Migration(file)).OrderBy(migration => migration.File, StringComparer.Ordinal)];

    [Fact]
    public void There_are_migrations_to_check() => Assert.True(s_migrations.Count >= 5 && s_migrations.Sum(migration => migration.Tables.Count) >= 15);

    [Fact]
    public void Migrations_of_an_owner_are_numbered_from_one_without_a_gap() => Assert.All(
        s_migrations.GroupBy(migration => migration.Owner),
        group => Assert.Equal(Enumerable.Range(1, group.Count()), group.Select(migration => migration.Number)));

    [Fact]
    public void A_migration_uses_no_word_of_one_engine() => Assert.All(
        s_migrations,
        migration => Assert.DoesNotMatch(@"(?i)(?<!\{)\b(blob|bytea|serial|autoincrement|without\s+rowid|jsonb|boolean|integer)\b", migration.Code));

    [Fact]
    public void A_table_has_one_owner() =>
        Product.AssertNone(s_migrations.SelectMany(migration => migration.Tables).GroupBy(table => table).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void No_module_reads_or_writes_the_tables_of_another()
    {
        var owners = s_migrations.SelectMany(migration => migration.Tables.Select(table => (table, migration.Owner))).ToDictionary();
        var used = 0;
        foreach (var file in Product.Sources(".cs"))
        {
            foreach (Match match in Statement().Matches(File.ReadAllText(file)))
            {
                if (!owners.TryGetValue(match.Groups[1].Value, out var owner))
                    continue;
                used++;
                Assert.True(Owner(file) == owner, $"{Product.Relative(file)} uses the table {match.Groups[1].Value}, which belongs to {owner}: ask it through its Contracts.");
            }
        }

        Assert.True(used >= 30, $"Only {used} statements were found.");
    }

    [Fact]
    public void Every_table_and_index_is_described()
    {
        var schema = Product.Read("docs/schema.md");
        Product.AssertNone(s_migrations.SelectMany(migration => migration.Tables.Concat(migration.Indexes)).Where(name => !schema.Contains($"`{name}`", StringComparison.Ordinal)).Select(name => $"docs/schema.md does not name `{name}`."));
    }

    private static string Owner(string file) => Product.Relative(file).Split('/') switch
    {
        ["Modules", var module, ..] => module,
        var parts => parts[0],
    };

    [GeneratedRegex(@"\b(?:FROM|INTO|UPDATE|JOIN) ([a-z_]+)\b")]
    private static partial Regex Statement();

    [GeneratedRegex(@"CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)")]
    private static partial Regex Table();

    [GeneratedRegex(@"CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?([a-z_]+)")]
    private static partial Regex Index();

    private sealed class Migration(string file)
    {
        public string File => file;

        public string Owner { get; } = StorageTests.Owner(file);

        public int Number { get; } = int.Parse(Path.GetFileName(file)[..3]);

        /// <summary>Without comments.</summary>
        public string Code { get; } = string.Join('\n', System.IO.File.ReadLines(file).Select(line => line.Split("--")[0]));

        public IReadOnlyList<string> Tables => [.. Table().Matches(Code).Select(match => match.Groups[1].Value)];

        public IReadOnlyList<string> Indexes => [.. Index().Matches(Code).Select(match => match.Groups[1].Value)];

        public override string ToString() => Product.Relative(file);
    }
}
