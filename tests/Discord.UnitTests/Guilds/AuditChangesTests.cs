using Discord.Modules.Guilds.Contracts;
using Discord.Protocol;
using Xunit;

namespace Discord.UnitTests.Guilds;

public sealed class AuditChangesTests
{
    private static readonly Role s_role = new() { Id = new Snowflake(7), Name = "guard", Permissions = Permissions.KickMembers, Position = 3 };

    [Fact]
    public void Only_fields_that_differ_are_named_with_both_values()
    {
        var changes = AuditChanges.Between(s_role, s_role with { Name = "watch", Permissions = Permissions.BanMembers });

        Assert.Equal(["name", "permissions"], changes.Select(change => change.Key).Order());
        var name = changes.Single(change => change.Key == "name");
        Assert.Equal("guard", name.OldValue!.Value.GetString());
        Assert.Equal("watch", name.NewValue!.Value.GetString());
        Assert.Equal("4", changes.Single(change => change.Key == "permissions").NewValue!.Value.GetString());
    }

    [Fact]
    public void What_was_made_has_no_old_values_and_what_was_deleted_no_new_ones()
    {
        Assert.All(AuditChanges.Between(null, s_role), change => Assert.Null(change.OldValue));
        Assert.All(AuditChanges.Between(s_role, null), change => Assert.Null(change.NewValue));
        Assert.Contains(AuditChanges.Between(null, s_role), change => change is { Key: "name", NewValue: not null });
        Assert.DoesNotContain(AuditChanges.Between(null, s_role), change => change.Key == "id");
    }

    [Fact]
    public void A_picture_is_told_by_its_hash() =>
        Assert.Equal("icon_hash", Assert.Single(AuditChanges.Between(s_role, s_role with { Icon = "0123" })).Key);

    [Fact]
    public void Nothing_changed_is_nothing_to_tell() => Assert.Empty(AuditChanges.Between(s_role, s_role with { }));
}
